/**
 * The log of what a request does, and its trips. While a request is counted, each operation that something waits for is
 * held before it begins, until nothing else in the worker moves. Then all that are held go at once: that is one trip.
 * So trips are counted by what waits for what, and a slow machine counts the same. A provider's call goes when nothing
 * else is left to do.
 */
import type { Operation, Phase } from '../operation.ts';
import { realWait } from './still.ts';

/** Turns of the event loop without an event, 1 ms or more each, after which nothing moves any more. */
const QUIET_TURNS = 12;
/** What begins after an answer's last byte has more time to do so. */
const TRAILING_TURNS = 30;

/** The name of a provider's call. */
export const PROVIDER = 'provider.fetch';

let log: Operation[] = [];
let phase: Phase = 'later';
/** Trips so far in the phase. */
let trips = 0;
/** Counts what happens, to see that nothing does. */
let events = 0;
/** Operations on their way. Calls of objects are left out, because they wait for operations themselves. */
let moving = 0;
let isCounting = false;
let holdsProvider = false;
/** The number of the count, which a request belongs to that begins in it. */
let count = 0;
let held: Operation[] = [];

function enter(next: Phase, tripsSoFar = 0): void {
  phase = next;
  trips = tripsSoFar;
}

/** Writes an operation down that nothing waits for. */
export function note(operation: Omit<Operation, 'phase'>): Operation {
  const noted = { ...operation, phase };
  log.push(noted);
  events += 1;
  return noted;
}

/** Holds an operation until nothing moves. The first of those that are held watches for all. */
async function itsTurn(operation: Operation): Promise<void> {
  held.push(operation);
  let [seen, quietTurns] = [events, 0];
  while (held.includes(operation)) {
    await realWait(1);
    if (held[0] !== operation) continue;
    quietTurns = events === seen && moving === 0 ? quietTurns + 1 : 0;
    seen = events;
    if (quietTurns >= QUIET_TURNS) letGo();
  }
}

function letGo(): void {
  const ready = held.filter(({ name }) => name !== PROVIDER);
  if (ready.length > 0) {
    trips += 1;
    for (const operation of ready) Object.assign(operation, { trip: trips, phase });
    held = held.filter(({ name }) => name === PROVIDER);
    events += 1;
  } else if (!holdsProvider) {
    held = [];
    enter('after');
    events += 1;
  }
}

/**
 * Counts an operation that something waits for.
 *
 * @param isMoving False for a call that waits for other operations.
 */
export async function trip<T>(operation: Omit<Operation, 'phase'>, act: () => Promise<T>, isMoving = true): Promise<T> {
  const noted = note(operation);
  if (isCounting) {
    if (operation.name === PROVIDER && phase === 'before') enter('beside');
    await itsTurn(noted);
  }
  if (!isMoving) return act();
  moving += 1;
  try {
    return await act();
  } finally {
    moving -= 1;
    events += 1;
  }
}

/** Ends when nothing is held, but for a provider's call that is to wait, and nothing begins any more. */
export async function quiet(): Promise<void> {
  for (let [seen, turns] = [events, 0]; turns < TRAILING_TURNS; ) {
    await realWait(1);
    const isBusy = moving > 0 || held.some(({ name }) => name !== PROVIDER || !holdsProvider);
    turns = events === seen && !isBusy ? turns + 1 : 0;
    seen = events;
  }
}

/** Counts what begins from now on. @param options.holdsProvider The provider does not answer until {@link letProviderGo}. */
export function startCount(options: { holdsProvider: boolean }): void {
  log = [];
  count += 1;
  isCounting = true;
  ({ holdsProvider } = options);
  enter('before');
}

/** From now on a second request is counted as well, and trips are its own. */
export function joinCount(): void {
  for (const operation of log) operation.phase = 'later';
  count += 1;
  enter('before');
}

export function letProviderGo(): void {
  holdsProvider = false;
}

/** Operations are still written down, and no longer held. */
export function stopCount(): void {
  isCounting = false;
  held = [];
  enter('later');
}

export const logged = (): readonly Operation[] => log;

export function forgetLog(): void {
  log = [];
}

/** A request begins. The trips of a count's second request follow those of its first. @returns Notes its last byte. */
export function beginRequest(): () => void {
  const itsCount = count;
  if (isCounting && phase === 'later') {
    enter('before', Math.max(0, ...log.map((each) => (each.phase === 'before' ? (each.trip ?? 0) : 0))));
  }
  return () => {
    if (itsCount === count && isCounting) enter('later');
  };
}
