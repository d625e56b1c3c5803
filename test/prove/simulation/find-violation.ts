/** Finds the first of many worlds that breaks a rule. */
import type { InvariantName } from './invariants/checker.ts';
import { type Parts, runWorld, type WorldReport } from './world.ts';

/** Every known defect must show within this number of worlds. */
export const MAX_WORLDS = 500;

/** @returns The first world that breaks the rule; undefined if none of {@link MAX_WORLDS} does. */
export async function findViolation(parts: Parts, rule: InvariantName): Promise<WorldReport | undefined> {
  for (let seed = 1; seed <= MAX_WORLDS; seed += 1) {
    const report = await runWorld(seed, parts);
    if (report.violations.some((violation) => violation.rule === rule)) return report;
  }
  return undefined;
}
