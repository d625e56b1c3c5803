/**
 * The true time of a world and its events. One step runs one event with all its immediate effects. Between two steps
 * nothing moves, and an object may crash there.
 */
import type { Chance } from './random.ts';

interface Event {
  at: number;
  tie: number;
  run: () => void;
}

/** A source of events whose time may change, such as an alarm. */
type Source = () => { at: number; run: () => void } | undefined;

export interface Scheduler {
  /** Unix milliseconds. */
  now(): number;
  after(ms: number, run: () => void): void;
  wait(ms: number): Promise<void>;
  addSource(source: Source): void;
  /** Runs the next event. @returns false if there is none up to this time. */
  step(until: number): Promise<boolean>;
}

export function createScheduler(start: number, chance: Chance): Scheduler {
  let now = start;
  const queue: Event[] = [];
  const sources: Source[] = [];

  function after(ms: number, run: () => void): void {
    queue.push({ at: now + Math.max(0, ms), tie: chance.next(), run });
  }

  function takeNext(until: number): Omit<Event, 'tie'> | undefined {
    let first: Event | undefined;
    for (const event of queue) if (!first || isBefore(event, first)) first = event;
    const rings = sources.map((source) => source()).filter((ring) => ring !== undefined);
    const ring = rings.reduce<(typeof rings)[number] | undefined>((a, b) => (a && a.at <= b.at ? a : b), undefined);
    const chosen = ring && (!first || ring.at < first.at) ? ring : first;
    if (!chosen || chosen.at > until) return undefined;
    if (chosen === first) queue.splice(queue.indexOf(first), 1);
    return chosen;
  }

  return {
    now: () => now,
    after,
    wait: (ms) => new Promise((resolve) => after(ms, resolve)),
    addSource: (source) => sources.push(source),
    async step(until) {
      const next = takeNext(until);
      if (!next) return false;
      now = Math.max(now, next.at);
      next.run();
      await settle();
      return true;
    },
  };
}

const isBefore = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.tie < b.tie);

/** Waits until no promise can proceed: an immediate runs after all microtasks. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
