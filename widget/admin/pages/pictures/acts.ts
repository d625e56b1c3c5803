/** What the owner does with a picture besides deleting it. Each says what came of it. */
import type { DeskPicture } from '../../../../worker/desk-protocol.ts';
import type { Desk } from '../../page.ts';
import { problemOf } from '../../parts/problem.ts';
import { BLOCKING, ONE, WALL } from '../../words/pictures.ts';
import { putOnWall, takeOffWall, type WallWords } from './wall.ts';

type Named = Pick<DeskPicture, 'id' | 'site'>;

export interface Visitor {
  site: string;
  /** The whole tag. */
  visitor: string;
}

/**
 * Blocks a visitor for today, or ends that.
 *
 * @param onChange Told whether they are blocked.
 */
export async function setBlocked(
  desk: Desk,
  { site, visitor }: Visitor,
  blocked: boolean,
  onChange: (blocked: boolean) => void,
): Promise<void> {
  try {
    await desk.api.send('POST', '/block', { site, prefix: visitor, blocked });
  } catch (error) {
    const told = blocked ? BLOCKING.failed : BLOCKING.notUndone;
    desk.warn(told(problemOf(error)));
    return;
  }
  onChange(blocked);
  const undo = () => void setBlocked(desk, { site, visitor }, false, onChange);
  if (blocked) desk.toast(BLOCKING.done, { label: BLOCKING.undo, act: undo });
  else desk.toast(BLOCKING.undone);
}

/** @param words undefined: it is taken off. @returns Whether it came off. */
export async function setOnWall(desk: Desk, { id, site }: Named, words: WallWords | undefined): Promise<boolean> {
  try {
    await (words ? putOnWall(desk.api, site, id, words) : takeOffWall(desk.api, site, id));
    desk.toast(words ? WALL.done : WALL.off);
    return true;
  } catch (error) {
    const told = words ? WALL.failed : WALL.notOff;
    desk.warn(told(problemOf(error)));
    return false;
  }
}

/** Closes the reports of a picture. @returns Whether it came off. */
export async function keep(desk: Desk, { id }: Named): Promise<boolean> {
  try {
    await desk.api.send('DELETE', `/pictures/${id}/reports`);
    desk.toast(ONE.kept);
    return true;
  } catch (error) {
    desk.warn(ONE.notKept(problemOf(error)));
    return false;
  }
}
