/**
 * Providers that charge for more than one picture, up to a cap and over it. The proof computes their bill from the
 * calls that reached them and the words of these calls, independent of Peel's ledgers.
 */
import { stayInOneDay } from '../../stay-in-one-day.ts';
import { ask, JSON_INLINE, newPrompt, SSE_INLINE, type Way } from '../ask.ts';
import { dollars, type Effort, type Figure, many } from '../figures.ts';
import { awaitNothingOpen, type LedgerReport, type Ledgers, readLedgers } from '../owner.ts';
import type { Peel } from '../peel.ts';
import { paidCalls, type Stage } from '../stage.ts';

interface Cap {
  name: string;
  scope: 'site' | 'deployment';
  period: 'day' | 'month';
  spent: string;
}

const CAPS: readonly Cap[] = [
  { name: 'SITE_DAILY_BUDGET_USD', scope: 'site', period: 'day', spent: 'DAILY_BUDGET_SPENT' },
  { name: 'SITE_MONTHLY_BUDGET_USD', scope: 'site', period: 'month', spent: 'MONTHLY_BUDGET_SPENT' },
  { name: 'DEPLOYMENT_DAILY_BUDGET_USD', scope: 'deployment', period: 'day', spent: 'DEPLOYMENT_BUDGET_SPENT' },
  { name: 'DEPLOYMENT_MONTHLY_BUDGET_USD', scope: 'deployment', period: 'month', spent: 'DEPLOYMENT_BUDGET_SPENT' },
];

/** How a provider answers. A 512-pixel picture has 747 tokens; 1,120 and 2,048 for thoughts are allowed. */
interface Provider {
  name: string;
  words: string;
  imageTokens: number;
  thoughtsTokens: number;
  keepsToCap: boolean;
  /** Its usage is correct, so the ledgers hold its bill to the micro-dollar. */
  countsRight: boolean;
}

const PROVIDERS: readonly Provider[] = [
  {
    name: 'four pictures within the output it is allowed',
    words: '[[size:tiny]] [[images:4]] [[thoughts:150]]',
    ...{ imageTokens: 4 * 747, thoughtsTokens: 150, keepsToCap: true, countsRight: true },
  },
  {
    name: 'four pictures, of which it counts one token',
    words: '[[size:tiny]] [[images:4]] [[thoughts:150]] [[image-tokens:1]]',
    ...{ imageTokens: 4 * 747, thoughtsTokens: 150, keepsToCap: true, countsRight: false },
  },
  {
    name: 'four pictures and 30,000 tokens of thoughts',
    words: '[[size:tiny]] [[images:4]] [[thoughts:30000]]',
    ...{ imageTokens: 4 * 747, thoughtsTokens: 30_000, keepsToCap: false, countsRight: true },
  },
];

/** Google's rates of the model in micro-dollars per token (docs/wire-facts.md#google-prices). */
const RATES = { input: 0.5, text: 3, image: 60 };
const ANSWER_WORDS = 10;

const WAYS: readonly Way[] = [JSON_INLINE, SSE_INLINE, { ...JSON_INLINE, noStore: true }];
const CAP_USD = 1;
const IN_FLIGHT: Record<Effort, number> = { full: 8, short: 4 };
const CAPS_TRIED: Record<Effort, number> = { full: CAPS.length, short: 1 };
const ROUND_MS = 60_000;

interface Round {
  provider: Provider;
  calls: number;
  /** Micro-dollars that the bill is over the cap. */
  over: number;
  /** The part of `over` that calls in progress at the last grant do not explain. */
  beyond: number;
  /** The ledger's largest excess over the cap in any report, overruns included. */
  booked: number;
  /** Micro-dollars between bill and ledgers. */
  drift: number;
  wrongRefusals: string[];
}

export async function proveDear(stage: Stage, effort: Effort): Promise<Figure[]> {
  const rounds: Round[] = [];
  for (const cap of CAPS.slice(0, CAPS_TRIED[effort])) {
    for (const provider of PROVIDERS) {
      await stayInOneDay(ROUND_MS);
      rounds.push(await playRound(stage, cap, provider, IN_FLIGHT[effort]));
      stage.say(`dear: ${cap.name}, ${provider.name}: ${dollars(Math.max(0, rounds.at(-1)!.over))} over`);
    }
  }
  return figuresOf(rounds, IN_FLIGHT[effort]);
}

