/**
 * A thousand scripts of one /48, each with an address and a valid ticket of its own, on a site that asks for no proof: they
 * spend what one network may, and what the provider refuses, free of charge, goes up as often as one network may try.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { REMEMBER_HELD_MS } from '../../../worker/ledger/refusals.ts';
import { stayInOneDay } from '../../stay-in-one-day.ts';
import { bodyOf, MODEL, newPrompt } from '../ask.ts';
import { dollars, type Effort, type Figure, many } from '../figures.ts';
import { awaitNothingOpen } from '../owner.ts';
import { ORIGIN, type Peel } from '../peel.ts';
import { type Prices, readPrices } from '../prices.ts';
import { paidCalls, type Stage } from '../stage.ts';

const SCRIPTS: Record<Effort, number> = { full: 1000, short: 60 };
const IN_FLIGHT = 16;
const MOST_TRIES = 30;
const PROOF_MS = 120_000;
const WORDS = '[[size:tiny]]';
const REFUSED_WORDS = '[[error:400_invalid_argument]]';
/** Of a site's day, by default. */
const SHARE = 0.3;
/** Worst prices that have room in that share. */
const ROOM_FOR = 10;
/** Pictures of a visitor's day, where the attempts are proved: so few that a short run reaches the network's attempts. */
const FEW = 2;
const ATTEMPTS = FEW * 5 * 4;

/** Only the network is to limit the scripts. */
const OPEN = { SITE_PROOF: 'none', VISITOR_PER_MINUTE: '100000', VISITOR_PER_DAY: '100000', SITE_PER_MINUTE: '100000' };

export async function proveNetworks(stage: Stage, effort: Effort): Promise<Figure[]> {
  await stayInOneDay(PROOF_MS);
  const prices = await readPrices(stage, WORDS);
  return [await spend(stage, SCRIPTS[effort], prices), await fail(stage, SCRIPTS[effort])];
}

async function spend(stage: Stage, scripts: number, { worst, cost }: Prices): Promise<Figure> {
  const dayMicros = Math.ceil((ROOM_FOR * worst) / SHARE);
  const variables = { ...OPEN, SITE_DAILY_BUDGET_USD: (dayMicros / 1e6).toFixed(6) };
  return stage.withPeel(variables, async (peel) => {
    stage.upstream.reset();
    await inTurns(scripts, async (n) => void (await draw(peel, addressIn('2001:db8:1', n), WORDS)));
    await awaitNothingOpen(peel);
    const calls = paidCalls(stage, '').length;
    const charged = calls * cost;
    const neighbour = await draw(peel, addressIn('2001:db8:2', 0), WORDS);
    stage.say(`networks: ${calls} calls, ${dollars(charged)} of ${dollars(dayMicros)}; a neighbour hears ${neighbour}`);
    const share = charged / dayMicros;
    return {
      promise: 'Part of a site’s day that the provider charges for scripts of one /48 (bar 30 %)',
      figure: `${(share * 100).toFixed(2)} %`,
      measuredOn:
        `${many(scripts, 'address')} (/64) of it with a valid ticket each, one new picture each; ${many(calls, 'picture')}, ${dollars(charged)} of ${dollars(dayMicros)}; a visitor of the next /48 has a picture afterwards`.replace(
          'addresss',
          'addresses',
        ),
      // Less than a worst price is left of the share: it is the network's purse that ended it.
      holds: share <= SHARE && charged > SHARE * dayMicros - worst && neighbour === 200,
    };
  });
}

async function fail(stage: Stage, scripts: number): Promise<Figure> {
  return stage.withPeel({ ...OPEN, VISITOR_PER_DAY: String(FEW) }, async (peel) => {
    stage.upstream.reset();
    await inTurns(scripts, async (n) => void (await draw(peel, addressIn('2001:db8:1', n), REFUSED_WORDS)));
    const calls = paidCalls(stage, '').length;
    stage.say(`networks: ${calls} calls that the provider refused`);
    return {
      promise: `Calls of one /48 that the provider refuses, free of charge (bar ${ATTEMPTS}: twenty times a visitor's day)`,
      figure: `${calls}`,
      measuredOn: `one request each of ${scripts.toLocaleString('en-US')} addresses of it with a valid ticket, on a site that allows a visitor ${many(FEW, 'picture')} a day`,
      holds: calls === ATTEMPTS,
    };
  });
}

/** An address of its own /64. */
const addressIn = (network: string, n: number): string => `${network}:${n.toString(16)}::1`;

/** Gets a ticket and asks for a picture, again where only money that is held is in the way. @returns The last status. */
async function draw({ url }: Peel, address: string, words: string): Promise<number> {
  const headers = { 'Content-Type': 'application/json', Origin: ORIGIN, 'CF-Connecting-IP': address };
  const given = await fetch(`${url}/peel/session`, { method: 'POST', headers, body: '{}' });
  const { token } = (await given.json()) as { token?: string };
  if (token === undefined) throw new Error(`No ticket for ${address}: ${given.status}`);
  const init = {
    method: 'POST',
    headers: { ...headers, Authorization: `Bearer ${token}` },
    body: bodyOf(newPrompt(words)),
  };
  for (let tries = 1; ; tries += 1) {
    const drawn = await fetch(`${url}/v1beta/models/${MODEL}:generateContent`, init);
    const isHeld = (await drawn.text()).includes('"BUDGET_HELD"');
    if (!isHeld || tries === MOST_TRIES) return drawn.status;
    await sleep(REMEMBER_HELD_MS);
  }
}

async function inTurns(count: number, run: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) await run(next++);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
}
