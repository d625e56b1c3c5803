/**
 * Promise 2 (ARCHITECTURE.md#the-six-promises) against a crowd: the cap has room for ten of two hundred simultaneous
 * requests, and exactly ten reach upstream. The money they do not spend is free for others, to the micro-dollar.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { REMEMBER_HELD_MS } from '../../../worker/ledger/refusals.ts';
import { stayInOneDay } from '../../stay-in-one-day.ts';
import { ask, type Heard, JSON_INLINE, newPrompt, WAYS, type Way } from '../ask.ts';
import { dollars, type Effort, type Figure, many } from '../figures.ts';
import { awaitNothingOpen, type LedgerReport, type Ledgers, readLedgers } from '../owner.ts';
import type { Peel } from '../peel.ts';
import { type Prices, readPrices } from '../prices.ts';
import { paidCalls, type Stage, until } from '../stage.ts';

const CAPS = [
  { name: 'SITE_DAILY_BUDGET_USD', spent: 'DAILY_BUDGET_SPENT' },
  { name: 'SITE_MONTHLY_BUDGET_USD', spent: 'MONTHLY_BUDGET_SPENT' },
  { name: 'DEPLOYMENT_DAILY_BUDGET_USD', spent: 'DEPLOYMENT_BUDGET_SPENT' },
  { name: 'DEPLOYMENT_MONTHLY_BUDGET_USD', spent: 'DEPLOYMENT_BUDGET_SPENT' },
] as const;

type Cap = (typeof CAPS)[number];

/** Every kind of request needs a reservation. */
const CROWDS_WAYS: readonly Way[] = [...WAYS, { ...JSON_INLINE, noStore: true }];

/** In a test, one cap of each ledger and of each period. */
const CAPS_TRIED: Record<Effort, readonly Cap[]> = { full: CAPS, short: [CAPS[0], CAPS[3]] };
const ROUNDS: Record<Effort, number> = { full: 50, short: 1 };
const CROWD: Record<Effort, number> = { full: 200, short: 48 };
const ROOM_FOR = 10;
/** Size of the second crowd: far more than the money that the first one leaves. */
const SECOND_CROWD = 20;

const ROUND_MS = 60_000;

interface Round {
  /** Calls of the first crowd that reached upstream. */
  reached: number;
  /** Micro-dollars over the cap: the larger figure from upstream calls and from the ledger. */
  overshoot: number;
  /** Micro-dollars between the ledgers and the reservations, and later the cost of the answers. */
  drift: number;
  /** Second crowd: difference between the calls upstream and the calls that the freed money pays for. */
  misfits: number;
  /** Refusals with a wrong status or reason, or without a time to retry. */
  wrongRefusals: string[];
}

export async function proveCrowd(stage: Stage, effort: Effort): Promise<Figure[]> {
  const probe = newCrowd();
  stage.upstream.release(probe);
  const prices = await readPrices(stage, words(probe));
  const rounds: Round[] = [];
  for (const cap of CAPS_TRIED[effort]) {
    for (let n = 0; n < ROUNDS[effort]; n += 1) {
      await stayInOneDay(ROUND_MS);
      rounds.push(await playRound(stage, cap, prices, CROWD[effort]));
      if (rounds.length % 10 === 0) stage.say(`crowd: ${many(rounds.length, 'round')}, ${cap.name}`);
    }
  }
  const sum = (pick: (round: Round) => number): number => rounds.reduce((all, round) => all + pick(round), 0);
  const [overshoot, drift, misfits] = [sum((r) => r.overshoot), sum((r) => r.drift), sum((r) => r.misfits)];
  const exact = rounds.filter(({ reached }) => reached === ROOM_FOR).length;
  const wrong = rounds.flatMap(({ wrongRefusals }) => wrongRefusals);
  const measuredOn = `${many(rounds.length, 'round')} × ${CROWD[effort]} different requests at once, ${many(CAPS_TRIED[effort].length, 'cap')} with room for ${ROOM_FOR}`;
  return [
    { promise: 'Overshoot of a cap', figure: dollars(overshoot), measuredOn, holds: overshoot === 0 },
    {
      promise: `Rounds in which exactly ${ROOM_FOR} reached upstream`,
      figure: `${exact} of ${rounds.length}`,
      measuredOn,
      holds: exact === rounds.length,
    },
    {
      promise: 'Money held and not spent that was not free again',
      figure: dollars(drift),
      measuredOn,
      holds: drift === 0,
    },
    {
      promise: 'Requests more or fewer than the freed money was for',
      figure: `${misfits}`,
      measuredOn,
      holds: misfits === 0,
    },
    {
      promise: 'Refusals that do not say which cap, or when it opens',
      figure: [wrong.length, ...new Set(wrong)].join(' '),
      measuredOn,
      holds: wrong.length === 0,
    },
  ];
}

