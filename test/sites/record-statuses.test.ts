import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../worker/config/config.ts';
import { brokenField, readRecordStatuses } from '../../worker/sites/record-statuses.ts';
import type { RecordContext } from '../../worker/sites/site-record.ts';

const { site, showcase, catalog } = readConfig({});
const context: RecordContext = {
  ...{ catalog, demo: false, defaultProof: 'pow', hasTurnstile: false },
  today: () => '2026-11-23',
  isPublicSuffix: async () => false,
};
const stands = () => readRecordStatuses({ kv: env.KV, context, fallback: () => ({ site, showcase }) });
const record = (change = {}) =>
  JSON.stringify({ origins: ['https://shop.example'], adultsDeclared: true, proof: 'none', ...change });

beforeEach(async () => {
  const { keys } = await env.KV.list({ prefix: 'site:' });
  await Promise.all(keys.map(({ name }) => env.KV.delete(name)));
});

describe('the sites of a deployment', () => {
  it('are the variables’ alone without a record', async () => {
    expect(await stands()).toEqual([{ site }]);
  });

  it('are its records, each as it is or with the field that breaks a rule', async () => {
    await env.KV.put('site:shop', record());
    await env.KV.put('site:gifts', record({ budgets: { dailyUsd: -1 } }));
    await env.KV.put('site:default', '{');
    await env.KV.put('site:-no-id', record());

    const found = await stands();
    const told = found.map((each) => ('field' in each ? [each.id, each.field] : [each.site.id, each.site.proof]));

    expect(told.toSorted()).toEqual([
      ['default', 'record'],
      ['gifts', 'budgets.dailyUsd'],
      ['shop', 'none'],
    ]);
  });
});

it('a broken site goes on by its last good record, unless that breaks a rule too', async () => {
  await env.KV.put('site:shop', record({ limits: { perMinute: 0 } }));
  await env.KV.put('site-last-good:shop', record());
  await env.KV.put('site:gifts', record({ adultsDeclared: false }));
  await env.KV.put('site-last-good:gifts', record({ adultsDeclared: false }));

  expect(await stands()).toEqual([
    { site },
    { id: 'gifts', field: 'adultsDeclared', isKept: false },
    { id: 'shop', field: 'limits.perMinute', isKept: true },
  ]);
});

it.each([
  ['must be JSON', 'record'],
  ['budgets.dailyUsd must be an amount of dollars', 'budgets.dailyUsd'],
])('a problem names its field: %s', (problem, field) => {
  expect(brokenField(problem)).toBe(field);
});
