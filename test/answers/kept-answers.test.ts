import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import type { AnswerBody } from '../../worker/answers/answer-whole.ts';
import { createDelivery, type Wanted } from '../../worker/answers/delivery.ts';
import { createKeptAnswers } from '../../worker/answers/kept-answers.ts';
import { createImageStore } from '../../worker/storage/images.ts';
import { blobKey, manifestKey } from '../../worker/storage/keys.ts';
import type { Manifest } from '../../worker/storage/manifest.ts';
import { createManifests } from '../../worker/storage/manifests.ts';
import { countedBuffers, emptyBucket, picture } from '../storage/pictures.ts';

const SITE = { id: 'shop', retention: '30d' } as const;
const KEY = 'c'.repeat(64);
const [ID, OTHER] = [`b${'1'.repeat(32)}`, `b${'2'.repeat(32)}`];
const BYTES = picture(900);

const wanted = (changes: Partial<Wanted> = {}): Wanted => ({
  ...{ form: 'json', delivery: 'inline', origin: 'https://peel.example', site: SITE.id },
  ...changes,
});

/** The real R2, with the begin and the end of each operation. */
function timedBucket() {
  const log: string[] = [];
  const bucket = new Proxy(env.BUCKET, {
    get(target, name: 'get' | 'head' | 'put' | 'delete') {
      return async (...args: unknown[]) => {
        const [, kind] = String(args[0]).split('/');
        log.push(`${name} ${kind}`);
        const result = await (target[name] as (...args: unknown[]) => unknown)(...args);
        log.push(`${name} ${kind}: ${result ? 'there' : 'gone'}`);
        return result;
      };
    },
  });
  return { bucket, log };
}

function setUp() {
  const { bucket, log } = timedBucket();
  const clock = { now: Date.now() };
  const now = () => clock.now;
  const images = createImageStore(bucket, countedBuffers());
  const stores = {
    manifests: createManifests(bucket),
    pictures: { forget: async () => undefined },
    delivery: createDelivery({ images, secret: 's', now, redact: (chunk) => chunk }),
  };
  const answers = createKeptAnswers(now);
  return {
    ...{ clock, log },
    async ask(changes: Partial<Wanted> = {}) {
      log.length = 0;
      const answer = await answers.find(SITE, KEY, wanted(changes), stores);
      return { answer, text: answer && (await textOf(answer.body)) };
    },
  };
}

const textOf = ({ body }: AnswerBody): Promise<string> => new Response(body).text();
const answerOf = (bytes: Uint8Array): string => `{"data":"${Buffer.from(bytes).toString('base64')}"}`;

/** Keeps an answer with `pictures` pictures, the last of which it sends. */
async function keep(id: string, bytes: Uint8Array, pictures = 1): Promise<void> {
  const n = pictures - 1;
  await env.BUCKET.put(blobKey('images', id, n), bytes);
  const chunks: Manifest['chunks'] = [['{"data":"', { kind: 'image', n, bytes: bytes.length }, '"}']];
  const manifest = { version: 1, id, form: 'json', chunks, images: [], signatures: [], createdAt: Date.now() };
  await env.BUCKET.put(manifestKey(SITE.retention, SITE.id, KEY), JSON.stringify(manifest));
}

const SERIAL = ['get manifests', 'get manifests: there', 'get images', 'get images: there'];

afterEach(emptyBucket);

describe('a kept answer', () => {
  it('asked for again opens its picture while its manifest is read', async () => {
    await keep(ID, BYTES);
    const { ask, log } = setUp();

    const first = await ask();
    const serial = [...log];
    const second = await ask();

    expect([first.text, second.text]).toEqual([answerOf(BYTES), answerOf(BYTES)]);
    expect(serial).toEqual(SERIAL);
    expect(log.slice(0, 2)).toEqual(['get manifests', 'get images']);
    expect(log).toHaveLength(4);
  });

  it('asked for again as links looks for its picture while its manifest is read', async () => {
    await keep(ID, BYTES);
    const { ask, log } = setUp();

    await ask();
    const { answer } = await ask({ delivery: 'link' });

    expect(answer?.manifest.id).toBe(ID);
    expect(log.slice(0, 2)).toEqual(['get manifests', 'head images']);
    expect(log).toHaveLength(4);
  });

  it('is opened after its manifest again when a minute has passed', async () => {
    await keep(ID, BYTES);
    const { ask, log, clock } = setUp();
    await ask();

    clock.now += 60_000;
    await ask();

    expect(log).toEqual(SERIAL);
  });

  it('is not one where its manifest was deleted, though its picture is there', async () => {
    await keep(ID, BYTES);
    const { ask } = setUp();
    await ask();
    await env.BUCKET.delete(manifestKey(SITE.retention, SITE.id, KEY));

    expect((await ask()).answer).toBeUndefined();
    expect((await ask()).answer).toBeUndefined();
  });

  it.each(['inline', 'link'] as const)('is not one where its picture was deleted, %s', async (delivery) => {
    await keep(ID, BYTES);
    const { ask } = setUp();
    await ask({ delivery });
    await env.BUCKET.delete(blobKey('images', ID, 0));

    expect((await ask({ delivery })).answer).toBeUndefined();
  });

  it('is what the manifest says now, where another run has replaced it', async () => {
    await keep(ID, BYTES);
    const { ask } = setUp();
    await ask();
    await keep(OTHER, picture(700));

    const replaced = await ask();
    const again = await ask();

    expect([replaced.text, again.text]).toEqual([answerOf(picture(700)), answerOf(picture(700))]);
    expect(replaced.answer?.manifest.id).toBe(OTHER);
  });

  it('is what the manifest says now, where it names another picture of the same run', async () => {
    await keep(ID, BYTES);
    const { ask } = setUp();
    await ask();
    await keep(ID, picture(700), 2);

    expect((await ask()).text).toBe(answerOf(picture(700)));
  });
});
