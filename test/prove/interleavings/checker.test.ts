/** The checker first: what it lets pass proves nothing before it is shown what it does not let pass. */
import { expect, it } from 'vitest';
import { BAD_LEDGERS } from './bad-ledgers.ts';
import { check } from './checker.ts';
import type { Facts, Happening, Untimed } from './history.ts';
import { HUNT_WORLDS, hunt } from './hunt.ts';

const DAY = '2026-03-10';
const FACTS: Facts = {
  caps: { site: { day: 100, month: 1000 }, deployment: { day: 100, month: Number.POSITIVE_INFINITY } },
  clocksJump: false,
};

const held = (id: string, micros: number): Untimed[] =>
  (['site', 'deployment'] as const).map((ledger) => ({ type: 'held', ledger, id, micros, day: DAY }));
const settled = (id: string, micros: number): Untimed[] =>
  (['site', 'deployment'] as const).map((ledger) => ({ type: 'settled', ledger, id, micros, overrun: 0, day: DAY }));
const released = (id: string): Untimed[] =>
  (['site', 'deployment'] as const).map((ledger) => ({ type: 'released', ledger, id }));
const sent: Untimed = { type: 'dispatched', id: 'a:1', key: 'key', noStore: false, isKept: false };
const billed: Untimed = { type: 'billed', id: 'a:1', micros: 40 };
const ended: Untimed = { type: 'ended', run: 'a', key: 'key', outcome: 'picture', localAt: 0 };
const rest: Untimed = { type: 'rest', unfinished: [] };

const rulesOf = (history: readonly Untimed[]): string[] => [
  ...new Set(
    check(
      history.map((each, at) => ({ ...each, at }) as Happening),
      FACTS,
    ).map(({ rule }) => rule),
  ),
];

it.each<{ name: string; history: Untimed[]; broken: string[] }>([
  {
    name: 'passes a picture',
    history: [...held('a:1', 50), sent, billed, ...settled('a:1', 40), ended, rest],
    broken: [],
  },
  {
    name: 'fails grants over a cap',
    history: [...held('a:1', 60), ...held('b:1', 60)],
    broken: ['neverOverACap', 'overrunsArePaidBack'],
  },
  { name: 'fails money that stays held', history: [...held('a:1', 50), rest], broken: ['booksAgree'] },
  { name: 'fails money held past the end', history: [...held('a:1', 50), ended], broken: ['endedHoldsNothing'] },
  { name: 'fails a call without money', history: [sent], broken: ['dispatchedWithMoney'] },
  { name: 'fails a call sent twice', history: [...held('a:1', 50), sent, sent], broken: ['dispatchedOnce'] },
  { name: 'fails money given back', history: [...held('a:1', 50), sent, ...released('a:1')], broken: ['noRefunds'] },
  {
    name: 'fails a bill that is not paid',
    history: [...held('a:1', 50), sent, billed, ...settled('a:1', 30), rest],
    broken: ['booksAgree'],
  },
  {
    name: 'fails what is settled twice',
    history: [...held('a:1', 50), ...settled('a:1', 40), ...settled('a:1', 40)],
    broken: ['oneLife'],
  },
  {
    name: 'fails a caller nobody answers',
    history: [{ type: 'asked', visit: 1 }, rest],
    broken: ['everybodyIsAnswered'],
  },
])('$name', ({ history, broken }) => {
  expect(rulesOf(history)).toEqual(broken);
});

it.each(BAD_LEDGERS)(`fails a ledger that $name, within ${HUNT_WORLDS} worlds`, async ({ make, rule }) => {
  const found = await hunt({ ledger: make }, rule);

  expect(found?.violations.map((violation) => violation.rule)).toContain(rule);
});
