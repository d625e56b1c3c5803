import { type Effort, measureThroughput } from './measure.ts';
import { bodyOf, MODEL, newPrompt, type Payload } from './payloads.ts';
import { LIFT_PROGRAM, type Stage, startProgram } from './rows.ts';
import { median } from './stats.ts';

/** CPU milliseconds per request, for all of workerd, reading the answer from the network included. */
export interface LiftCost {
  lift: number;
  /** `json()` and decode. */
  parse: number;
  /** Reading and discarding: the network's share of both. */
  drain: number;
}

/** Measures lift and the naive way in workerd, with answers from the fake upstream. */
export async function measureLift(size: Payload, stage: Stage, effort: Effort): Promise<LiftCost> {
  const server = await startProgram(LIFT_PROGRAM, stage);
  const measured: Record<keyof LiftCost, number[]> = { lift: [], parse: [], drain: [] };
  const ways = Object.keys(measured) as (keyof LiftCost)[];
  try {
    // The first round only warms up the code.
    for (let round = 0; round <= effort.rounds; round += 1) {
      for (const way of ways) {
        const { cpuMsPerRequest } = await measureThroughput(
          server,
          ({ url }) => ({
            url: `${url}/v1beta/models/${MODEL}:generateContent`,
            headers: { 'Bench-Way': way },
            body: bodyOf(newPrompt(size.word)),
          }),
          { ...effort, loadMs: Math.max(effort.loadMs, 1000) },
        );
        if (round > 0) measured[way].push(cpuMsPerRequest);
      }
    }
  } finally {
    await server.stop();
  }
  return { lift: median(measured.lift), parse: median(measured.parse), drain: median(measured.drain) };
}
