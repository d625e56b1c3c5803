/** What the owner does with a picture besides deleting it. Each says what came of it. */
import type { DeskPicture } from '../../../../worker/desk-protocol.ts';
import type { Desk } from '../../page.ts';
import { problemOf } from '../../parts/problem.ts';
import { BLOCKING, ONE, WALL } from '../../words/pictures.ts';
import { putOnWall, takeOffWall, type WallWords } from './wall.ts';

type Named = Pick<DeskPicture, 'id' | 'site'>;

/** @param visitor The whole tag. */
export async function block(desk: Desk, { site }: Pick<DeskPicture, 'site'>, visitor: string): Promise<void> {
  const set = (blocked: boolean) => desk.api.send('POST', '/block', { site, prefix: visitor, blocked });
  const undo = async () => {
    try {
      await set(false);
      desk.toast(BLOCKING.undone);
    } catch (error) {
      desk.warn(BLOCKING.notUndone(problemOf(error)));
    }
  };
  try {
    await set(true);
    desk.toast(BLOCKING.done, { label: BLOCKING.undo, act: () => void undo() });
  } catch (error) {
    desk.warn(BLOCKING.failed(problemOf(error)));
  }
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
