/** Tests the checker itself: a trace that passes proves something only if bad traces fail. */
import { expect, it } from 'vitest';
import { findViolation, MAX_WORLDS } from '../find-violation.ts';
import { BAD_LEDGERS } from '../nodes/bad-ledgers.ts';
import { check } from './checker.ts';
import type { Facts, Happening, Untimed } from './trace.ts';

const DAY = '2026-03-10';
const FACTS: Facts = {
  caps: { site: { day: 100, month: 1000 }, deployment: { day: 100, month: Number.POSITIVE_INFINITY } },
  keepsToCap: false,
  clocksJump: false,
};

const held = (id: string, micros: number): Untimed[] =>
  (['site', 'deployment'] as const).map((ledger) => ({ type: 'held', ledger, id, micros, day: DAY }));
const settled = (id: string, micros: number, overrun = 0): Untimed[] =>
  (['site', 'deployment'] as const).map((ledger) => ({ type: 'settled', ledger, id, micros, overrun, day: DAY }));
const on = (day: string, happenings: Untimed[]): Untimed[] =>
  happenings.map((happening) => ({ ...happening, day }) as Untimed);
const released = (id: string): Untimed[] =>
  (['site', 'deployment'] as const).map((ledger) => ({ type: 'released', ledger, id }));
const sent: Untimed = { type: 'dispatched', id: 'a:1', key: 'key', noStore: false, isKept: false };
const billed: Untimed = { type: 'billed', id: 'a:1', micros: 40 };
const ended: Untimed = { type: 'ended', run: 'a', key: 'key', outcome: 'picture', localAt: 0 };
const rest: Untimed = { type: 'rest', unfinished: [] };

const rulesOf = (trace: readonly Untimed[]): string[] => [
  ...new Set(
    check(
      trace.map((each, at) => ({ ...each, at }) as Happening),
      FACTS,
    ).map(({ rule }) => rule),
  ),
];

it.each<{ name: string; trace: Untimed[]; broken: string[] }>([
  {
    name: 'passes a picture',
    trace: [...held('a:1', 50), sent, billed, ...settled('a:1', 40), ended, rest],
    broken: [],
  },
  {
    name: 'fails grants over a cap',
    trace: [...held('a:1', 60), ...held('b:1', 60)],
    broken: ['neverOverACap', 'overrunsAreCarried'],
  },
  {
    name: 'passes what a call under way turns out to cost over its hold',
    trace: [...held('a:1', 60), ...held('b:1', 40), ...settled('a:1', 60, 200)],
    broken: [],
  },
  {
    name: 'fails a grant of what an overrun of today has spent',
    trace: [...held('a:1', 50), ...settled('a:1', 50, 30), ...held('b:1', 30)],
    broken: ['neverOverACap', 'overrunsAreCarried'],
  },
  {
    name: 'fails a grant of what an overrun has spent three days ago',
    trace: [...held('a:1', 50), ...settled('a:1', 50, 300), ...on('2026-03-13', held('b:1', 60))],
    broken: ['overrunsAreCarried'],
  },
  {
    name: 'passes the grant of what is left when it is paid for',
    trace: [...held('a:1', 50), ...settled('a:1', 50, 300), ...on('2026-03-13', held('b:1', 50))],
    broken: [],
  },
  { name: 'fails money that stays held', trace: [...held('a:1', 50), rest], broken: ['booksAgree'] },
  { name: 'fails money held past the end', trace: [...held('a:1', 50), ended], broken: ['endedHoldsNothing'] },
  { name: 'fails a call without money', trace: [sent], broken: ['dispatchedWithMoney'] },
  { name: 'fails a call sent twice', trace: [...held('a:1', 50), sent, sent], broken: ['dispatchedOnce'] },
  { name: 'fails money given back', trace: [...held('a:1', 50), sent, ...released('a:1')], broken: ['noRefunds'] },
  {
    name: 'fails a bill that is not paid',
    trace: [...held('a:1', 50), sent, billed, ...settled('a:1', 30), rest],
    broken: ['booksAgree'],
  },
  {
    name: 'fails what is settled twice',
    trace: [...held('a:1', 50), ...settled('a:1', 40), ...settled('a:1', 40)],
    broken: ['oneLife'],
  },
  {
    name: 'fails a caller without an answer',
    trace: [{ type: 'asked', visit: 1 }, rest],
    broken: ['everybodyIsAnswered'],
  },
])('$name', ({ trace, broken }) => {
  expect(rulesOf(trace)).toEqual(broken);
});

it('fails a bill over a cap of a provider that keeps to what it is allowed', () => {
  const trace = [...held('a:1', 90), sent, { ...billed, micros: 101 }].map(
    (each, at) => ({ ...each, at }) as Happening,
  );

  expect(check(trace, { ...FACTS, keepsToCap: true }).map(({ rule }) => rule)).toContain('neverOverACap');
  expect(check(trace, FACTS)).toEqual([]);
});

it.each(BAD_LEDGERS)(`fails a ledger that $name, within ${MAX_WORLDS} worlds`, async ({ make, rule }) => {
  const found = await findViolation({ ledger: make }, rule);

  expect(found?.violations.map((violation) => violation.rule)).toContain(rule);
});
