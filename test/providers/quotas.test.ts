/** Keys with their own quotas, over real connections: each key is asked until its quota is spent. */
import { expect, inject, it } from 'vitest';
import { createRedactor } from '../../worker/gemini/redact/redact.ts';
import { createProviders } from '../../worker/providers/index.ts';
import { tagOf } from '../../worker/providers/key-tag.ts';
import type { PoolAnswer } from '../../worker/providers/provider.ts';
import type { ProviderConfig } from '../../worker/providers/provider-config.ts';
import { FAKE_GOOGLE_KEYS } from '../upstream/keys.ts';
import { callOf, request } from './fake-provider.ts';

const upstream = inject('upstreamUrl');
/** No other test uses this model, because all tests share the fake upstream. */
const MODEL = 'gemini-2.5-flash-image';

const limit = (quota: object) =>
  fetch(`${upstream}/__quota`, { method: 'POST', body: JSON.stringify({ model: MODEL, ...quota }) });

it('spends one key’s minute, then the other’s day, and then tells when the first comes back', async () => {
  const [first, second] = FAKE_GOOGLE_KEYS;
  await limit({ key: first, perMinute: 2 });
  await limit({ key: second, perDay: 1 });
  const google: ProviderConfig = {
    ...{ name: 'google', keys: FAKE_GOOGLE_KEYS, baseUrl: upstream },
    billing: 'per-token',
  };
  const pool = createProviders([google], {
    ...{ now: Date.now, random: Math.random, pause: (ms) => scheduler.wait(ms), redactor: createRedactor([]) },
    log: () => undefined,
  });
  const run = crypto.randomUUID();
  const model = callOf().model;
  const answers: PoolAnswer[] = [];
  for (let n = 0; n < 6; n += 1) {
    const parts = [{ kind: 'text' as const, text: `${run} [[size:tiny]]` }];
    const answer = await pool.generate(
      callOf({
        model: { ...model, sizes: ['1K'], offers: { google: { wireId: MODEL, prices: [] } } },
        request: { ...request, size: '1K', turns: [{ role: 'user', parts }] },
      }),
    );
    if (answer.ok) await answer.body.cancel();
    answers.push(answer);
  }

  const signatureOrigins = answers.map((answer) => (answer.ok ? answer.maker.key : answer.failure.reason));
  expect(signatureOrigins).toEqual([
    ...[tagOf(first), tagOf(first), tagOf(second)],
    ...['UPSTREAM_QUOTA', 'UPSTREAM_QUOTA', 'UPSTREAM_QUOTA'],
  ]);
  const wait = answers.at(-1) as { failure: { retryAfterSeconds: number } };
  expect(wait.failure.retryAfterSeconds).toBeGreaterThan(50);
  expect(wait.failure.retryAfterSeconds).toBeLessThanOrEqual(60);
  // Three pictures, and one refusal of each key: the last two calls sent nothing.
  const arrived = (await (await fetch(`${upstream}/__requests?includes=${run}`)).json()) as unknown[];
  expect(arrived.length).toBe(5);
});
