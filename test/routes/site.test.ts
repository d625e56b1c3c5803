import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { SessionAnswer, SiteFacts } from '../../worker/protocol.ts';
import type { Model } from '../../worker/routes/gemini-model.ts';
import { CLIENT_KEY } from '../client-keys.ts';
import {
  createTestWorker,
  type ErrorAnswer,
  newPrompt,
  ORIGIN,
  reasonOf,
  type TestWorker,
  WORKER,
} from '../support.ts';

const factsOf = async (worker: TestWorker, headers: Record<string, string> = {}): Promise<SiteFacts> =>
  (await (await worker.fetch('/peel/site', { headers: { Origin: ORIGIN, ...headers } })).json()) as SiteFacts;

describe('GET /peel/site', () => {
  it('tells the public facts to the site’s own pages', async () => {
    const answer = await createTestWorker().fetch('/peel/site?site=default', { headers: { Origin: ORIGIN } });

    const facts = (await answer.json()) as SiteFacts;
    expect(facts).toMatchObject({
      site: 'default',
      defaultModel: 'gemini-nano-banana-2.1',
      promptMode: 'free',
      ...{ slots: [], presets: [], ideas: [], wall: [], actions: [] },
      paused: false,
      limits: { perMinute: 3, perDay: 20, left: 20 },
      proof: { kind: 'none' },
    });
    expect(facts.models.map(({ id }) => id)).toContain('gemini-3-pro-image');
    expect(facts.models[0]).toMatchObject({ sizes: expect.arrayContaining(['1K']), maxReferences: 14 });
    expect(facts).not.toHaveProperty('notice');
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN);
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
  });

  it.each([
    ['the number, where dollars are enough', '1000', 20],
    ['what a visitor may spend of a new site’s dollar', '1', 7],
    ['what a visitor may spend of the usual five', '5', 13],
  ])('tells how many pictures a visitor has by %s', async (_, usd, perDay) => {
    const worker = createTestWorker({ SITE_DAILY_BUDGET_USD: usd });
    const from = { Origin: ORIGIN, 'CF-Connecting-IP': `203.0.113.${perDay}` };
    const ticket = async (): Promise<SessionAnswer> => {
      const init = { method: 'POST', headers: { ...from, 'Content-Type': 'application/json' }, body: '{}' };
      return (await worker.fetch('/peel/session', init)).json();
    };

    const { token, remaining } = await ticket();
    expect((await factsOf(worker, from)).limits).toEqual({ perMinute: 3, perDay, left: perDay });
    expect(remaining.day).toBe(perDay);
    const headers = { ...from, Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const init = { method: 'POST', headers };
    const target = '/v1beta/models/gemini-nano-banana-2.1:generateContent';
    const drawn = await worker.fetch(target, { ...init, body: JSON.stringify(newPrompt()) });

    expect(drawn.status).toBe(200);
    expect((await factsOf(worker, from)).limits.left).toBe(perDay - 1);
    expect((await ticket()).remaining.day).toBe(perDay - 1);
  });

  it('tells what the owner shows, with whole addresses', async () => {
    const fox = { image: 'https://shop.example/fox.jpg', prompt: 'A fox', width: 3, height: 2, alt: 'A red fox' };

    const facts = await factsOf(
      createTestWorker({
        SITE_IDEAS: '["A fox, asleep", {"text": "A boat", "image": "/wall/boat.jpg"}]',
        SITE_WALL: JSON.stringify([fox, { ...fox, image: '/images/b0f3/0.png' }]),
        SITE_ACTIONS: 'take,change',
        SITE_NOTICE: 'Pictures are kept for 30 days.',
      }),
    );

    expect(facts).toMatchObject({
      ideas: [{ text: 'A fox, asleep' }, { text: 'A boat', image: `${WORKER}/wall/boat.jpg` }],
      wall: [fox, { ...fox, image: `${WORKER}/images/b0f3/0.png` }],
      actions: ['take', 'change'],
      notice: 'Pictures are kept for 30 days.',
    });
  });

  it.each([true, false])('tells how dear each model is only where the owner shows prices: %s', async (showPrices) => {
    const page = `https://prices-${showPrices}.example`;
    await env.KV.put(
      `site:prices-${showPrices}`,
      JSON.stringify({ origins: [page], adultsDeclared: true, showPrices }),
    );

    const answer = await createTestWorker().fetch(`/peel/site?site=prices-${showPrices}`, {
      headers: { Origin: page },
    });

    const { models } = (await answer.json()) as SiteFacts;
    expect(models.find(({ id }) => id === 'gemini-3-pro-image')?.priceClass).toBe(showPrices ? 'high' : undefined);
    expect(models.find(({ id }) => id === 'gemini-nano-banana-2.1')?.priceClass).toBe(showPrices ? 'low' : undefined);
  });

  it('judges a page of our own origin by what the browser says, and only in demo mode or where it is listed', async () => {
    const headers = { 'Sec-Fetch-Site': 'same-origin' };
    const demo = createTestWorker({ GOOGLE_API_KEYS: '', SITE_ORIGINS: '' });
    const listed = createTestWorker({ SITE_ORIGINS: 'https://peel.example' });

    expect((await demo.fetch('/peel/site', { headers })).status).toBe(200);
    expect((await listed.fetch('/peel/site', { headers })).status).toBe(200);
    expect(await reasonOf(await createTestWorker().fetch('/peel/site', { headers }))).toEqual([403, 'ORIGIN_DENIED']);
    expect(await reasonOf(await createTestWorker().fetch('/peel/site'))).toEqual([403, 'ORIGIN_DENIED']);
  });

  it('does not know other sites', async () => {
    const answer = await createTestWorker().fetch('/peel/site?site=nope', { headers: { Origin: ORIGIN } });

    expect(await reasonOf(answer)).toEqual([404, 'SITE_UNKNOWN']);
  });
});

