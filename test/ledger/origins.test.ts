import { expect, it } from 'vitest';
import { MAX_SENT } from '../../worker/ledger/origins.ts';
import { DAY_MS, inLedger, NOW } from './ledgers.ts';

const DAY = '2026-11-23';
const page = (name: string, count = 1, lastAt = NOW) => ({ origin: `https://${name}.example`, count, lastAt });

it('pages that asked are added up by day, those that were let in apart from those that were not', () =>
  inLedger(({ origins }) => {
    origins.note(DAY, { admitted: [page('shop', 2)], refused: [page('stranger')] });
    origins.note(DAY, { admitted: [page('shop', 3, NOW + 5), page('mugs')], refused: [] });
    origins.note('2026-11-22', { admitted: [page('old', 9)], refused: [] });

    expect(origins.on(DAY)).toEqual({
      admitted: [page('shop', 5, NOW + 5), page('mugs')],
      refused: [page('stranger')],
    });
  }));

it('strangers that invent origins fill no table, and push out no page that asks more often', () =>
  inLedger(({ origins }, storage) => {
    origins.note(DAY, { admitted: [], refused: [page('real', 6)] });
    for (let n = 0; n < 500; n += 10) {
      const invented = Array.from({ length: 10 }, (_, i) => page(`x${n + i}`, 1, NOW + n));
      origins.note(DAY, { admitted: [], refused: invented });
    }
    const tooMany = Array.from({ length: 3 * MAX_SENT }, (_, n) => page(`y${n}`, 2, NOW + 900));
    origins.note(DAY, { admitted: [], refused: [...tooMany, page('z'.repeat(300), 99)] });

    const { refused } = origins.on(DAY);
    expect(refused).toHaveLength(20);
    expect(refused[0]).toEqual(page('real', 6));
    expect(refused.every(({ origin }) => /real|y/.test(origin))).toBe(true);
    expect(storage.sql.exec('SELECT count(*) AS rows FROM origins').one().rows).toBe(100);
  }));

it('are forgotten after two days', () =>
  inLedger((ledger) => {
    ledger.origins.note(DAY, { admitted: [page('shop')], refused: [] });

    ledger.forget(NOW + 2 * DAY_MS);
    expect(ledger.origins.on(DAY).admitted).toHaveLength(1);
    ledger.forget(NOW + 3 * DAY_MS);

    expect(ledger.origins.on(DAY).admitted).toEqual([]);
  }));
