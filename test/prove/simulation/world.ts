/**
 * A deployment in one process: the ledgers of one to three sites and of the deployment, a `Generation` for each key and
 * the isolate, on a network that loses,
 * delays and repeats, with clocks that jump and objects that die. A seed determines all of it.
 */

import { check, type Violation } from './invariants/checker.ts';
import type { Facts, Happening } from './invariants/trace.ts';
import { type Cluster, createCluster, type Parts } from './nodes/cluster.ts';
import { createVisitors } from './nodes/visitors.ts';
import { injectFaults } from './simulator/fault-injection.ts';
import type { NetworkCounts } from './simulator/network.ts';
import { fillPlatform, useTimeOf } from './simulator/platform.ts';
import { createScheduler } from './simulator/scheduler.ts';
import { createWorkload } from './workload.ts';

export type { Parts } from './nodes/cluster.ts';

export interface WorldReport {
  seed: number;
  trace: Happening[];
  facts: Facts;
  violations: Violation[];
  counts: NetworkCounts;
  loanCalls: Cluster['loanCalls'];
  crashes: number;
  jumps: number;
  steps: number;
  visits: number;
  /** The largest number of visits that waited at the same time. */
  atOnce: number;
}

/** Longer than the day between two alarms of a ledger, and every memory and retry of a world without further faults. */
const REST_MS = 26 * 3_600_000;
/** A world with more steps is in an endless loop. */
const MAX_STEPS = 3_000;

export async function runWorld(seed: number, parts: Parts = {}): Promise<WorldReport> {
  fillPlatform();
  const workload = createWorkload(seed);
  const { chance, faults, start, facts } = workload;
  const scheduler = createScheduler(start, chance);
  const restoreTime = useTimeOf(scheduler);
  const cluster = createCluster(workload, scheduler, parts);
  const { nodes, trace, network, loanCalls } = cluster;
  const injection = injectFaults(workload, scheduler, cluster);
  const visitors = createVisitors({ workload, scheduler, ...cluster });
  let steps = 0;
  try {
    const end = start + Math.max(...workload.visits.map(({ at }) => at)) + REST_MS;
    while (steps < MAX_STEPS && (await scheduler.step(end))) {
      steps += 1;
      cluster.inspect();
      if (faults.isOn && chance.is(faults.crash)) injection.crashOneOf(nodes);
    }
    cluster.inspectRest();
    const unfinished = [...cluster.unfinished(), ...(steps < MAX_STEPS ? [] : ['it never comes to rest'])];
    trace.push({ type: 'rest', at: scheduler.now(), unfinished });
  } finally {
    for (const node of nodes) node.close();
    restoreTime();
  }
  return {
    ...{
      seed,
      trace,
      facts,
      steps,
      visits: workload.visits.length,
      counts: network.counts,
      loanCalls,
      atOnce: visitors.atOnce(),
    },
    violations: check(trace, facts),
    crashes: injection.crashes(),
    jumps: injection.jumps(),
  };
}
