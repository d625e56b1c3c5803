/** Looks for the first of many worlds in which something is wrong. */
import type { InvariantName } from './invariants/checker.ts';
import { type Parts, runWorld, type WorldReport } from './world.ts';

/** Worlds within which everything bad has to be found. */
export const MAX_WORLDS = 500;

/** @returns The first world that breaks the rule; nothing where none of {@link MAX_WORLDS} does. */
export async function findViolation(parts: Parts, rule: InvariantName): Promise<WorldReport | undefined> {
  for (let seed = 1; seed <= MAX_WORLDS; seed += 1) {
    const report = await runWorld(seed, parts);
    if (report.violations.some((violation) => violation.rule === rule)) return report;
  }
  return undefined;
}
