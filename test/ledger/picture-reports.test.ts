import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { createPictureReports, type PictureReports } from '../../worker/ledger/picture-reports.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import { NOW } from './ledgers.ts';

const inReports = (test: (reports: PictureReports) => void) =>
  runInDurableObject(env.LEDGER.getByName(crypto.randomUUID()), (_ledger, { storage }) =>
    test(createPictureReports(sqlOf(storage))),
  );

const DAY_MS = 86_400_000;
const report = (id: string, visitor: string, words = 'mine', network = visitor) => ({ id, words, visitor, network });

it('every report of a picture is counted, and the words of the first five are kept', () =>
  inReports((reports) => {
    const counts = Array.from({ length: 7 }, (_, n) => reports.take(report('one', `v${n}`, `words ${n}`), NOW + n));

    expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(reports.of(['one', 'two'])).toEqual({
      one: { at: NOW, count: 7, words: ['words 0', 'words 1', 'words 2', 'words 3', 'words 4'] },
    });
  }));

it('a visitor counts once for each picture and day', () =>
  inReports((reports) => {
    reports.take(report('one', 'v'), NOW);

    expect(reports.take(report('one', 'v', 'again'), NOW + 1)).toBe(0);
    expect(reports.take(report('one', 'v', 'again'), NOW + DAY_MS)).toBe(2);
  }));

it('a visitor reports ten pictures a day, and a network forty', () =>
  inReports((reports) => {
    for (let n = 0; n < 40; n += 1) expect(reports.take(report(`p${n}`, `v${n % 4}`, 'x', 'net'), NOW)).toBe(1);

    expect(reports.take(report('more', 'v0', 'x', 'other'), NOW)).toMatchObject({ reason: 'VISITOR_DAY', limit: 10 });
    expect(reports.take(report('more', 'fresh', 'x', 'net'), NOW)).toMatchObject({ of: 'reports' });
    expect(reports.take(report('more', 'fresh', 'x', 'other'), NOW)).toBe(1);
    expect(reports.take(report('more', 'v0', 'x', 'net'), NOW + DAY_MS)).toBe(2);
  }));

it('a flood from everywhere drops the oldest reports and keeps a bound', () =>
  inReports((reports) => {
    for (let n = 0; n < 1005; n += 1) reports.take(report(`p${n}`, `v${n}`), NOW + n);

    expect(reports.ids()).toHaveLength(1000);
    expect(reports.ids()[0]).toBe('p1004');
    expect(reports.of(['p4'])).toEqual({});
  }));

it('what the owner has decided is closed, and can be reported anew', () =>
  inReports((reports) => {
    reports.take(report('one', 'v'), NOW);

    reports.close('one');
    reports.close('one');

    expect(reports.of(['one'])).toEqual({});
    expect(reports.take(report('one', 'w', 'still mine'), NOW)).toBe(1);
  }));
