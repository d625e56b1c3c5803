import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAKE_FAL_KEY } from './keys.ts';
import { createFakeUpstream, type FakeUpstream } from './server.ts';

let upstream: FakeUpstream;
beforeAll(async () => {
  upstream = await createFakeUpstream();
});
afterAll(() => upstream.close());

const headers = { Authorization: `Key ${FAKE_FAL_KEY}` };

const post = (path: string, input: object, key = FAKE_FAL_KEY) =>
  fetch(`${upstream.url}${path}`, {
    method: 'POST',
    headers: { Authorization: `Key ${key}` },
    body: JSON.stringify(input),
  });

describe('the queue', () => {
  it('takes a request, is asked after it, and gives its result', async () => {
    const taken = await post('/fal-queue/fal-ai/nano-banana-2/edit', {
      prompt: 'a fox [[size:tiny]] [[fal-polls:2]]',
      image_urls: ['data:image/png;base64,iVBORw0KGgoA'],
    });
    const { status, status_url, response_url } = (await taken.json()) as Record<string, string>;

    const polls = [];
    for (let n = 0; n < 3; n += 1) {
      const answer = await fetch(status_url!, { headers });
      polls.push([answer.status, ((await answer.json()) as { status: string }).status]);
    }
    const output = (await (await fetch(response_url!, { headers })).json()) as { images: { url: string }[] };
    const picture = await fetch(output.images[0]!.url);

    expect([taken.status, status]).toEqual([200, 'IN_QUEUE']);
    expect(new URL(status_url!).pathname).toMatch(/^\/fal-queue\/fal-ai\/nano-banana-2\/requests\/[^/]+\/status$/);
    expect(polls).toEqual([
      [202, 'IN_QUEUE'],
      [202, 'IN_PROGRESS'],
      [200, 'COMPLETED'],
    ]);
    expect(picture.headers.get('Content-Type')).toBe('image/png');
    expect((await picture.bytes()).slice(1, 4)).toEqual(Uint8Array.from([0x50, 0x4e, 0x47]));
  });

  it('lets a waiting request be taken out, and tells of one at work', async () => {
    const cancelled = [];
    for (const polls of [0, 2]) {
      const taken = await post('/fal-queue/fal-ai/nano-banana', { prompt: 'a fox [[fal-polls:9]]' });
      const { status_url, cancel_url } = (await taken.json()) as Record<string, string>;
      for (let n = 0; n < polls; n += 1) await fetch(status_url!, { headers });
      cancelled.push(await (await fetch(cancel_url!, { method: 'PUT', headers })).json());
    }

    expect(cancelled).toEqual([{ status: 'OK' }, { status: 'CANCELLATION_REQUESTED' }]);
  });
});

describe('what it is asked is checked', () => {
  const prompt = 'a fox [[size:tiny]]';
  it.each<[string, string, object, string]>([
    ['an unknown field', 'fal-ai/nano-banana-2', { prompt, image_size: '1K' }, 'extra_forbidden'],
    ['a field of another family', 'fal-ai/nano-banana', { prompt, resolution: '1K' }, 'extra_forbidden'],
    ['Google’s name of a size', 'fal-ai/nano-banana-2', { prompt, resolution: '512' }, 'literal_error'],
    ['a size of another family', 'google/nano-banana-2.1', { prompt, resolution: '0.5K' }, 'literal_error'],
    ['a ratio of another family', 'fal-ai/nano-banana-pro', { prompt, aspect_ratio: '8:1' }, 'literal_error'],
    ['auto without a picture', 'fal-ai/nano-banana', { prompt, aspect_ratio: 'auto' }, 'literal_error'],
    ['a number for a level', 'fal-ai/nano-banana-2', { prompt, safety_tolerance: 4 }, 'literal_error'],
    ['five pictures', 'fal-ai/nano-banana-2', { prompt, num_images: 5 }, 'less_than_equal'],
    ['no prompt', 'fal-ai/nano-banana-2', {}, 'missing'],
    ['a short prompt', 'fal-ai/nano-banana-2', { prompt: 'ab' }, 'string_too_short'],
    ['an edit of nothing', 'fal-ai/nano-banana-2/edit', { prompt }, 'missing'],
    [
      'a lying picture',
      'fal-ai/nano-banana-2/edit',
      { prompt, image_urls: ['data:image/png;base64,/9j/4AAQ'] },
      'image_load_error',
    ],
  ])('%s', async (_, endpoint, input, type) => {
    for (const place of ['fal', 'fal-queue']) {
      const answer = await post(`/${place}/${endpoint}`, input);

      expect(answer.status).toBe(422);
      expect(await answer.json()).toMatchObject({ detail: [{ type }] });
    }
  });

  it('by its key', async () => {
    const answers = [
      await post('/fal/fal-ai/nano-banana', { prompt }, 'wrong'),
      await fetch(`${upstream.url}/fal-queue/fal-ai/nano-banana/requests/x/status`),
    ];

    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  });

  it('by its words', async () => {
    expect((await post('/fal/fal-ai/nano-banana', { prompt: '[[error:eror]] fox' })).status).toBe(501);
  });
});
