/**
 * How long new pictures took, as counts by whole seconds. A step is named by its upper bound: each second up to a
 * minute, then each ten seconds up to five minutes. Slower ones are one step. Counts of days and sites are added up,
 * which medians cannot be.
 */
import type { DeskWait } from '../../desk-protocol.ts';

/** Pictures by step: the step's upper bound in seconds, or {@link SLOWER}. */
export type Waits = Readonly<Record<string, number>>;

const SLOWER = 'slower';
const MAX_SECONDS = 300;

/** The step of a time. @param ms Milliseconds. */
export function waitStep(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds <= 60) return String(seconds);
  return seconds <= MAX_SECONDS ? String(Math.ceil(seconds / 10) * 10) : SLOWER;
}

export function addWaits(all: readonly Waits[]): Waits {
  const sum: Record<string, number> = {};
  for (const waits of all) {
    for (const [step, pictures] of Object.entries(waits)) sum[step] = (sum[step] ?? 0) + pictures;
  }
  return sum;
}

const boundOf = (step: string): number => (step === SLOWER ? Number.POSITIVE_INFINITY : Number(step) * 1000);
const widthOf = (bound: number): number => (bound <= 60_000 ? 1000 : 10_000);

/**
 * The median as exactly as the steps are: within its step the pictures are taken as evenly spread.
 *
 * @returns Milliseconds, {@link MAX_SECONDS} at most. null: no picture.
 */
export function medianOf(waits: Waits): number | null {
  const steps = Object.entries(waits)
    .map(([step, pictures]) => ({ bound: boundOf(step), pictures }))
    .sort((a, b) => a.bound - b.bound);
  const half = steps.reduce((sum, { pictures }) => sum + pictures, 0) / 2;
  let before = 0;
  for (const { bound, pictures } of steps) {
    if (before + pictures >= half && pictures > 0) {
      if (bound === Number.POSITIVE_INFINITY) return MAX_SECONDS * 1000;
      const width = widthOf(bound);
      return Math.round(bound - width + (width * (half - before)) / pictures);
    }
    before += pictures;
  }
  return null;
}

/** Bounds of the steps that the desk shows, milliseconds. */
const SHOWN_MS = [5_000, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000];

/** The steps that the desk shows, and the median. */
export function toDeskWait(waits: Waits): DeskWait {
  const steps: DeskWait['steps'] = [...SHOWN_MS, null].map((uptoMs) => ({ uptoMs, pictures: 0 }));
  for (const [step, pictures] of Object.entries(waits)) {
    const shown = SHOWN_MS.findIndex((most) => boundOf(step) <= most);
    const place = steps.at(shown);
    if (place) place.pictures += pictures;
  }
  return { medianMs: medianOf(waits), steps };
}
