/** Tests the checker itself: a trace that passes proves something only if bad traces fail. */
import { expect, it } from 'vitest';
import { DEPLOYMENT } from '../../../../worker/ledger/rpc.ts';
import type { Purse } from '../../../../worker/limits/purses.ts';
import { findViolation, MAX_WORLDS } from '../find-violation.ts';
import { BAD_LEDGERS } from '../nodes/bad-ledgers.ts';
import { check } from './checker.ts';
import type { Facts, Happening, Untimed } from './trace.ts';

const DAY = '2026-03-10';
const SITE = 'site:one';
const OTHER = 'site:two';
const FACTS: Facts = {
  caps: { [SITE]: { day: 100, month: 1000 }, [DEPLOYMENT]: { day: 100, month: Number.POSITIVE_INFINITY } },
  keepsToCap: false,
  clocksJump: false,
};

const held = (id: string, micros: number, ledger = SITE): Untimed[] => [{ type: 'held', ledger, id, micros, day: DAY }];
const purse = (micros: number): Purse => ({
  ...{ name: 'visitor', who: 'p1', period: 'day', reason: 'VISITOR_BUDGET_SPENT' },
  micros,
});
const heldOf = (id: string, micros: number, most: number): Untimed[] =>
  held(id, micros).map((happening) => Object.assign({}, happening, { purses: [purse(most)] }));
const kept: Untimed = { type: 'kept', site: OTHER, part: 0.4 };
const settled = (id: string, micros: number, overrun = 0): Untimed[] => [
  { type: 'settled', ledger: SITE, id, micros, overrun, day: DAY },
];
const on = (day: string, happenings: Untimed[]): Untimed[] =>
  happenings.map((happening) => ({ ...happening, day }) as Untimed);
const released = (id: string): Untimed[] => [{ type: 'released', ledger: SITE, id }];
const sent: Untimed = { type: 'dispatched', ledger: SITE, id: 'a:1', key: 'key', noStore: false, isKept: false };
const billed: Untimed = { type: 'billed', id: 'a:1', micros: 40 };
const ended: Untimed = { type: 'ended', run: 'a', key: 'key', outcome: 'picture', localAt: 0 };
const paused: Untimed = { type: 'paused', ledger: DEPLOYMENT, paused: true };
const probed = (price: number): Untimed => ({
  ...{ type: 'probed', ledger: SITE, price, day: DAY },
  ...{ how: 'BUDGET_HELD', isLast: true },
});
const after = (ms: number, ...happenings: Untimed[]): Untimed[] =>
  happenings.map((happening) => Object.assign({}, happening, { at: ms }));
const rest: Untimed = { type: 'rest', unfinished: [] };

const rulesOf = (trace: readonly Untimed[], facts = FACTS): string[] => [
  ...new Set(
    check(
      trace.map((each, at) => ({ at, ...each }) as Happening),
      facts,
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
    name: 'fails a call long after every site has heard the pause of the deployment',
    trace: [...held('a:1', 50), paused, { type: 'pauseAnswered' }, ...after(6000, sent)],
    broken: ['pauseStops'],
  },
  {
    name: 'passes a call while a site has not heard the pause of the deployment',
    trace: [...held('a:1', 50), paused, ...after(6000, sent)],
    broken: [],
  },
  {
    name: 'fails a call long after its own ledger has heard the pause',
    trace: [...held('a:1', 50), { ...paused, ledger: SITE }, ...after(6000, sent)],
    broken: ['pauseStops'],
  },
  {
    name: 'fails a refusal of money that is there',
    trace: [...held('a:1', 50), ...settled('a:1', 50), probed(50)],
    broken: ['fittingIsServed'],
  },
  {
    name: 'passes a refusal of money that is not there',
    trace: [...held('a:1', 50), ...settled('a:1', 50), probed(51)],
    broken: [],
  },
  {
    name: 'fails grants over a purse, held or spent',
    trace: [...heldOf('a:1', 30, 50), ...settled('a:1', 30, 10), ...heldOf('b:1', 11, 50)],
    broken: ['neverOverAPurse'],
  },
  {
    name: 'passes grants up to it, and what was given back',
    trace: [...heldOf('a:1', 50, 50), ...released('a:1'), ...heldOf('b:1', 20, 50), ...heldOf('c:1', 30, 50)],
    broken: [],
  },
  {
    name: 'passes the same on another day',
    trace: [...heldOf('a:1', 50, 50), ...on('2026-03-11', heldOf('b:1', 50, 50))],
    broken: [],
  },
  {
    name: 'fails loans that do not agree',
    trace: [{ type: 'mismatch', of: 'loans', what: '2 are there and 1 is lent' }],
    broken: ['loansAgree'],
  },
  {
    name: 'fails sums that are not those of the rows',
    trace: [{ type: 'mismatch', of: 'memory', what: '2 in memory and 1 in the rows' }],
    broken: ['memoryIsRows'],
  },
  {
    name: 'fails a caller without an answer',
    trace: [{ type: 'asked', visit: 1 }, rest],
    broken: ['everybodyIsAnswered'],
  },
])('$name', ({ trace, broken }) => {
  expect(rulesOf(trace)).toEqual(broken);
});

