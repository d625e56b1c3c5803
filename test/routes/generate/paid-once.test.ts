/** The same request is paid once, for any caller at any time. A call that may have been paid is not sent again. */
import { reset } from 'cloudflare:test';
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../eventually.ts';
import { createTestWorker, type ErrorAnswer, newHold, reasonOf, upstreamCalls, watchAsks } from '../../support.ts';
import {
  ARRAY,
  fetchUnread,
  GENERATE,
  moneyOf,
  nameOf,
  newBody,
  SSE,
  usageOf,
  visitorOf,
  withoutKv,
  worstOf,
} from './money.ts';

const NOTHING = { settled: 0, held: 0 };
const hashOf = async (answer: Response) =>
  createHash('sha256')
    .update(await answer.bytes())
    .digest('hex');
/** Every form of an answer contains this, in base64 or not. */
const PICTURE = /"data":\s*"([^"]{100,})"/;

afterEach(reset);

/** Identical requests that all have come before the provider answers. */
function createCrowd(words = '', ...[variables = {}, alter = (same) => same]: Parameters<typeof createTestWorker>) {
  const hold = newHold();
  const { asked, change } = watchAsks();
  return {
    worker: createTestWorker(variables, (services) => change(alter(services))),
    body: newBody(`${words} ${hold.words}`),
    async begin(asking: Promise<Response>[]): Promise<Response[]> {
      await eventually(() => asked.times).toBe(asking.length);
      await hold.release();
      return Promise.all(asking);
    },
  };
}

