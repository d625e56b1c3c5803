/**
 * Time that stands still, and ids that are the same in each run. Waits from {@link PARKED_MS} on, which are time-outs,
 * heartbeats and tallies, end when {@link advance} has moved the clock past them. So nothing of an earlier request falls
 * into a later one. It changes what the whole isolate sees.
 */

/** Shorter waits, such as between two pieces of a body, are real. */
const PARKED_MS = 30;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/**
 * Past noon (UTC) in the middle of next month, so that no minute, hour, day or month ends while a request is counted, nor
 * in the hours after it. On the last day of a month a ledger writes a few rows more.
 */
const startOf = (now: Date): number =>
  Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 15) + 12.5 * HOUR_MS + 30_000;
/** Longer than any test. */
export const YEAR_MS = 365 * DAY_MS;

let clock = 0;
const realNow = Date.now.bind(Date);
Date.now = () => clock || realNow();

const realSetTimeout = setTimeout;
globalThis.setTimeout = ((ring: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
  realSetTimeout(ring, ms < PARKED_MS ? ms : YEAR_MS, ...args)) as typeof setTimeout;

interface Parked {
  until: number;
  resume: () => void;
}
let parked: Parked[] = [];
/** The platform's own `scheduler.wait`. */
export const realWait = scheduler.wait.bind(scheduler);
scheduler.wait = (ms, options) => {
  if (ms < PARKED_MS) return realWait(ms, options);
  const { promise, resolve } = Promise.withResolvers<void>();
  parked.push({ until: Date.now() + ms, resume: resolve });
  // A context that waits for no timer of its own would be ended.
  return Promise.race([promise, realWait(YEAR_MS, options)]);
};

/** Ids are the same in each run, because an index reads a row more or less by the order of its keys. */
let seed = 1;
crypto.getRandomValues = (<T extends ArrayBufferView | null>(array: T): T => {
  if (array === null) return array;
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  for (let at = 0; at < bytes.length; at += 1) {
    // xorshift32 (https://www.jstatsoft.org/article/view/v008i14).
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    bytes[at] = seed >>> 24;
  }
  return array;
}) as typeof crypto.getRandomValues;

crypto.randomUUID = () =>
  crypto
    .getRandomValues(new Uint8Array(16))
    .toHex()
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') as ReturnType<Crypto['randomUUID']>;

/** FNV-1a, and never 0 (http://www.isthe.com/chongo/tech/comp/fnv/). */
const seedOf = (text: string): number =>
  [...text].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193), 0x811c9dc5) || 1;

/** Moves the clock. Waits that end by then end. */
export function advance(ms: number): void {
  clock += ms;
  const due = parked.filter(({ until }) => until <= clock);
  parked = parked.filter(({ until }) => until > clock);
  for (const { resume } of due) resume();
}

/** Moves the clock, and lets no wait end. */
export function skipTo(at: number): void {
  clock = Math.max(clock, at);
}

/** Starts anew: earlier waits never end. @param words The same words give the same ids. */
export function restart(words: string): void {
  parked = [];
  clock = startOf(new Date(realNow()));
  seed = seedOf(words);
}
