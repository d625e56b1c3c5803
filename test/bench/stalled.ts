/** Stalled readers: the memory of a generation whose answer is not read. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sendAndRead, stall } from './load.ts';
import { type Effort, measureAlone, measureBurst } from './measure.ts';
import { bodyOf, newPrompt, payload } from './payloads.ts';
import { createRequests, findRow, type Stage } from './rows.ts';
import type { ServerProcess } from './server-process.ts';
import { median } from './stats.ts';

const SIZE = payload('24 MB');
const READERS = 8;
/** Longer than it takes to fill the machine's socket buffers. */
const STALLED_MS = 1000;

/** Peak over idle of a freshly started process in MiB. */
export interface Stalled {
  peel: number;
  /** The simulator alone, storing as many of the same size. */
  store: number;
  /** The simulator alone, storing them and reading them back to as many readers that stall. */
  storeStalled: number;
}

export async function measureStalled(stage: Stage, effort: Effort): Promise<Stalled> {
  const peaks: Stalled[] = [];
  for (let start = 0; start < effort.starts; start += 1) {
    peaks.push({
      peel: (await measureAlone(findRow('miss-inline'), stage, stallAtPeel)).peakMiB,
      store: (await measureBurst(findRow('store-link'), SIZE, READERS, stage)).peakMiB,
      storeStalled: (await measureAlone(findRow('store-inline'), stage, (server) => stallAtStore(server, stage)))
        .peakMiB,
    });
  }
  const of = (name: keyof Stalled): number => median(peaks.map((peak) => peak[name]));
  return { peel: of('peel'), store: of('store'), storeStalled: of('storeStalled') };
}

/** Uses server-sent events, so that readers connect before the first byte and stay until all is stored. */
async function stallAtPeel(server: ServerProcess): Promise<void> {
  const [inline, link] = [findRow('miss-inline'), findRow('miss-link')];
  const prompts = Array.from({ length: READERS }, () => newPrompt(SIZE.word));
  const path = `${inline.path.replace(':generateContent', ':streamGenerateContent')}?alt=sse`;
  await Promise.all(
    prompts.map((prompt) => stall({ url: server.url + path, headers: inline.headers, body: bodyOf(prompt) })),
  );
  // A request for links gets its end only when everything is stored.
  await Promise.all(
    prompts.map((prompt) => sendAndRead({ url: server.url + link.path, headers: link.headers, body: bodyOf(prompt) })),
  );
  await sleep(STALLED_MS);
}

async function stallAtStore(server: ServerProcess, stage: Stage): Promise<void> {
  const make = createRequests(findRow('store-inline'), SIZE, stage);
  await Promise.all(Array.from({ length: READERS }, () => stall(make(server))));
  await sleep(STALLED_MS);
}
