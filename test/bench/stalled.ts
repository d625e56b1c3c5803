/** Readers that stall: what a generation costs in memory when nobody takes what it makes. */
import { sendAndRead, stall } from './load.ts';
import { type Effort, measureAlone, measureBurst } from './measure.ts';
import { bodyOf, newPrompt, payload } from './payloads.ts';
import { findRow, type Stage } from './rows.ts';
import { median } from './stats.ts';

const SIZE = payload('24 MB');
const READERS = 8;

/** Peak over idle of a freshly started process in MiB. */
export interface Stalled {
  stalled: number;
  /** The simulator alone, storing as many of the same size. */
  store: number;
}

export async function measureStalled(stage: Stage, effort: Effort): Promise<Stalled> {
  const [stalled, store]: [number[], number[]] = [[], []];
  for (let start = 0; start < effort.starts; start += 1) {
    stalled.push(await stallOnce(stage));
    store.push((await measureBurst(findRow('store-link'), SIZE, READERS, stage)).peakMiB);
  }
  return { stalled: median(stalled), store: median(store) };
}

/** Server-sent events, so that the readers are there before the first byte comes, and stay until all is stored. */
async function stallOnce(stage: Stage): Promise<number> {
  const [inline, link] = [findRow('miss-inline'), findRow('miss-link')];
  const { peakMiB } = await measureAlone(inline, stage, async (server) => {
    const prompts = Array.from({ length: READERS }, () => newPrompt(SIZE.word));
    const path = `${inline.path.replace(':generateContent', ':streamGenerateContent')}?alt=sse`;
    await Promise.all(
      prompts.map((prompt) => stall({ url: server.url + path, headers: inline.headers, body: bodyOf(prompt) })),
    );
    // Whoever asks for links hears of the end when everything is stored.
    await Promise.all(
      prompts.map((prompt) =>
        sendAndRead({ url: server.url + link.path, headers: link.headers, body: bodyOf(prompt) }),
      ),
    );
  });
  return peakMiB;
}
