/** Repeatable randomness: the same text gives the same picture in every isolate and on every machine. */

/** A number from 0 up to, not including, 1. */
export type Random = () => number;

/** FNV-1a over UTF-16 code units, 32 bits, with a final avalanche so that similar texts get very different numbers. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Mulberry32: small, fast, and good enough for pictures. Not for secrets. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** A number from `low` up to `high`. */
export const between = (random: Random, low: number, high: number): number => low + (high - low) * random();

export function pick<T>(random: Random, items: readonly [T, ...T[]]): T {
  return items[Math.floor(random() * items.length)] ?? items[0];
}

/**
 * Smooth one-dimensional value noise, repeatable for a seed.
 *
 * @returns A function of the position, with values from -1 to 1 and bumps about one unit wide.
 */
export function createNoise(random: Random): (x: number) => number {
  const lattice = Float64Array.from({ length: 256 }, () => random() * 2 - 1);
  return (x) => {
    const cell = Math.floor(x);
    const t = x - cell;
    const from = lattice[cell & 255]!;
    const to = lattice[(cell + 1) & 255]!;
    // A quintic, so that slopes join without a visible corner.
    return from + (to - from) * t * t * t * (t * (t * 6 - 15) + 10);
  };
}