describe('identical requests at once', () => {
  it('in every form are one call upstream, and the same bytes for all', async () => {
    const { worker, body, begin } = createCrowd();
    const forms = [GENERATE, SSE, ARRAY];

    const answers = await begin(Array.from({ length: 30 }, (_, n) => worker.ask(forms[n % 3] as string, body)));

    expect(await upstreamCalls(nameOf(body))).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(200));
    const statuses = answers.map((answer) => answer.headers.get('Cache-Status'));
    expect(statuses.filter((status) => status === 'peel; fwd=uri-miss; stored')).toHaveLength(1);
    expect(statuses.filter((status) => status === 'peel; fwd=uri-miss; collapsed')).toHaveLength(29);
    const texts = await Promise.all(answers.map((answer) => answer.clone().text()));
    const pictures = new Set(texts.map((text) => PICTURE.exec(text)?.[1]));
    expect(pictures.size).toBe(1);
    expect([...pictures][0]?.length).toBeGreaterThan(100_000);
    const hashes = await Promise.all(answers.map(hashOf));
    for (const [n] of forms.entries()) expect(new Set(hashes.filter((_, at) => at % 3 === n)).size).toBe(1);
  });

  it('are charged to the one who started it alone', async () => {
    const { worker, body, begin } = createCrowd('[[size:tiny]]');

    const answers = await begin([
      ...Array.from({ length: 3 }, () => worker.ask(GENERATE, body)),
      ...Array.from({ length: 3 }, () => worker.ask(SSE, body)),
    ]);

    for (const answer of answers) {
      const cost = answer.headers.get('Peel-Cost') ?? answer.headers.get('Peel-Cost-Reserved');
      // The first caller may request a stream, and then it is not yet known whether the answer will be stored.
      const isStarter = !/collapsed|hit/.test(answer.headers.get('Cache-Status') ?? '');
      if (isStarter) expect(Number(cost)).toBeGreaterThan(60_000);
      else expect(cost).toBe('0');
    }
    await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
    expect((await moneyOf(worker)).settled).toBeLessThan(80_000);
    expect(await usageOf(worker)).toMatchObject([{ pictures: 1, provider: 'google' }]);
  });

  it('as addresses and as bytes are one call as well', async () => {
    const { worker, body, begin } = createCrowd();

    const [inline, linked, live] = await begin([
      worker.ask(GENERATE, body),
      worker.ask(GENERATE, body, { 'Peel-Images': 'link' }),
      worker.ask(SSE, body, { 'Peel-Images': 'link' }),
    ]);

    expect(await upstreamCalls(nameOf(body))).toBe(1);
    const data = PICTURE.exec(await inline!.text())?.[1];
    const addresses = [await linked!.text(), await live!.text()].map((text) => /\/images\/[^"]+/.exec(text)?.[0]);
    expect(addresses[0]).toBeDefined();
    expect(addresses[1]).toBe(addresses[0]);
    const picture = await worker.fetch(addresses[0] as string);
    expect((await picture.bytes()).toBase64()).toBe(data);
  });

  it('of visitors count on the one who started it', async () => {
    const { worker, body, begin } = createCrowd('[[size:tiny]]', { VISITOR_PER_MINUTE: '1' }, withoutKv);
    const ask = await visitorOf(worker, '198.51.100.1');

    const answers = await begin(Array.from({ length: 5 }, () => ask(body)));

    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
  });
});

describe('what may have been paid', () => {
  it.each(['[[error:500_internal]]', '[[reset:headers]]'])(
    'is not sent again, and another variant is: %s',
    async (words) => {
      const worker = createTestWorker();
      const body = newBody(words);

      const first = await worker.ask(GENERATE, body);
      const second = await worker.ask(SSE, body);

      expect(await reasonOf(first)).toEqual([502, 'OUTCOME_UNKNOWN']);
      expect(Number(second.headers.get('Retry-After'))).toBeGreaterThan(3500);
      const { error } = (await second.json()) as ErrorAnswer;
      expect(error.message).toContain('may have been charged');
      expect(error.details).toMatchObject([
        { reason: 'OUTCOME_UNKNOWN' },
        { retryDelay: expect.stringMatching(/^3[56]\d\ds$/) },
      ]);
      expect(await upstreamCalls(nameOf(body))).toBe(1);
      await worker.ask(GENERATE, body, { 'Peel-Variant': 'again' });
      expect(await upstreamCalls(nameOf(body))).toBe(2);
    },
  );

  it('is counted in full', async () => {
    const words = '[[error:500_internal]]';
    const worst = worstOf(words);
    const worker = createTestWorker();

    await worker.ask(GENERATE, newBody(words));

    await eventually(() => moneyOf(worker)).toEqual({ settled: worst, held: 0 });
    expect(await moneyOf(worker, 'deployment')).toEqual({ settled: worst, held: 0 });
    expect(await usageOf(worker)).toMatchObject([{ pictures: 0, costMicros: worst }]);
  });
});

describe('what provably did not run', () => {
  it.each(['[[error:429_quota]]', '[[error:503_overloaded]]', '[[error:400_invalid_argument]]'])(
    'costs nothing: %s',
    async (words) => {
      const worker = createTestWorker();

      const answer = await worker.ask(GENERATE, newBody(words));

      expect(answer.status).toBeGreaterThanOrEqual(400);
      await eventually(() => moneyOf(worker)).toEqual(NOTHING);
      await eventually(() => moneyOf(worker, 'deployment')).toEqual(NOTHING);
      expect(await usageOf(worker)).toEqual([]);
    },
  );

  it('is sent again when a caller asks again', async () => {
    const worker = createTestWorker();
    const body = newBody('[[error:400_invalid_argument]]');

    await worker.ask(GENERATE, body);
    await eventually(() => moneyOf(worker)).toEqual(NOTHING);
    await worker.ask(GENERATE, body);

    expect(await upstreamCalls(nameOf(body))).toBe(2);
  });

  it('gives the visitor the use back', async () => {
    const worker = createTestWorker({ VISITOR_PER_DAY: '1' }, withoutKv);
    const ask = await visitorOf(worker, '198.51.100.2');

    // Not a quota error, which would also put the key to rest.
    expect((await ask(newBody('[[error:400_invalid_argument]]'))).status).toBe(400);
    await eventually(() => moneyOf(worker)).toEqual(NOTHING);

    expect((await ask(newBody())).status).toBe(200);
    expect(await reasonOf(await ask(newBody()))).toEqual([429, 'VISITOR_DAY']);
  });
});

describe('a refusal of the model', () => {
  it('costs what was used, is no picture, and counts on the visitor’s day', async () => {
    const worker = createTestWorker({ VISITOR_PER_DAY: '1' }, withoutKv);
    const ask = await visitorOf(worker, '198.51.100.3');

    const refused = await ask(newBody('[[finish:IMAGE_SAFETY]]'));

    expect(refused.status).toBe(200);
    await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
    const { settled } = await moneyOf(worker);
    expect(settled).toBeGreaterThan(0);
    expect(settled).toBeLessThan(5000);
    expect(await usageOf(worker)).toMatchObject([{ pictures: 0, costMicros: settled }]);
    expect(await reasonOf(await ask(newBody()))).toEqual([429, 'VISITOR_DAY']);
  });

  it.each([GENERATE, SSE])(
    'is sent three times in an hour, and then told again, which is no hit: %s',
    async (target) => {
      const worker = createTestWorker();
      const body = newBody('[[finish:IMAGE_SAFETY]]');

      const texts: string[] = [];
      for (let n = 0; n < 4; n += 1) {
        const answer = await worker.ask(target, body);
        expect(answer.headers.get('Cache-Status')).toBe('peel; fwd=uri-miss');
        texts.push(await answer.text());
        // The next request must not come before the last one is settled.
        await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
      }

      expect(await upstreamCalls(nameOf(body))).toBe(3);
      expect(texts[3]).toBe(texts[2]);
      expect(texts[3]).toContain('IMAGE_SAFETY');
    },
  );
});

describe('an answer whose usage makes no sense', () => {
  it.each(['[[usage:none]]', '[[usage:odd]]'])('costs what was reserved for it: %s', async (words) => {
    const worst = worstOf(`[[size:tiny]]${words}`);
    const worker = createTestWorker();

    const answer = await worker.ask(GENERATE, newBody(`[[size:tiny]]${words}`));

    expect(answer.headers.get('Peel-Cost')).toBe(String(worst));
    await eventually(() => moneyOf(worker)).toEqual({ settled: worst, held: 0 });
    expect(await usageOf(worker)).toMatchObject([{ pictures: 1, overrunMicros: 0 }]);
  });
});

describe('a caller who leaves', () => {
  it('after the first event does not lose the picture: the same request joins, and later is a hit', async () => {
    const hold = newHold();
    const { asked, change } = watchAsks();
    const worker = createTestWorker({}, change);
    const body = newBody(`[[answer:thoughts]] ${hold.eventWords}`);

    const left = await fetchUnread(worker, SSE, body);
    const reader = left.body!.getReader();
    expect((await reader.read()).done).toBe(false);
    await reader.cancel();
    const joining = worker.ask(GENERATE, body);
    await eventually(() => asked.times).toBe(2);
    await hold.release();
    const joined = await joining;
    const hit = await worker.ask(GENERATE, body);

    expect([joined.status, hit.status]).toEqual([200, 200]);
    expect(joined.headers.get('Cache-Status')).toBe('peel; fwd=uri-miss; collapsed');
    expect(hit.headers.get('Cache-Status')).toBe('peel; hit');
    expect(await hashOf(hit)).toBe(await hashOf(joined));
    expect(await upstreamCalls(nameOf(body))).toBe(1);
  });

  it('alone has the picture stored all the same', async () => {
    const hold = newHold();
    const worker = createTestWorker();
    const body = newBody(`[[answer:thoughts]] ${hold.eventWords}`);

    const left = await fetchUnread(worker, SSE, body);
    await left.body!.cancel();
    await hold.release();

    await eventually(() => usageOf(worker)).toMatchObject([{ pictures: 1 }]);
    const hit = await worker.ask(GENERATE, body);
    expect(hit.headers.get('Cache-Status')).toBe('peel; hit');
    expect(await upstreamCalls(nameOf(body))).toBe(1);
  });
});
