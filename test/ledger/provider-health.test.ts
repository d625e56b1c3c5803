import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { createProviderHealth, type ProviderHealth } from '../../worker/ledger/provider-health.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import type { KeyHealth } from '../../worker/providers/key-health.ts';
import { DAY_MS, NOW } from './ledgers.ts';

const inHealth = (test: (health: ProviderHealth) => void) =>
  runInDurableObject(env.LEDGER.getByName(crypto.randomUUID()), (_ledger, { storage }) =>
    test(createProviderHealth(sqlOf(storage))),
  );

const rests: KeyHealth = {
  ...{ provider: 'google', key: 1, model: 'gemini-3.1-flash-image', state: 'rests', trouble: 'rate', status: 429 },
  ...{ since: NOW, until: NOW + 34_000 },
};
const fit: KeyHealth = { provider: 'google', key: 1, model: 'gemini-3.1-flash-image', state: 'fit', since: NOW };
const wholeKey: KeyHealth = { provider: 'google', key: 1, state: 'rests', trouble: 'key-leaked', since: NOW };
const everywhere: KeyHealth = { provider: 'google', state: 'rests', trouble: 'region', since: NOW };

it('keeps the last word on each key and model, key and provider', () =>
  inHealth((health) => {
    for (const report of [rests, wholeKey, everywhere, fit]) health.note(report, NOW);

    expect(health.all()).toEqual([everywhere, wholeKey, fit].map((report) => ({ ...report, toldAt: NOW })));
  }));

it('forgets a key of which nothing was heard for a month', () =>
  inHealth((health) => {
    health.note(rests, NOW);
    health.note(wholeKey, NOW + 31 * DAY_MS);

    expect(health.all().map(({ trouble }) => trouble)).toEqual(['key-leaked']);
  }));
