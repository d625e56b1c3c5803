/** The measurements of one row and payload. Each measures one server process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runLoad, type Timing } from './load.ts';
import { type Payload, payload } from './payloads.ts';
import { cpuMs, peakMiB, resetPeak, residentMiB } from './process-usage.ts';
import { createRequests, type MakeRequest, prime, type Row, type Stage, startProgram } from './rows.ts';
import type { ServerProcess } from './server-process.ts';

export interface Effort {
  /** How long each row gets tiny requests before a measurement, so that V8 has optimized the code. */
  warmMs: number;
  rounds: number;
  /** Sequential requests of a latency measurement, by payload. */
  samples: Record<Payload['name'], number>;
  /** Duration of a throughput measurement, and its least number of requests. */
  loadMs: number;
  loadRequests: number;
  /** Number of fresh starts; the bars use the median of their memory, the table uses one start. */
  starts: number;
  /** Payloads whose memory the table shows. */
  memoryOf: readonly Payload['name'][];
}

export const FULL: Effort = {
  warmMs: 3000,
  rounds: 3,
  samples: { tiny: 200, '2 MB': 40, '6 MB': 20, '24 MB': 8 },
  loadMs: 1500,
  loadRequests: 8,
  starts: 3,
  memoryOf: ['tiny', '2 MB', '6 MB', '24 MB'],
};

export const QUICK: Effort = {
  warmMs: 1000,
  rounds: 1,
  samples: { tiny: 50, '2 MB': 10, '6 MB': 5, '24 MB': 2 },
  loadMs: 300,
  loadRequests: 8,
  starts: 1,
  memoryOf: [],
};

const IN_FLIGHT = 8;

/** Sends one request at a time. */
export async function measureLatency(server: ServerProcess, make: MakeRequest, samples: number): Promise<Timing[]> {
  const options = { inFlight: 1, forMs: 0, atLeast: samples, atMost: samples };
  return (await runLoad(() => make(server), options)).timings;
}

export interface Throughput {
  requestsPerSecond: number;
  /** CPU of the server's process. */
  cpuMsPerRequest: number;
}

/** Sends eight requests at a time. */
export async function measureThroughput(server: ServerProcess, make: MakeRequest, effort: Effort): Promise<Throughput> {
  const before = cpuMs(server.pid);
  const options = { inFlight: IN_FLIGHT, forMs: effort.loadMs, atLeast: effort.loadRequests, atMost: Infinity };
  const { timings, elapsedMs } = await runLoad(() => make(server), options);
  return {
    requestsPerSecond: (timings.length / elapsedMs) * 1000,
    cpuMsPerRequest: (cpuMs(server.pid) - before) / timings.length,
  };
}

export interface Burst {
  /** Peak resident memory over that of the idle process. */
  peakMiB: number;
  /** CPU per request of a burst. */
  cpuMs: number;
}

/**
 * The first requests of a freshly started process, all at once. It has answered tiny ones before, so that the
 * loading of code is not measured. If the row repeats a request, another process has sent it first.
 */
export async function measureBurst(row: Row, size: Payload, inFlight: number, stage: Stage): Promise<Burst> {
  const make = createRequests(row, size, stage);
  const burst = (server: ServerProcess) =>
    runLoad(() => make(server), { inFlight, forMs: 0, atLeast: inFlight, atMost: inFlight });
  const before = row.repeats ? (server: ServerProcess) => prime(row, make(server)) : undefined;
  const { peakMiB, cpuMs } = await measureAlone(row, stage, burst, before);
  return { peakMiB, cpuMs: cpuMs / inFlight };
}

/**
 * Measures some work in a freshly started process that has answered tiny requests before.
 *
 * @param before Work of another process on the same storage.
 */
export async function measureAlone(
  row: Row,
  stage: Stage,
  work: (server: ServerProcess) => Promise<unknown>,
  before?: (server: ServerProcess) => Promise<void>,
): Promise<Burst> {
  const storage = mkdtempSync(join(tmpdir(), 'peel-bench-'));
  try {
    if (before) await withProgram(row, stage, storage, before);
    return await withProgram(row, stage, storage, async (server) => {
      const warm = createRequests(row, payload('tiny'), stage);
      for (let i = 0; i < 3; i += 1) await prime(row, warm(server));
      const idle = residentMiB(server.pid);
      const cpuBefore = cpuMs(server.pid);
      resetPeak(server.pid);
      await work(server);
      return { peakMiB: peakMiB(server.pid) - idle, cpuMs: cpuMs(server.pid) - cpuBefore };
    });
  } finally {
    rmSync(storage, { recursive: true, force: true });
  }
}

async function withProgram<T>(
  row: Row,
  stage: Stage,
  storage: string,
  use: (server: ServerProcess) => Promise<T>,
): Promise<T> {
  const server = await startProgram(row.program, stage, storage);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}
