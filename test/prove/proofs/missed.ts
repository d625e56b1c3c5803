/**
 * Promise 2 (ARCHITECTURE.md#the-six-promises) after a crash, for the next caller. The cap has room for one picture, and
 * workerd is killed while its money is held. Its request is not repeated and no report is read: the next request misses
 * the money, so the ledger asks what became of it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { stayInOneDay } from '../../stay-in-one-day.ts';
import { ask, type Heard, nameOf, newPrompt } from '../ask.ts';
import { type Effort, type Figure, many } from '../figures.ts';
import { type Peel, startPeel } from '../peel.ts';
import { readPrices } from '../prices.ts';
import { quickerScript } from '../quicker.ts';
import { paidCalls, type Stage, until } from '../stage.ts';
import { storedObjects } from '../stored-objects.ts';

/** Shorter time after which the ledger asks, in place of 30 s. The watchdog of the run rings long after it. */
const QUICKER = { ASK_AFTER_MS: 4_000 };
/** Time for the question, which looks in R2, and for the isolate's memory of the refusals before it. */
const GRACE_MS = 60_000;
const EVERY_MS = 250;
const ROUND_MS = 120_000;
const ROUNDS: Record<Effort, number> = { full: 5, short: 1 };

interface Crash {
  name: string;
  /** Of equal length, because a prompt's length is in its price. */
  words: string;
  isReached(peel: Peel, since: number): boolean;
  /** What the next caller hears in the end. Until then its money is held. */
  end: 'picture' | 'DAILY_BUDGET_SPENT';
}

const CRASHES: readonly Crash[] = [
  {
    name: 'with its picture in R2, which settles it at its price',
    words: '[[size:600KB]] [[delay:0000]]',
    isReached: ({ storage }, since) => storedObjects(storage, 'images', since).length > 0,
    end: 'picture',
  },
  {
    name: 'before a byte came, which counts in full',
    words: '[[size:600KB]] [[delay:9000]]',
    isReached: () => true,
    end: 'DAILY_BUDGET_SPENT',
  },
];

interface Round {
  crash: Crash;
  heard: Heard[];
  /** Whether the first word came before the ledger may ask. */
  isEarly: boolean;
  /** From the crash to the last word, in milliseconds. */
  tookMs: number;
}

export async function proveMissed(stage: Stage, effort: Effort): Promise<Figure[]> {
  const prices = await readPrices(stage, CRASHES[0]!.words);
  const script = quickerScript(stage.script, QUICKER);
  const rounds: Round[] = [];
  for (const crash of CRASHES) {
    for (let n = 0; n < ROUNDS[effort]; n += 1) {
      await stayInOneDay(ROUND_MS);
      // Room for a second picture beside the price of the first, but not beside its hold.
      const budget = ((prices.worst + prices.cost + 1000) / 1e6).toFixed(6);
      const peel = await startPeel(script, stage.upstream.url, { SITE_DAILY_BUDGET_USD: budget });
      try {
        rounds.push(await playRound(stage, peel, crash));
      } finally {
        await peel.close();
      }
      const { heard, tookMs } = rounds.at(-1)!;
      stage.say(`missed, ${crash.name}: ${wordOf(heard.at(-1))} after ${(tookMs / 1000).toFixed(1)} s`);
    }
  }
  const wrong = rounds.filter((round) => !isRight(round)).map(({ heard }) => `(${heard.map(wordOf).join(', ')})`);
  const slowest = Math.max(...rounds.map(({ tookMs }) => tookMs));
  const measuredOn = `SIGKILL of ${many(rounds.length, 'held picture')}, asked about after ${QUICKER.ASK_AFTER_MS / 1000} s`;
  return [
    {
      promise: 'Next callers who do not hear in the end what the money of a killed run became',
      figure: [wrong.length, ...wrong].join(' '),
      measuredOn: `${measuredOn}; the last word came after ${(slowest / 1000).toFixed(1)} s`,
      holds: wrong.length === 0,
    },
  ];
}

async function playRound(stage: Stage, peel: Peel, crash: Crash): Promise<Round> {
  const killed = newPrompt(crash.words);
  const since = Date.now();
  const cut = ask(peel.url, killed).catch(() => undefined);
  await until('the call reaches upstream', () => paidCalls(stage, nameOf(killed)).length > 0);
  await until('the moment of the crash', () => crash.isReached(peel, since));
  await peel.kill();
  await cut;
  await peel.restart();
  const restartedAt = performance.now();
  const heard: Heard[] = [];
  let isEarly: boolean | undefined;
  while (performance.now() < restartedAt + QUICKER.ASK_AFTER_MS + GRACE_MS) {
    heard.push(await ask(peel.url, newPrompt(crash.words.replace(/delay:\d+/, 'delay:0000'))));
    isEarly ??= Date.now() < since + QUICKER.ASK_AFTER_MS;
    if (heard.at(-1)?.reason !== 'BUDGET_HELD') break;
    await sleep(EVERY_MS);
  }
  return { crash, heard, isEarly: isEarly ?? false, tookMs: performance.now() - restartedAt };
}

const wordOf = (heard: Heard | undefined): string => heard?.reason ?? (heard?.picture ? 'picture' : 'nothing');

/** The money is held at first. A machine that takes longer to start again than the ledger waits does not see that. */
const isRight = ({ crash, heard, isEarly }: Round): boolean =>
  (!isEarly || wordOf(heard[0]) === 'BUDGET_HELD') && wordOf(heard.at(-1)) === crash.end;
