/**
 * The versions of a picture. A change has the turn that it changes as its parent, so versions are trees; each new
 * picture of a visit is a root. Plain functions: none of them changes what it is given.
 */
import type { Result, Turn } from '../model.ts';

export interface Thread {
  /** Oldest first. */
  turns: readonly Turn[];
  /** Id of the turn that is shown. */
  selected?: string;
  /** Where `redo` goes: for each turn, the id of the one after it that was shown last. */
  trail?: Readonly<Record<string, string>>;
}

export const EMPTY_THREAD: Thread = { turns: [] };

export const turnOf = ({ turns }: Thread, id: string | undefined): Turn | undefined =>
  turns.find((turn) => turn.id === id);

export const shownTurn = (thread: Thread): Turn | undefined => turnOf(thread, thread.selected);

/** The picture that a turn shows. */
export const resultOf = ({ results, index }: Turn): Result => (results[index] ?? results[0]) as Result;

/** What a version is called: its words, or where a form made it, what is seen. */
export const titleOf = (turn: Turn): string => turn.order.prompt || resultOf(turn).alt;

/** Adds a turn and shows it. */
export const addTurn = (thread: Thread, turn: Turn): Thread =>
  select({ ...thread, turns: [...thread.turns, turn] }, turn.id);

/** Shows a turn. An unknown one changes nothing. @param index The picture of the turn; absent: the one it showed last. */
export function select(thread: Thread, id: string, index?: number): Thread {
  const path = pathOf(thread, id);
  const last = path.at(-1);
  if (!last) return thread;
  const turns =
    index !== undefined && index !== last.index && last.results[index]
      ? thread.turns.map((turn) => (turn === last ? { ...turn, index } : turn))
      : thread.turns;
  const trail = { ...thread.trail };
  path.slice(1).forEach((turn, at) => {
    trail[(path[at] as Turn).id] = turn.id;
  });
  return { turns, selected: id, trail };
}

/** From the root to the turn. It begins later where an earlier turn is not kept any more; empty for an unknown id. */
export function pathOf({ turns }: Thread, id: string | undefined): Turn[] {
  const path: Turn[] = [];
  let wanted = id;
  // A parent is older than its child, so one pass from the newest finds them all, and a circle ends.
  for (const turn of turns.toReversed()) {
    if (wanted === undefined || turn.id !== wanted) continue;
    path.unshift(turn);
    wanted = turn.parent;
  }
  return path;
}

/** Oldest first. */
export const children = ({ turns }: Thread, id: string): Turn[] => turns.filter(({ parent }) => parent === id);

/** The version before the shown one: its parent; before a root, the picture made before it. */
export function undo(thread: Thread): Thread {
  const turn = shownTurn(thread);
  const before = turn && (turnOf(thread, turn.parent) ?? rootBeside(thread, turn, -1));
  if (!before) return thread;
  const back = select(thread, before.id);
  return { ...back, trail: { ...back.trail, [before.id]: turn.id } };
}

/** The version after the shown one: the one last seen of those made from it, else the newest; after a root, the next. */
export function redo(thread: Thread): Thread {
  const turn = shownTurn(thread);
  if (!turn) return thread;
  const after =
    turnOf(thread, thread.trail?.[turn.id]) ?? children(thread, turn.id).at(-1) ?? rootBeside(thread, turn, 1);
  return after ? select(thread, after.id) : thread;
}

/** The picture that a turn has changed; undefined for a new picture, and where it is not kept any more. */
export function changedPicture(thread: Thread, turn: Turn): Result | undefined {
  const parent = turnOf(thread, turn.parent);
  return parent && usedResult(parent, turn);
}

/**
 * Which of a turn's pictures a change was made from. The shown one may have been another since, and the request of the
 * change names the one it had.
 */
export function usedResult(parent: Turn, child: Turn): Result {
  const sent = child.order.take.body.contents.flatMap(({ parts }) => parts);
  const isSent = (uri: string | undefined) =>
    sent.some((part) =>
      'fileData' in part ? part.fileData.fileUri === uri : 'peelTemplate' in part && part.peelTemplate.previous === uri,
    );
  return parent.results.find((result) => isSent(pictureUri(result))) ?? resultOf(parent);
}

