import { describe, expect, it } from 'vitest';
import { createEventReader } from '../../worker/answers/live.ts';
import { tellOnlyPictures } from '../../worker/answers/only-pictures.ts';
import type { Chunk } from '../../worker/gemini/lift/skeleton.ts';
import type { GenerationEvent } from '../../worker/generation/job.ts';
import type { Manifest } from '../../worker/storage/manifest.ts';

const IMAGE = { n: 0, mimeType: 'image/png', bytes: 3, sha256: 'a'.repeat(64) };
const WORDS: Chunk = ['data: {"candidates":[{"content":{"parts":[{"text":"secret"}]}}]}\r\n\r\n'];
const USAGE: Chunk = ['data: {"usageMetadata":{"promptTokenCount":7}}\r\n\r\n'];
const PICTURE: Chunk = [
  'data: {"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"secret","data":"',
  { kind: 'image', n: 0, bytes: 3 },
  '"}}]},"finishReason":"STOP"}]}\r\n\r\n',
];
const TOLD: Chunk = [
  'data: {"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"',
  { kind: 'image', n: 0, bytes: 3 },
  '"}}],"role":"model"},"finishReason":"STOP","index":0}]}\r\n\r\n',
];
const COUNTS = [
  'data: {"usageMetadata":{"candidatesTokenCount":0,"totalTokenCount":0,"candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":0}]}}\r\n\r\n',
];

const manifest = { form: 'sse', chunks: [WORDS, PICTURE, USAGE], images: [IMAGE], id: 'b' } as unknown as Manifest;
const STARTED: GenerationEvent = { type: 'started', provider: 'google', id: 'b', form: 'sse' };
const chunk = (of: Chunk): GenerationEvent => ({ type: 'chunk', chunk: of, images: [IMAGE] });

describe('the events of a run for a visitor of a template', () => {
  it('are those with pictures, and the counts at the end', async () => {
    const events = [
      STARTED,
      chunk(WORDS),
      chunk(PICTURE),
      chunk(USAGE),
      { type: 'done', manifest, kept: true } as const,
    ];

    const told = await Array.fromAsync(tellOnlyPictures(streamOf(events)));

    expect(told).toEqual([
      STARTED,
      chunk(TOLD),
      chunk(COUNTS),
      { type: 'done', manifest: { ...manifest, chunks: [TOLD, COUNTS] }, kept: true },
    ]);
  });

  it('keep failures, and what came before the provider', async () => {
    const events: GenerationEvent[] = [
      { type: 'admitted', joined: true },
      { type: 'failed', failure: { reason: 'SITE_PAUSED' } },
    ];

    expect(await Array.fromAsync(tellOnlyPictures(streamOf(events)))).toEqual(events);
  });

  it('are silent while the model talks, so that the connection is kept alive', async () => {
    const pause = (ms: number) => scheduler.wait(ms);
    const reader = createEventReader(tellOnlyPictures(talking(pause)), pause);

    expect(await reader.next(1000)).toEqual(STARTED);
    expect(await reader.next(50)).toBe('quiet');
    expect(await reader.next(5000)).toEqual(chunk(TOLD));
    await reader.cancel();
  });
});

async function* streamOf(events: readonly GenerationEvent[]): AsyncIterable<GenerationEvent> {
  yield* events;
}

/** Words every few milliseconds, then a picture. */
async function* talking(pause: (ms: number) => Promise<unknown>): AsyncIterable<GenerationEvent> {
  yield STARTED;
  for (let n = 0; n < 40; n += 1) {
    await pause(5);
    yield chunk(WORDS);
  }
  yield chunk(PICTURE);
}
