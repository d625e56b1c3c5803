import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { type Audit, createAudit, createAuditNotes } from '../../worker/ledger/audit.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import { DAY_MS, NOW } from './ledgers.ts';

const inAudit = (test: (audit: Audit, reopen: () => Audit) => void) =>
  runInDurableObject(env.LEDGER.getByName(crypto.randomUUID()), (_ledger, { storage }) => {
    const reopen = () => createAudit(sqlOf(storage));
    test(reopen(), reopen);
  });

const ALL = Number.MAX_SAFE_INTEGER;

it('tells who changed what, the newest first, also of one millisecond', () =>
  inAudit((audit, reopen) => {
    audit.note({ what: 'site_saved', who: 'access:ann@shop.example', site: 'shop', fields: ['origins', 'look'] }, NOW);
    audit.note({ what: 'client_made', who: 'token', site: 'shop', target: 'newsletter' }, NOW);

    expect(reopen().list(ALL, 10)).toEqual([
      {
        ...{ id: NOW * 1000 + 2, at: NOW, what: 'client_made', who: 'token', site: 'shop', target: 'newsletter' },
        count: 1,
      },
      {
        ...{ id: NOW * 1000 + 1, at: NOW, what: 'site_saved', who: 'access:ann@shop.example', site: 'shop' },
        ...{ fields: ['origins', 'look'], count: 1 },
      },
    ]);
  }));

it('tells the values of some fields before and after', () =>
  inAudit((audit, reopen) => {
    const values = { 'budgets.dailyUsd': [5, 20], proof: [null, 'pow'] } as const;
    audit.note({ what: 'site_saved', who: 'token', fields: ['budgets.dailyUsd', 'notice', 'proof'], values }, NOW);

    expect(reopen().list(ALL, 1)[0]).toMatchObject({ fields: ['budgets.dailyUsd', 'notice', 'proof'], values });
  }));

it('counts the failed log-ins of a day in one entry', () =>
  inAudit((audit) => {
    for (const at of [NOW, NOW + 1, NOW + 2, NOW + DAY_MS]) audit.noteFailedLogIn(at);

    expect(audit.list(ALL, 10).map(({ what, count, at }) => [what, count, at])).toEqual([
      ['log_ins_failed', 1, NOW + DAY_MS],
      ['log_ins_failed', 3, NOW + 2],
    ]);
  }));

it('pages by id', () =>
  inAudit((audit) => {
    for (let n = 1; n <= 5; n += 1) audit.note({ what: 'paused', who: 'token', target: String(n) }, NOW + n);
    const first = audit.list(ALL, 2);

    const second = audit.list(first.at(-1)!.id, 2);

    expect([...first, ...second].map(({ target }) => target)).toEqual(['5', '4', '3', '2']);
  }));

it('forgets after 13 months, and keeps 10,000 entries at most', () =>
  inAudit((audit, reopen) => {
    audit.note({ what: 'paused', who: 'token' }, NOW - 397 * DAY_MS);
    audit.note({ what: 'resumed', who: 'token' }, NOW - 395 * DAY_MS);
    const later = reopen();

    later.note({ what: 'paused', who: 'token' }, NOW);

    expect(later.list(ALL, 10).map(({ what }) => what)).toEqual(['paused', 'resumed']);
    for (let n = 0; n < 10_150; n += 1) later.note({ what: 'paused', who: 'token' }, NOW + n);
    expect(later.list(ALL, 20_000).length).toBeLessThanOrEqual(10_100);
  }));

it('a change that cannot be noted is in the log instead, and stops nothing', async () => {
  const lines: unknown[] = [];
  const audit = createAuditNotes(
    () => Promise.reject(new Error('no answer')),
    (event, facts) => lines.push([event, facts]),
  );

  await audit({ what: 'site_saved', who: 'token', site: 'shop', fields: ['origins', 'look'] });

  expect(lines).toEqual([
    [
      'change_unrecorded',
      {
        ...{ what: 'site_saved', who: 'token', site: 'shop', fields: 'origins look' },
        error: 'Error: no answer',
      },
    ],
  ]);
});
