/** Finds the first of many worlds that breaks a rule. */
import type { InvariantName } from './invariants/checker.ts';
import { type Parts, runWorld, type WorldReport } from './world.ts';

/** Every known defect must show within this number of worlds. */
export const MAX_WORLDS = 500;

/**
 * @param first A world that has found the defect, to be tried before all others.
 * @returns A world that breaks the rule; undefined if none of {@link MAX_WORLDS} does.
 */
export async function findViolation(parts: Parts, rule: InvariantName, first = 1): Promise<WorldReport | undefined> {
  const seeds = Array.from({ length: MAX_WORLDS }, (_, n) => n + 1);
  for (const seed of [first, ...seeds]) {
    const report = await runWorld(seed, parts);
    if (report.violations.some((violation) => violation.rule === rule)) return report;
  }
  return undefined;
}
