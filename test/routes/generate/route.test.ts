import { env } from 'cloudflare:workers';
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { SessionAnswer } from '../../../worker/protocol.ts';
import { CLIENT_KEY } from '../../client-keys.ts';
import { eventually } from '../../eventually.ts';
import { createTestWorker, newPrompt, ORIGIN, reasonOf, type TestWorker, upstreamCalls } from '../../support.ts';

const MODEL = 'gemini-3.1-flash-image';
const GENERATE = `${MODEL}:generateContent`;
const SSE = `${MODEL}:streamGenerateContent?alt=sse`;
const ARRAY = `${MODEL}:streamGenerateContent`;

interface Part {
  text?: string;
  thought?: boolean;
  thoughtSignature?: string;
  inlineData?: { mimeType: string; data: string };
  fileData?: { mimeType: string; fileUri: string };
}
interface Answer {
  candidates: { content: { parts: Part[] }; finishReason?: string }[];
  usageMetadata?: { totalTokenCount: number };
}

const partsOf = (answer: Answer): Part[] => answer.candidates.flatMap(({ content }) => content.parts ?? []);
const eventsOf = (text: string): Answer[] =>
  text
    .split(/\r?\n\r?\n/)
    .filter((event) => event.startsWith('data: '))
    .map((event) => JSON.parse(event.slice(6)) as Answer);
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const pictureOf = (parts: Part[]): string | undefined =>
  parts.findLast((part) => part.inlineData && !part.thought)?.inlineData?.data;
const promptOf = (body: { contents: unknown[] }): string =>
  JSON.stringify(body.contents).match(/[0-9a-f-]{36}/)?.[0] as string;

/** Digests of the provider's bytes while `ask` runs, before Peel has changed any. */
async function watchProvider(ask: () => Promise<Response>): Promise<{ answer: Response; sent: string[] }> {
  const sent: Promise<string>[] = [];
  const real = globalThis.fetch;
  const watched = vi.spyOn(globalThis, 'fetch').mockImplementation(async (...args) => {
    const response = await real(...args);
    sent.push(response.clone().bytes().then(hashOf));
    return response;
  });
  try {
    const answer = await ask();
    return { answer, sent: await Promise.all(sent) };
  } finally {
    watched.mockRestore();
  }
}

let worker: TestWorker;
beforeAll(() => {
  worker = createTestWorker();
});

describe('the same request', () => {
  it.each([GENERATE, SSE, ARRAY])(
    'asked twice as %s goes up once and is answered the same, byte for byte',
    async (target) => {
      const body = newPrompt('[[answer:thoughts]]');

      const first = await worker.ask(target, body);
      const second = await worker.ask(target, body);

      // A live stream sends its headers before this is known.
      const stored = target === GENERATE ? '; stored' : '';
      expect(first.headers.get('Cache-Status')).toBe(`peel; fwd=uri-miss${stored}`);
      expect(second.headers.get('Cache-Status')).toBe('peel; hit');
      expect(second.headers.get('Content-Type')).toBe(first.headers.get('Content-Type'));
      const [one, two] = [await first.bytes(), await second.bytes()];
      expect(one.length).toBeGreaterThan(100_000);
      expect(hashOf(two)).toBe(hashOf(one));
      expect(await upstreamCalls(promptOf(body))).toBe(1);
    },
  );

  it('is another picture with another Peel-Variant, and a hit with the same one', async () => {
    const body = newPrompt();

    await worker.ask(GENERATE, body);
    const other = await worker.ask(GENERATE, body, { 'Peel-Variant': 'take-2' });
    const again = await worker.ask(GENERATE, body, { 'Peel-Variant': 'take-2' });

    expect(other.headers.get('Cache-Status')).toBe('peel; fwd=uri-miss; stored');
    expect(again.headers.get('Cache-Status')).toBe('peel; hit');
    expect(await upstreamCalls(promptOf(body))).toBe(2);
  });

  it('is the same however it is spelled, and answered in whatever form is asked for', async () => {
    const body = newPrompt('[[answer:thoughts]]');
    const kept = (await (
      await worker.ask(GENERATE, { ...body, generationConfig: { imageConfig: { imageSize: '1k' } } })
    ).json()) as Answer;

    const spelled = { ...body, generation_config: { image_config: { image_size: '1K' }, candidateCount: 1 } };
    const sse = await worker.ask(SSE, spelled);
    const array = await worker.ask(`${MODEL}-preview:streamGenerateContent`, spelled);

    for (const answer of [sse, array]) expect(answer.headers.get('Cache-Status')).toBe('peel; hit');
    const fromSse = eventsOf(await sse.text()).flatMap(partsOf);
    const fromArray = ((await array.json()) as Answer[]).flatMap(partsOf);
    expect(pictureOf(fromSse)).toBe(pictureOf(partsOf(kept)));
    expect(fromArray).toEqual(fromSse);
    expect(await upstreamCalls(promptOf(body))).toBe(1);
  });

  it('streamed first is answered as one JSON object later, with merged text and the last usage', async () => {
    const body = newPrompt('[[answer:thoughts]]');
    const events = eventsOf(await (await worker.ask(SSE, body)).text());

    const whole = (await (await worker.ask(GENERATE, body)).json()) as Answer;

    const texts = (parts: Part[]) =>
      parts
        .filter(({ text, thought }) => text && !thought)
        .map(({ text }) => text)
        .join('');
    expect(whole.candidates).toHaveLength(1);
    expect(whole.candidates[0]?.finishReason).toBe('STOP');
    expect(texts(partsOf(whole))).toBe(texts(events.flatMap(partsOf)));
    expect(pictureOf(partsOf(whole))).toBe(pictureOf(events.flatMap(partsOf)));
    expect(whole.usageMetadata).toEqual(events.at(-1)?.usageMetadata);
  });
});

