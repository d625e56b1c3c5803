/** Reproducible random numbers. Every random decision in a world uses them. */
export interface Chance {
  /** From 0 to 1, 1 excluded. */
  next(): number;
  /** True with this probability. */
  is(probability: number): boolean;
  /** A whole number; both ends included. */
  whole(from: number, to: number): number;
  pick<T>(of: readonly T[]): T;
}

/** mulberry32: 32 bits of state are enough for a few million different worlds. */
export function createChance(seed: number): Chance {
  let state = seed | 0;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    is: (probability) => next() < probability,
    whole,
    pick: (of) => of[whole(0, of.length - 1)]!,
  };
}
