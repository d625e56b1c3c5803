/** A conversation as data that can be written to a file or a store of the page, and read again. Addresses only. */
import { parseJson, toJson } from '../api/json.ts';
import type { Problem } from '../api/problem.ts';
import { type Check, list, map, must, optional, shape, text } from './checks.ts';
import { checkTurn, fromStored, isStorable, type StoredTurn, toStored } from './stored-turn.ts';
import { EMPTY_THREAD, select, type Thread, turnOf } from './thread.ts';

const VERSION = 1;
/** More than a visitor makes; a file of more is not one of ours. */
const MAX_TURNS = 500;

export interface Session {
  version: typeof VERSION;
  turns: StoredTurn[];
  selected?: string;
  trail?: Readonly<Record<string, string>>;
}

/** Turns whose pictures have no address are left out. */
export const exportSession = ({ turns, selected, trail }: Thread): Session => ({
  version: VERSION,
  turns: turns.filter(isStorable).map(toStored),
  ...(selected !== undefined && { selected }),
  ...(trail && { trail }),
});

/**
 * Reads what {@link exportSession} gave. Nothing is taken from data with any fault.
 *
 * @param data Anything.
 * @param endpoint Pictures of another worker are a fault.
 */
export function importSession(data: unknown, endpoint: string): { thread: Thread } | { problem: Problem } {
  const copy = copyOf(data);
  const fault = checkSession(endpoint)(copy, '') ?? faultOfTurns((copy as Session).turns);
  if (fault) return { problem: { reason: 'INVALID_FIELD', message: fault, unsent: true } };
  const { turns, selected, trail } = copy as Session;
  const thread: Thread = { turns: turns.map(fromStored), ...(trail && { trail }) };
  // The shown turn may be one that was left out.
  const shown = turnOf(thread, selected) ?? thread.turns.at(-1);
  return { thread: shown ? select(thread, shown.id) : EMPTY_THREAD };
}

/** Plain data of our own, without getters, prototypes and circles. */
function copyOf(data: unknown): unknown {
  try {
    return parseJson(toJson(data) ?? '');
  } catch {
    return undefined;
  }
}

const checkSession = (endpoint: string): Check =>
  shape<Session>({
    version: must((value) => value === VERSION, `must be ${VERSION}`),
    turns: list(checkTurn(endpoint), 0, MAX_TURNS),
    selected: optional(text),
    trail: optional(map(text)),
  });

/** A parent is older than its child: anything else could be a circle. */
function faultOfTurns(turns: readonly StoredTurn[]): string | undefined {
  const ids = turns.map(({ id }) => id);
  for (let at = 0; at < turns.length; at++) {
    const { id, parent } = turns[at] as StoredTurn;
    if (ids.indexOf(id) < at) return `turns[${at}].id must not be that of another turn.`;
    if (parent !== undefined && ids.indexOf(parent) >= at)
      return `turns[${at}].parent must be that of an earlier turn.`;
  }
  return undefined;
}