it.each(['sse', 'SSE', 'Sse'])('alt=%s asks for events', async (alt) => {
  const answer = await worker.ask(`${ARRAY}?alt=${alt}`, newPrompt());

  expect(answer.headers.get('Content-Type')).toContain('text/event-stream');
  expect(eventsOf(await answer.text()).length).toBeGreaterThan(0);
});

describe('what comes from the provider', () => {
  it.each([
    ['JSON', GENERATE, ''],
    ['JSON with white space', GENERATE, '[[pretty]]'],
    ['JSON with escaped slashes', GENERATE, '[[escaped]]'],
    ['JSON, signature first', GENERATE, '[[signature-first]]'],
    ['JSON with a signature of 3 MB', GENERATE, '[[signature:3MB]]'],
    ['JSON with thoughts and drafts', GENERATE, '[[answer:thoughts]]'],
    ['JSON with search results', GENERATE, '[[answer:grounded]]'],
    ['a picture of 6 MB', GENERATE, '[[size:6MB]]'],
    ['events', SSE, '[[answer:picture_first]]'],
    ['an array', ARRAY, '[[answer:thoughts]]'],
    ['a tiny answer in slices', GENERATE, '[[size:tiny]] [[slice:7]]'],
  ])('reaches the caller byte for byte: %s', async (_, target, words) => {
    const body = newPrompt(words);

    const passed = await watchProvider(() => worker.ask(target, body, { 'Cache-Control': 'no-store' }));
    const kept = await watchProvider(() => worker.ask(target, body));
    const hit = await watchProvider(() => worker.ask(target, body));

    expect([hashOf(await passed.answer.bytes())]).toEqual(passed.sent);
    const bytes = await kept.answer.bytes();
    expect(bytes.length).toBeGreaterThan(500);
    expect([hashOf(bytes)]).toEqual(kept.sent);
    expect([hashOf(await hit.answer.bytes()), hit.sent]).toEqual([kept.sent[0], []]);
  });

  it.each([
    ['JSON', GENERATE],
    ['events', SSE],
    ['an array', ARRAY],
  ])('has the names that clients read, where the provider writes snake_case: %s', async (_, target) => {
    const body = newPrompt('[[snake]] [[signature-first]]');

    const passed = await watchProvider(() => worker.ask(target, body, { 'Cache-Control': 'no-store' }));
    const kept = await watchProvider(() => worker.ask(target, body));
    const hit = await watchProvider(() => worker.ask(target, body));

    const asSent = await passed.answer.text();
    expect([hashOf(Buffer.from(asSent))]).toEqual(passed.sent);
    expect(asSent).toContain('"inline_data"');
    const told = await kept.answer.text();
    expect(told).not.toMatch(/"[a-z]+_[a-z_]+"\s*:/);
    expect(told).toMatch(/"inlineData":\{"data":"\/9j\//);
    expect(told).toMatch(/"finishReason":"STOP"/);
    expect(told).toMatch(/"usageMetadata":\{"promptTokenCount":\d+/);
    expect([await hit.answer.text(), hit.sent]).toEqual([told, []]);
  });

  it('never holds our key, wherever the provider echoes it', async () => {
    for (const words of ['[[echo-key:text]]', '[[echo-key:header]]', '[[echo-key:error]]']) {
      for (const target of [GENERATE, SSE]) {
        for (const headers of [{}, { 'Cache-Control': 'no-store' }]) {
          // `ask` searches every answer for the key.
          const answer = await worker.ask(target, newPrompt(words), headers);
          expect([200, 400, 503]).toContain(answer.status);
        }
      }
    }
  });
});

describe('with Peel-Images: link', () => {
  it('an answer of megabytes is a kilobyte, and its addresses hold the same bytes', async () => {
    const body = newPrompt('[[answer:thoughts]] [[signature:3MB]]');
    const inline = (await (await worker.ask(GENERATE, body)).json()) as Answer;

    const answer = await worker.ask(GENERATE, body, { 'Peel-Images': 'link' });

    const text = await answer.text();
    expect(answer.headers.get('Cache-Status')).toBe('peel; hit');
    expect(text.length).toBeLessThan(6000);
    const parts = partsOf(JSON.parse(text) as Answer);
    const originals = partsOf(inline);
    expect(parts).toHaveLength(originals.length);
    for (const [at, part] of parts.entries()) {
      expect(part.inlineData).toBeUndefined();
      expect(part.thoughtSignature?.length ?? 0).toBeLessThan(4096);
      if (!part.fileData) continue;
      expect(part.fileData.fileUri).toMatch(/^https:\/\/peel\.example\/images\/b[0-9a-f]{32}\/\d+\.(png|jpg)$/);
      const picture = await worker.fetch(new URL(part.fileData.fileUri).pathname);
      expect(picture.headers.get('Content-Type')).toBe(originals[at]?.inlineData?.mimeType);
      expect((await picture.bytes()).toBase64()).toBe(originals[at]?.inlineData?.data);
    }
  });

  it('a live stream has addresses too', async () => {
    const events = eventsOf(await (await worker.ask(SSE, newPrompt(), { 'Peel-Images': 'link' })).text());

    const linked = events.flatMap(partsOf).filter(({ fileData }) => fileData);
    expect(linked).toHaveLength(1);
    expect((await worker.fetch(new URL(linked[0]?.fileData?.fileUri as string).pathname)).status).toBe(200);
  });

  it('is refused where nothing is kept', async () => {
    const answer = await worker.ask(GENERATE, newPrompt(), { 'Peel-Images': 'link', 'Cache-Control': 'no-store' });

    expect(await reasonOf(answer)).toEqual([400, 'INVALID_FIELD']);
  });
});

describe('Cache-Control: no-store', () => {
  it('keeps nothing, and asks again', async () => {
    const body = newPrompt();
    const before = (await env.BUCKET.list()).objects.length;

    const first = await worker.ask(GENERATE, body, { 'Cache-Control': 'no-store' });
    await worker.ask(GENERATE, body, { 'Cache-Control': 'no-store' });

    expect(first.headers.get('Cache-Status')).toBe('peel; fwd=bypass');
    expect((await env.BUCKET.list()).objects.length).toBe(before);
    expect(await upstreamCalls(promptOf(body))).toBe(2);
  });
});

describe('a refusal of the model', () => {
  it.each(['[[finish:IMAGE_SAFETY]]', '[[block:SAFETY]]', '[[answer:declined]]', '[[answer:no_parts]]'])(
    'is Gemini’s own 200 and is never kept: %s',
    async (words) => {
      const body = newPrompt(words);

      const first = await worker.ask(GENERATE, body);
      const second = await worker.ask(GENERATE, body);

      expect([first.status, second.status]).toEqual([200, 200]);
      expect(second.headers.get('Cache-Status')).toBe('peel; fwd=uri-miss');
      expect(await upstreamCalls(promptOf(body))).toBe(2);
    },
  );
});

describe('a failure of the provider', () => {
  it.each<[string, number, string]>([
    ['[[error:429_per_day]]', 429, 'UPSTREAM_QUOTA'],
    ['[[error:429_quota]]', 429, 'UPSTREAM_QUOTA'],
    ['[[error:429_depleted]]', 503, 'UPSTREAM_UNAVAILABLE'],
    ['[[error:400_invalid_argument]]', 400, 'INVALID_FIELD'],
    ['[[error:403_leaked]]', 503, 'UPSTREAM_UNAVAILABLE'],
    ['[[error:500_internal]]', 502, 'OUTCOME_UNKNOWN'],
    ['[[error:502]]', 502, 'OUTCOME_UNKNOWN'],
    ['[[reset:headers]]', 502, 'OUTCOME_UNKNOWN'],
    ['[[reset:50%]]', 502, 'UPSTREAM_BROKEN'],
    ['[[truncate:0.5]]', 502, 'UPSTREAM_BROKEN'],
    ['[[garbage:html]]', 502, 'UPSTREAM_BROKEN'],
    ['[[redirect:https://evil.example/]]', 503, 'UPSTREAM_UNAVAILABLE'],
  ])('%s is told as %i %s, and nothing is left behind', async (words, status, reason) => {
    // A separate worker, because its key rests afterwards and would fail the next test.
    const failing = createTestWorker();
    const before = (await env.BUCKET.list()).objects.map(({ key }) => key);

    const answer = await failing.ask(GENERATE, newPrompt(words));

    expect(await reasonOf(answer)).toEqual([status, reason]);
    expect((await env.BUCKET.list()).objects.map(({ key }) => key)).toEqual(before);
  });

  it('is no charge if the provider cannot be reached, and says so', async () => {
    const closed = createTestWorker({ GOOGLE_BASE_URL: 'http://127.0.0.1:9' });

    // On a busy machine the refusal of a connection can be reported after the last byte was handed over, and the call then
    // counts as one that may have run. A new prompt is a new connection.
    await eventually(async () => reasonOf(await closed.ask(GENERATE, newPrompt()))).toEqual([
      503,
      'UPSTREAM_UNAVAILABLE',
    ]);
  });

  it('after the headers is one more event, which ends the stream', async () => {
    const text = await (await worker.ask(SSE, newPrompt('[[answer:thoughts]] [[truncate:0.6]]'))).text();

    // The wait is that of its next caller: the same request is not sent again for an hour.
    const details = [{ reason: 'UPSTREAM_BROKEN' }, { retryDelay: '3600s' }];
    expect(eventsOf(text).at(-1)).toMatchObject({ error: { code: 502, details } });
  });
});

describe('limits', () => {
  async function visitor(limited: TestWorker, address: string) {
    const from = { Origin: ORIGIN, 'content-type': 'application/json', 'CF-Connecting-IP': address };
    const answer = await limited.fetch('/peel/session', { method: 'POST', headers: from, body: '{"site":"default"}' });
    const { token } = (await answer.json()) as SessionAnswer;
    return (body: unknown) =>
      limited.ask(GENERATE, body, { ...from, 'x-goog-api-key': '', Authorization: `Bearer ${token}` });
  }

  it('count what starts: a visitor’s second picture of a minute of one is refused, the first stays a hit', async () => {
    const ask = await visitor(createTestWorker({ VISITOR_PER_MINUTE: '1' }), '198.51.100.1');
    const body = newPrompt('[[size:tiny]]');

    const first = await ask(body);
    const refused = await ask(newPrompt('[[size:tiny]]'));
    const hit = await ask(body);

    expect(first.headers.get('RateLimit-Policy')).toContain('"visitor-minute";q=1;w=60');
    expect(first.headers.get('RateLimit')).toContain('"visitor-minute";r=');
    expect(first.headers.has('Peel-Cost')).toBe(false);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(await reasonOf(refused)).toEqual([429, 'VISITOR_MINUTE']);
    expect(hit.headers.get('Cache-Status')).toBe('peel; hit');
  });

  it.each([
    ['VISITOR_PER_DAY', 'VISITOR_DAY', '198.51.100.2'],
    ['SESSION_USES', 'SESSION_SPENT', '198.51.100.3'],
    ['SITE_PER_MINUTE', 'SITE_MINUTE', '198.51.100.4'],
  ])('%s says which it is', async (variable, reason, address) => {
    const ask = await visitor(createTestWorker({ VISITOR_PER_MINUTE: '9', [variable]: '1' }), address);

    await ask(newPrompt('[[size:tiny]]'));

    expect(await reasonOf(await ask(newPrompt('[[size:tiny]]')))).toEqual([429, reason]);
  });

  it('do not bind a bootstrap client', async () => {
    const limited = createTestWorker({ VISITOR_PER_MINUTE: '1', SITE_PER_MINUTE: '1' });

    for (let take = 0; take < 3; take += 1) {
      expect((await limited.ask(GENERATE, newPrompt('[[size:tiny]]'))).status).toBe(200);
    }
  });

  it('refuse a burst from one address, for any caller', async () => {
    const limited = createTestWorker({ BURST: 'on' });
    const from = { 'CF-Connecting-IP': '198.51.100.9', 'x-goog-api-key': CLIENT_KEY };

    const statuses: number[] = [];
    for (let n = 0; n < 31; n += 1) statuses.push((await limited.fetch('/v1beta/models', { headers: from })).status);

    expect(statuses.slice(0, 30)).toEqual(Array(30).fill(200));
    expect(await reasonOf(await limited.fetch('/v1beta/models', { headers: from }))).toEqual([429, 'BURST']);
  });
});

describe('a model whose price has lapsed', () => {
  it('is not called, and what is kept of it stays a hit', async () => {
    const body = newPrompt('[[size:tiny]]');
    await worker.ask(GENERATE, body);
    const lapsed = createTestWorker({}, (services) => ({
      ...services,
      pricing: { ...services.pricing, worst: () => undefined },
    }));

    expect((await lapsed.ask(GENERATE, body)).headers.get('Cache-Status')).toBe('peel; hit');
    expect(await reasonOf(await lapsed.ask(GENERATE, newPrompt()))).toEqual([503, 'PRICE_UNKNOWN']);
    const unkept = await lapsed.ask(GENERATE, newPrompt(), { 'Cache-Control': 'no-store' });
    expect(await reasonOf(unkept)).toEqual([503, 'PRICE_UNKNOWN']);
  });
});

describe('what a client hears of money', () => {
  it('is what it cost, and nothing for a hit', async () => {
    const body = newPrompt();

    const miss = await worker.ask(GENERATE, body);
    const hit = await worker.ask(GENERATE, body);
    const live = await worker.ask(SSE, newPrompt());

    expect(Number(miss.headers.get('Peel-Cost'))).toBeGreaterThan(60_000);
    expect(Number(miss.headers.get('Peel-Cost'))).toBeLessThan(80_000);
    expect(hit.headers.get('Peel-Cost')).toBe('0');
    expect(Number(live.headers.get('Peel-Cost-Reserved'))).toBeGreaterThan(67_000);
    expect(miss.headers.get('Peel-Provider')).toBe('google');
    expect(miss.headers.get('Server-Timing')).toMatch(
      /^gate;dur=\d+, parse;dur=\d+, manifest;dur=\d+, ledger;dur=\d+, provider;dur=\d+, store;dur=\d+, total;dur=\d+$/,
    );
    expect(hit.headers.get('Server-Timing')).toMatch(/^gate;dur=\d+, parse;dur=\d+, manifest;dur=\d+, total;dur=\d+$/);
  });
});
