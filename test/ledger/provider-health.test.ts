import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { createLedgerLanes, type LedgerLanes } from '../../worker/ledger/provider-health.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import type { LaneNews } from '../../worker/providers/key-health.ts';
import { DAY_MS, NOW } from './ledgers.ts';

const inLanes = (test: (lanes: LedgerLanes) => void) =>
  runInDurableObject(env.LEDGER.getByName(crypto.randomUUID()), (_ledger, { storage }) =>
    test(createLedgerLanes(sqlOf(storage))),
  );

const rests: LaneNews = {
  ...{ provider: 'google', key: 1, model: 'gemini-3.1-flash-image', state: 'rests', trouble: 'rate', status: 429 },
  ...{ since: NOW, until: NOW + 34_000 },
};
const fit: LaneNews = { provider: 'google', key: 1, model: 'gemini-3.1-flash-image', state: 'fit', since: NOW };
const wholeKey: LaneNews = { provider: 'google', key: 1, state: 'rests', trouble: 'key-leaked', since: NOW };
const everywhere: LaneNews = { provider: 'google', state: 'rests', trouble: 'region', since: NOW };

it('keeps the last word on each lane, key and provider', () =>
  inLanes((lanes) => {
    for (const news of [rests, wholeKey, everywhere, fit]) lanes.note(news, NOW);

    expect(lanes.all()).toEqual([everywhere, wholeKey, fit].map((news) => ({ ...news, toldAt: NOW })));
  }));

it('forgets a lane of which nothing was heard for a month', () =>
  inLanes((lanes) => {
    lanes.note(rests, NOW);
    lanes.note(wholeKey, NOW + 31 * DAY_MS);

    expect(lanes.all().map(({ trouble }) => trouble)).toEqual(['key-leaked']);
  }));