/** Holds the answers until the whole crowd has asked. Equal length, because a prompt's length is in its price. */
const words = (crowd: string): string => `[[size:tiny]] [[hold:${crowd}]]`;

const newCrowd = (): string => newPrompt().trim();

/** One deployment whose cap is ten times the worst price, and two crowds. */
async function playRound(stage: Stage, cap: Cap, { worst, cost }: Prices, size: number): Promise<Round> {
  stage.upstream.reset();
  const capMicros = ROOM_FOR * worst;
  return stage.withPeel({ [cap.name]: (capMicros / 1e6).toFixed(6) }, async (peel) => {
    const first = await sendCrowd(stage, peel, size);
    const firstDrift = await settle(peel, first.calls * cost);
    const left = capMicros - first.calls * cost;
    // Until then the isolate repeats to the second crowd what the first one heard.
    await sleep(REMEMBER_HELD_MS);
    const second = await sendCrowd(stage, peel, SECOND_CROWD);
    const spent = (first.calls + second.calls) * cost;
    const secondDrift = await settle(peel, spent);
    const taken = takenOf(first.ledgers, cap);
    return {
      reached: first.calls,
      overshoot: Math.max(
        0,
        (first.calls - ROOM_FOR) * worst,
        taken - capMicros,
        takenOf(second.ledgers, cap) - capMicros,
        spent - capMicros,
      ),
      drift: Math.abs(taken - first.calls * worst) + firstDrift + secondDrift,
      misfits: Math.abs(second.calls - Math.floor(left / worst)),
      wrongRefusals: [
        ...wrongRefusals(first.heard, 'BUDGET_HELD'),
        ...wrongRefusals(second.heard, left < worst ? cap.spent : 'BUDGET_HELD'),
      ],
    };
  });
}

interface Crowd {
  heard: Heard[];
  /** Calls that reached upstream. */
  calls: number;
  /** The ledgers while the admitted calls were held. */
  ledgers: Ledgers;
}

async function sendCrowd(stage: Stage, peel: Peel, size: number): Promise<Crowd> {
  const crowd = newCrowd();
  const calls = () => paidCalls(stage, crowd);
  let answered = 0;
  const asked = Array.from({ length: size }, async (_, i) => {
    const way = CROWDS_WAYS[i % CROWDS_WAYS.length];
    const heard = await ask(peel.url, newPrompt(words(crowd)), way);
    answered += 1;
    return heard;
  });
  await until('each of a crowd is held or refused', () => answered + calls().length >= size, {
    withinMs: 120_000,
    everyMs: 10,
  });
  const ledgers = await readLedgers(peel);
  stage.upstream.release(crowd);
  return { heard: await Promise.all(asked), calls: calls().length, ledgers };
}

/** Waits until holds are settled. @returns Micro-dollars between the ledgers and the spent money. */
async function settle(peel: Peel, spent: number): Promise<number> {
  const ledgers = await awaitNothingOpen(peel);
  const differs = ({ settledMicros, open }: LedgerReport): number => Math.abs(settledMicros - spent) + open.length;
  return differs(ledgers.site) + differs(ledgers.deployment);
}

function takenOf({ site, deployment }: Ledgers, { name }: Cap): number {
  const report = name.startsWith('SITE') ? site : deployment;
  return name.includes('MONTHLY')
    ? report.monthSettledMicros + report.monthOverrunMicros + report.monthHeldMicros
    : report.settledMicros + report.overrunMicros + report.heldMicros;
}

const wrongRefusals = (heard: readonly Heard[], expected: string): string[] =>
  heard
    .filter(({ status }) => status !== 200)
    .filter(({ status, reason, retryAfter }) => status !== 429 || reason !== expected || !(Number(retryAfter) > 0))
    .map(({ status, reason }) => `(${status} ${reason} instead of ${expected})`);