/** The address of a picture as the worker gave it; undefined if it came as data. */
export function pictureUri({ content, url }: Result): string | undefined {
  const part = content.parts.findLast((each) => 'fileData' in each);
  return part?.fileData.fileUri ?? (/^https?:/.test(url) ? url : undefined);
}

/** Counted in the order of making, from 1; 0 for an unknown id. It stays the same whatever is made later. */
export const numberOf = ({ turns }: Thread, id: string): number => turns.findIndex((turn) => turn.id === id) + 1;

export interface VersionRow {
  turn: Turn;
  number: number;
  /** Steps of indentation. A line runs on through each of them. */
  depth: number;
  joins: {
    /** From the row above in the same column, by an elbow from the column before, or not at all. */
    from: 'line' | 'elbow' | 'none';
    /** The line runs on below. */
    on: boolean;
  };
}

/** Deeper branches would leave no room for words. */
const MAX_DEPTH = 3;

/**
 * The rows of the list. The newest change of a turn goes on below it in the same column. Those before it are branches:
 * they stand between the two, indented.
 *
 * @param rows The turns to lay out, oldest first. One whose parent is missing is joined to its nearest forebear.
 */
export function layoutVersions(thread: Thread, turns = thread.turns): VersionRow[] {
  const ids = new Set(turns.map(({ id }) => id));
  const parentOf = (turn: Turn) => pathOf(thread, turn.parent).findLast(({ id }) => ids.has(id))?.id;
  const families = Map.groupBy(turns, parentOf);
  const rows: VersionRow[] = [];
  const place = (turn: Turn, depth: number, from: VersionRow['joins']['from'], isCut = false) => {
    const next = families.get(turn.id) ?? [];
    rows.push({ turn, number: numberOf(thread, turn.id), depth, joins: { from, on: isCut || next.length > 0 } });
    next.forEach((child, at) => {
      const isBranch = at < next.length - 1;
      if (isBranch && depth < MAX_DEPTH) place(child, depth + 1, 'elbow');
      else place(child, depth, 'line', isBranch);
    });
  };
  for (const root of families.get(undefined) ?? []) place(root, 0, 'none');
  return rows;
}

/** One thread for each new picture with all its versions, the one that was changed last first. */
export function picturesOf(thread: Thread): Thread[] {
  const roots = Map.groupBy(thread.turns, (turn) => pathOf(thread, turn.id)[0]?.id);
  return [...roots.values()]
    .map((turns) => {
      const ids = new Set(turns.map(({ id }) => id));
      const shown = thread.selected !== undefined && ids.has(thread.selected) ? thread.selected : turns.at(-1)?.id;
      return { turns, ...(shown !== undefined && { selected: shown }) };
    })
    .toSorted((one, other) => lastAt(other) - lastAt(one));
}

/** Adds the turns of another thread and shows what it shows. */
export function merge(thread: Thread, other: Thread): Thread {
  const ids = new Set(other.turns.map(({ id }) => id));
  const turns = [...thread.turns.filter(({ id }) => !ids.has(id)), ...other.turns].toSorted((a, b) => a.at - b.at);
  const whole = { ...thread, turns, trail: { ...thread.trail, ...other.trail } };
  return other.selected === undefined ? whole : select(whole, other.selected);
}

/**
 * Leaves out the pictures that were changed longest ago, with all their versions, until at most `most` turns stay. Of
 * one picture with more versions the newest stay.
 */
export function keepNewest(thread: Thread, most: number): Thread {
  if (thread.turns.length <= most) return thread;
  let room = most;
  const kept = picturesOf(thread).flatMap(({ turns }, at) => {
    const isKept = turns.length <= room;
    const staying = isKept ? turns : at === 0 ? turns.slice(-most) : [];
    room = isKept ? room - turns.length : 0;
    return staying;
  });
  return { ...thread, turns: thread.turns.filter((turn) => kept.includes(turn)) };
}

const lastAt = ({ turns }: Thread): number => turns.at(-1)?.at ?? 0;

/** The root before or after this one; undefined for a turn that is no root. */
function rootBeside(thread: Thread, turn: Turn, step: 1 | -1): Turn | undefined {
  const roots = thread.turns.filter(({ parent }) => !turnOf(thread, parent));
  const at = roots.indexOf(turn);
  return at < 0 ? undefined : roots[at + step];
}
