/** Compares what a ledger keeps in memory with its rows, which are read anew. */

import { createLedgerDebts } from '../../../../worker/ledger/debts.ts';
import { createHolds } from '../../../../worker/ledger/holds.ts';
import type { LedgerMachine } from '../../../../worker/ledger/ledger.ts';
import { createLender } from '../../../../worker/ledger/lender.ts';
import { periodOf } from '../../../../worker/ledger/periods.ts';
import { createPurses } from '../../../../worker/ledger/purses.ts';
import type { LedgerService } from '../../../../worker/ledger/service.ts';
import { createSlices } from '../../../../worker/ledger/slices.ts';
import type { Sql } from '../../../../worker/ledger/sql.ts';
import { createUses } from '../../../../worker/ledger/uses.ts';
import { dayOf } from '../../../../worker/shared/utc.ts';
import { PERIODS } from '../invariants/books.ts';

type Compare = (what: string, kept: unknown, rows: unknown) => void;

/** @param now Unix milliseconds of the ledger's clock. @returns The differences, in words. */
export function inspectMemory(service: LedgerService, sql: Sql, now: number): string[] {
  const { ledger, lender } = service;
  const wrong: string[] = [];
  const compare: Compare = (what, kept, rows) => {
    const [memory, read] = [JSON.stringify(kept), JSON.stringify(rows)];
    if (memory !== read) wrong.push(`${what}: ${memory} in memory and ${read} in the rows`);
  };
  const day = dayOf(now);
  // The debts of the deployment are the lender's. Its ledger machine has no reservations.
  if (lender.borrowers().length > 0) compare(`owed on ${day}`, lender.owed(day), createLender(sql).owed(day));
  else compareTaken(ledger, sql, day, compare);
  compareSlices(ledger, sql, now, compare);
  compare('its purses', [...ledger.purses(day)].sort(), [...createPurses(sql).all(day)].sort());
  const due = createHolds(sql).all();
  compare('owners to ask', ledger.due(now).length, due.filter(({ askAt }) => askAt <= now).length);
  return wrong;
}

/** The sums of every day in the rows, and of its month. */
function compareTaken(ledger: LedgerMachine, sql: Sql, today: string, compare: Compare): void {
  const { totals, held } = sumsIn(sql);
  const days = sql.exec('SELECT day FROM holds UNION SELECT day FROM usage UNION SELECT ?', today).toArray();
  for (const whose of ['site', 'deployment'] as const) {
    const debts = createLedgerDebts(sql, whose, totals);
    for (const day of days.map((row) => String(row.day))) {
      for (const period of PERIODS) {
        const name = periodOf(period, day);
        const rows = { ...totals(name), held: held(name), owed: debts.owed(period, day) };
        compare(`what the ${whose} has taken of ${name}`, ledger.taken(whose, period, day), rows);
      }
    }
  }
}

function compareSlices(ledger: LedgerMachine, sql: Sql, now: number, compare: Compare): void {
  const { totals, held } = sumsIn(sql);
  const usedOf = (account: string) => {
    const { settled, overrun } = totals(account);
    return { held: held(account), spent: settled + overrun };
  };
  const slices = createSlices(sql, usedOf, () => []);
  const isStopped = sql.exec("SELECT 1 FROM settings WHERE name = 'paused' AND value = '1'").toArray().length > 0;
  compare('the pause', ledger.isPaused(), isStopped || slices.isPaused);
  const { standing, slices: told } = slices.report(accountsIn(sql));
  if (standing === 'sharing') compare('its slices', toldBy(ledger, Object.keys(told), now), told);
}

/** Sums of a day or month, from the rows. */
function sumsIn(sql: Sql) {
  const sum = (query: string, period: string): number => Number(sql.exec(query, `${period}%`).toArray()[0]?.sum ?? 0);
  return {
    totals: (period: string) => ({
      settled: sum('SELECT sum(costMicros) AS sum FROM usage WHERE day LIKE ?', period),
      overrun: sum('SELECT sum(overrunMicros) AS sum FROM usage WHERE day LIKE ?', period),
      visitors: sum('SELECT sum(visitorMicros) AS sum FROM usage WHERE day LIKE ?', period),
    }),
    held: (period: string): number => sum('SELECT sum(micros) AS sum FROM holds WHERE day LIKE ?', period),
  };
}

const accountsIn = (sql: Sql): string[] =>
  sql
    .exec('SELECT account FROM slices')
    .toArray()
    .map(({ account }) => String(account));

/** What a sharing site's ledger tells of its slices when nothing is called back, which changes none of them. */
function toldBy(ledger: LedgerMachine, accounts: readonly string[], now: number): unknown {
  const loans = Object.fromEntries(accounts.map((account) => [account, { lent: 0, target: 0, isDue: false }]));
  const { slices } = ledger.recall({ isAlone: false, pause: { version: 0, isPaused: false }, loans }, now);
  return Object.fromEntries(accounts.map((account) => [account, slices[account]]));
}

const COUNTS: readonly string[] = [
  ...['VISITOR_MINUTE', 'VISITOR_DAY', 'VISITOR_ATTEMPTS', 'SESSION_SPENT', 'CLIENT_LIMIT', 'SITE_MINUTE'],
];

/**
 * Compares each decision of a ledger on counts with one on the rows.
 *
 * @returns What differs. It grows with the ledger's calls.
 */
export function watchCounts(ledger: LedgerMachine, sql: Sql): string[] {
  const wrong: string[] = [];
  const { reserve } = ledger;
  ledger.reserve = (reservation, now) => {
    const { id, replaces, policies } = reservation;
    const isKnown = sql.exec('SELECT 1 FROM holds WHERE id = ?', id).toArray().length > 0;
    const counted = replaces === undefined ? policies : policies.filter(({ perAttempt }) => perAttempt);
    const expected = createUses(sql).judge(counted, now, createHolds(sql).underWay);
    const refused = reserve(reservation, now);
    const isCount = refused !== undefined && COUNTS.includes(refused.reason);
    if (isCount && JSON.stringify(refused) !== JSON.stringify(expected)) {
      wrong.push(`${id}: ${JSON.stringify(refused)} where the rows say ${JSON.stringify(expected)}`);
    }
    if (refused === undefined && expected && !isKnown) wrong.push(`${id}: held where the rows say ${expected.reason}`);
    return refused;
  };
  return wrong;
}