function figuresOf(rounds: readonly Round[], inFlight: number): Figure[] {
  const most = (of: readonly Round[], pick: (round: Round) => number): number => Math.max(0, ...of.map(pick));
  const keeping = rounds.filter(({ provider }) => provider.keepsToCap);
  const others = rounds.filter(({ provider }) => !provider.keepsToCap);
  const calls = (of: readonly Round[]): string =>
    `${many(
      of.reduce((sum, round) => sum + round.calls, 0),
      'paid call',
    )}, ${inFlight} in flight, caps of $${CAP_USD}`;
  const wrong = rounds.flatMap(({ wrongRefusals }) => wrongRefusals);
  const over = most(keeping, (round) => Math.max(round.over, round.booked));
  const beyond = most(others, ({ beyond: each }) => each);
  const drift = most(rounds, ({ drift: each }) => each);
  return [
    {
      promise: 'Charged over a cap by a provider that draws four pictures and keeps to the output it is allowed',
      figure: dollars(over),
      measuredOn: calls(keeping),
      holds: over === 0,
    },
    {
      promise: 'Charged over a cap by one that draws four and thinks 30,000 tokens, beyond what calls under way cost',
      figure: dollars(beyond),
      measuredOn: `${calls(others)}; with what calls under way cost ${dollars(most(others, (round) => round.over))}`,
      holds: beyond === 0,
    },
    {
      promise: 'Difference between such a bill and the books',
      figure: dollars(drift),
      measuredOn: calls(rounds.filter(({ provider }) => provider.countsRight)),
      holds: drift === 0,
    },
    {
      promise: 'Refusals after it that do not say which cap, or when all of it is paid for',
      figure: [wrong.length, ...new Set(wrong)].join(' '),
      measuredOn: calls(rounds),
      holds: wrong.length === 0,
    },
  ];
}

/** Runs one deployment with a cap of one dollar and as many calls as its ledgers allow, until it is spent. */
async function playRound(stage: Stage, cap: Cap, provider: Provider, inFlight: number): Promise<Round> {
  stage.upstream.reset();
  const capMicros = CAP_USD * 1e6;
  return stage.withPeel({ [cap.name]: String(CAP_USD) }, async (peel) => {
    const watch = watchLedger(peel, cap, capMicros);
    await Promise.all(Array.from({ length: inFlight }, (_, n) => spend(peel, cap, provider, n)));
    const ledgers = await awaitNothingOpen(peel);
    const booked = await watch.stop();
    const calls = paidCalls(stage, provider.words);
    const bills = calls.map(({ body }) => billOf(JSON.parse(body!).contents[0].parts[0].text, provider));
    const bill = bills.reduce((sum, each) => sum + each, 0);
    const over = bill - capMicros;
    const last = await ask(peel.url, newPrompt(provider.words));
    return {
      provider,
      calls: calls.length,
      over,
      // At the last grant the cap covered all spent and held money, and each hold was at least `LEAST_HELD`.
      beyond: over - inFlight * (Math.max(...bills) - LEAST_HELD),
      booked,
      drift: provider.countsRight
        ? Math.max(...[ledgers.site, ledgers.deployment].map((report) => Math.abs(spentOf(report) - bill)))
        : 0,
      wrongRefusals: refusalProblems(last, cap, over, capMicros),
    };
  });
}

/** Requests new pictures until the cap is spent. Held money may come back, so it asks again after a refusal. */
async function spend(peel: Peel, cap: Cap, provider: Provider, n: number): Promise<void> {
  for (;;) {
    const { status, reason } = await ask(peel.url, newPrompt(provider.words), WAYS[n % WAYS.length]);
    if (reason === cap.spent) return;
    if (status !== 200 && reason !== 'BUDGET_HELD') throw new Error(`Neither a picture nor a cap: ${status} ${reason}`);
  }
}

/** Counts four characters as a token, as the fake upstream does. */
function billOf(prompt: string, { imageTokens, thoughtsTokens }: Provider): number {
  const input = Math.ceil(prompt.length / 4) * RATES.input;
  return Math.ceil(input + (ANSWER_WORDS + thoughtsTokens) * RATES.text + imageTokens * RATES.image);
}

/** The least hold for such a call: its output alone. */
const LEAST_HELD = (1120 + 2048) * RATES.image;

const spentOf = ({ settledMicros, overrunMicros }: LedgerReport): number => settledMicros + overrunMicros;

function takenOf(ledgers: Ledgers, { scope, period }: Cap): number {
  const report = ledgers[scope];
  return period === 'day'
    ? report.settledMicros + report.overrunMicros + report.heldMicros
    : report.monthSettledMicros + report.monthOverrunMicros + report.monthHeldMicros;
}

/** Polls the ledger. @returns A stop function that gives the largest excess over the cap, in micro-dollars. */
function watchLedger(peel: Peel, cap: Cap, capMicros: number) {
  let isOn = true;
  let most = 0;
  const look = async (): Promise<void> => {
    while (isOn) most = Math.max(most, takenOf(await readLedgers(peel), cap) - capMicros);
  };
  const looking = look();
  return {
    async stop(): Promise<number> {
      isOn = false;
      await looking;
      return most;
    },
  };
}

const DAY_SECONDS = 86_400;

/** Later days owe the excess over the cap, so the ledger opens only after they have paid it. */
function refusalProblems(
  { status, reason, retryAfter }: Awaited<ReturnType<typeof ask>>,
  cap: Cap,
  over: number,
  capMicros: number,
): string[] {
  const seconds = Number(retryAfter);
  const isRight = status === 429 && reason === cap.spent && seconds > 0;
  if (!isRight) return [`(${status} ${reason} instead of ${cap.spent})`];
  const daysOwed = Math.floor(Math.max(0, over) / capMicros);
  return cap.period === 'day' && seconds < daysOwed * DAY_SECONDS ? [`(opens in ${seconds} s with ${over} owed)`] : [];
}