describe('pictures left today', () => {
  const visitor = { Origin: ORIGIN, 'content-type': 'application/json' };
  const at = (address: string) => ({ ...visitor, 'CF-Connecting-IP': address });

  async function draw(worker: TestWorker, headers: Record<string, string>) {
    const session = await worker.fetch('/peel/session', { method: 'POST', headers, body: '{}' });
    const { token } = (await session.json()) as SessionAnswer;
    const authorized = { ...headers, Authorization: `Bearer ${token}`, 'x-goog-api-key': '' };
    return worker.ask('gemini-nano-banana-2.1:generateContent', newPrompt('[[size:tiny]]'), authorized);
  }

  it('are those of the visitor’s own address', async () => {
    const worker = createTestWorker();
    expect((await draw(worker, at('203.0.113.41'))).status).toBe(200);

    expect((await factsOf(worker, at('203.0.113.41'))).limits.left).toBe(19);
    expect((await factsOf(worker, at('203.0.113.42'))).limits.left).toBe(20);
  });

  it('are left out where the day’s salt cannot be read, and the facts come in time', async () => {
    const hanging = createTestWorker({}, (services) => ({
      ...services,
      gate: { ...services.gate, count: () => new Promise(() => undefined) },
    }));

    const { limits } = await factsOf(hanging);

    expect(limits).toEqual({ perMinute: 3, perDay: 20 });
  });

  it('are not counted for a flood, which still gets the facts', async () => {
    const flooded = createTestWorker({}, (services) => ({
      ...services,
      gate: {
        ...services.gate,
        admitBurst: async (_request, of) => (of === 'facts' ? { reason: 'BURST', retryAfterSeconds: 1 } : undefined),
        count: () => Promise.reject(new Error('counted')),
      },
    }));

    expect((await factsOf(flooded)).limits).toEqual({ perMinute: 3, perDay: 20 });
  });
});

describe('facts are what the site allows', () => {
  const MODEL = 'gemini-3-pro-image';
  const askFor = (worker: TestWorker, more: object) =>
    worker.ask(`${MODEL}:generateContent`, { ...newPrompt('[[size:tiny]]'), ...more });
  const modelsOf = async (worker: TestWorker) => {
    const answer = await worker.fetch('/v1beta/models', { headers: { 'x-goog-api-key': CLIENT_KEY } });
    return ((await answer.json()) as { models: Model[] }).models;
  };

  it.each([
    { SITE_GROUNDING: 'off', grounding: [] },
    { SITE_GROUNDING: 'on', grounding: ['web'] },
  ])('searching, SITE_GROUNDING=$SITE_GROUNDING', async ({ SITE_GROUNDING, grounding }) => {
    const worker = createTestWorker({ SITE_GROUNDING });

    const told = (await factsOf(worker)).models.find(({ id }) => id === MODEL)?.grounding;
    const listed = (await modelsOf(worker)).find(({ name }) => name === `models/${MODEL}`)?.imageCapabilities.grounding;
    const asked = await askFor(worker, { tools: [{ googleSearch: {} }] });

    expect([told, listed]).toEqual([grounding, grounding]);
    expect(asked.status === 200).toBe(grounding.length > 0);
  });

  it('sizes', async () => {
    const worker = createTestWorker({ SITE_SIZES: '2K' });
    const sized = (imageSize: string) => ({ generationConfig: { imageConfig: { imageSize } } });

    const facts = await factsOf(worker);
    const refused = await askFor(worker, sized('4K'));
    const drawn = await askFor(worker, sized('2K'));
    const byDefault = await askFor(worker, {});

    expect(new Set(facts.models.flatMap(({ sizes }) => sizes))).toEqual(new Set(['2K']));
    expect((await modelsOf(worker)).map(({ imageCapabilities }) => imageCapabilities.sizes)).toEqual(
      facts.models.map(() => ['2K']),
    );
    expect(refused.status).toBe(400);
    expect(((await refused.json()) as ErrorAnswer).error.message).toContain('Accepted: 2K.');
    expect([drawn.status, byDefault.status]).toEqual([200, 200]);
  });

  it('models', async () => {
    const worker = createTestWorker({ SITE_MODELS: `${MODEL},gemini-3.1-flash-image` });

    const { models, defaultModel } = await factsOf(worker);
    const refused = await worker.ask('gemini-nano-banana-2.1:generateContent', newPrompt());

    expect(models.map(({ id }) => id)).toEqual([MODEL, 'gemini-3.1-flash-image']);
    expect(defaultModel).toBe(MODEL);
    expect(await reasonOf(refused)).toEqual([403, 'MODEL_NOT_ALLOWED']);
  });
});
