/** The worker whose bindings fail on request: its bundle, and how to set the faults. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorker } from '../bench/bundle.ts';
import type { Fault } from './fault.ts';
import type { Peel } from './peel.ts';
import type { Stage } from './stage.ts';

const bundles = new WeakMap<Stage, Promise<string>>();

/** @returns Path of the bundle, made once for a stage. */
export function faultyScript(stage: Stage): Promise<string> {
  const known =
    bundles.get(stage) ?? bundleWorker('test/prove/workers/faulty.ts', mkdtempSync(join(tmpdir(), 'peel-faulty-')));
  bundles.set(stage, known);
  return known;
}

/** Replaces all faults by these. */
export async function setFaults(peel: Peel, faults: readonly Fault[]): Promise<void> {
  await fetch(`${peel.url}/__faults`, { method: 'POST', body: JSON.stringify(faults) });
}