it.each<{ name: string; trace: Untimed[]; broken: string[] }>([
  {
    name: 'fails grants of two sites over the cap of the deployment',
    trace: [...held('a:1', 60), ...held('b:1', 60, OTHER)],
    broken: ['neverOverACap', 'overrunsAreCarried'],
  },
  {
    name: 'passes a grant of one site while the overrun of another has not reached it',
    trace: [...held('a:1', 50), ...settled('a:1', 50, 30), ...after(5000, ...held('b:1', 50, OTHER))],
    broken: [],
  },
  {
    name: 'passes it later where messages were lost meanwhile',
    trace: [
      ...held('a:1', 50),
      ...settled('a:1', 50, 30),
      ...after(5000, { type: 'troubled' }),
      ...after(12_000, ...held('b:1', 50, OTHER)),
    ],
    broken: [],
  },
  {
    name: 'fails it where none was',
    trace: [...held('a:1', 50), ...settled('a:1', 50, 30), ...after(12_000, ...held('b:1', 50, OTHER))],
    broken: ['neverOverACap', 'overrunsAreCarried'],
  },
  {
    name: 'passes a refusal of money that is kept for another site',
    trace: [kept, ...held('a:1', 50), ...settled('a:1', 50), probed(11)],
    broken: [],
  },
  {
    name: 'fails the refusal of what is left beside it',
    trace: [kept, ...held('a:1', 50), ...settled('a:1', 50), probed(10)],
    broken: ['fittingIsServed'],
  },
])('$name', ({ trace, broken }) => {
  const caps = { ...FACTS.caps, [OTHER]: { day: 100, month: 1000 } };

  expect(rulesOf(trace, { ...FACTS, caps })).toEqual(broken);
});

it.each<{ name: string; trace: Untimed[]; broken: string[] }>([
  {
    name: 'fails a grant that reaches into the share of another site',
    trace: [kept, ...held('a:1', 61)],
    broken: ['sharesAreKept'],
  },
  { name: 'passes one that leaves it', trace: [kept, ...held('a:1', 60), ...held('b:1', 40, OTHER)], broken: [] },
  { name: 'passes one from before it was told', trace: [...held('a:1', 61), kept, ...held('b:1', 1)], broken: [] },
])('$name', ({ trace, broken }) => {
  const caps = { ...FACTS.caps, [OTHER]: { day: 100, month: 1000 } };

  expect(rulesOf(trace, { ...FACTS, caps, keepsToCap: true })).toEqual(broken);
});

it('fails a bill over a cap of a provider that keeps to what it is allowed', () => {
  const trace = [...held('a:1', 90), sent, { ...billed, micros: 101 }].map(
    (each, at) => ({ ...each, at }) as Happening,
  );

  expect(check(trace, { ...FACTS, keepsToCap: true }).map(({ rule }) => rule)).toContain('neverOverACap');
  expect(check(trace, FACTS)).toEqual([]);
});

it.each(BAD_LEDGERS)(`fails a ledger that $name, within ${MAX_WORLDS} worlds`, async ({ make, rule, world }) => {
  const found = await findViolation({ ledger: make }, rule, world);

  expect(found?.violations.map((violation) => violation.rule)).toContain(rule);
});
