/**
 * A deployment in one process: two ledgers, a `Generation` for each key and the isolate, on a network that loses,
 * delays and repeats, with clocks that jump and objects that die. All of it follows from a seed.
 */
import { createCast, type Parts } from './cast.ts';
import { check, type Violation } from './checker.ts';
import { setTheScene } from './disturbances.ts';
import type { Facts, Happening } from './history.ts';
import type { NetworkCounts } from './network.ts';
import { createPlan } from './plan.ts';
import { fillPlatform, useTimeOf } from './platform.ts';
import { createScheduler } from './scheduler.ts';
import { createVisitors } from './visitors.ts';

export type { Parts } from './cast.ts';

export interface WorldReport {
  seed: number;
  history: Happening[];
  facts: Facts;
  violations: Violation[];
  counts: NetworkCounts;
  crashes: number;
  jumps: number;
  steps: number;
  visits: number;
  /** Most visits that waited at the same time. */
  atOnce: number;
}

/** Longer than every lease, memory and retry of a world in which nothing goes wrong any more. */
const REST_MS = 100 * 60_000;
/** A world that takes more is going round in circles. */
const MAX_STEPS = 20_000;

export async function runWorld(seed: number, parts: Parts = {}): Promise<WorldReport> {
  fillPlatform();
  const plan = createPlan(seed);
  const { chance, faults, start, facts } = plan;
  const scheduler = createScheduler(start, chance);
  const restoreTime = useTimeOf(scheduler);
  const cast = createCast(plan, scheduler, parts);
  const { actors, history, network } = cast;
  const scene = setTheScene(plan, scheduler, cast);
  const visitors = createVisitors({ plan, scheduler, ...cast });
  let steps = 0;
  try {
    const end = start + Math.max(plan.healAt, ...plan.visits.map(({ at }) => at)) + REST_MS;
    while (steps < MAX_STEPS && (await scheduler.step(end))) {
      steps += 1;
      if (faults.isOn && chance.is(faults.crash)) scene.crashOneOf(actors);
    }
    const unfinished = [...cast.unfinished(), ...(steps < MAX_STEPS ? [] : ['it never comes to rest'])];
    history.push({ type: 'rest', at: scheduler.now(), unfinished });
  } finally {
    for (const actor of actors) actor.close();
    restoreTime();
  }
  return {
    ...{ seed, history, facts, steps, visits: plan.visits.length, counts: network.counts, atOnce: visitors.atOnce() },
    violations: check(history, facts),
    crashes: scene.crashes(),
    jumps: scene.jumps(),
  };
}
