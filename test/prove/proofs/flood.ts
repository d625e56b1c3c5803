/** A flood of requests after the budget is spent: none reaches upstream, and a refusal costs almost no CPU. */
import { cpuMs } from '../../bench/process-usage.ts';
import { stayInOneDay } from '../../stay-in-one-day.ts';
import { ask, type Heard, newPrompt } from '../ask.ts';
import type { Effort, Figure } from '../figures.ts';
import { awaitNothingOpen } from '../owner.ts';
import { readPrices } from '../prices.ts';
import { paidCalls, type Stage } from '../stage.ts';

const REQUESTS: Record<Effort, number> = { full: 2000, short: 200 };
const IN_FLIGHT = 32;
const PROOF_MS = 60_000;
const WORDS = '[[size:tiny]]';

export async function proveFlood(stage: Stage, effort: Effort): Promise<Figure[]> {
  await stayInOneDay(PROOF_MS);
  const { worst } = await readPrices(stage, WORDS);
  const variables = { SITE_DAILY_BUDGET_USD: (worst / 1e6).toFixed(6) };
  return stage.withPeel(variables, async (peel) => {
    const first = await ask(peel.url, newPrompt(WORDS));
    if (first.status !== 200) throw new Error(`Room for one was not enough: ${JSON.stringify(first)}`);
    await awaitNothingOpen(peel);
    stage.upstream.reset();

    const [startedAt, cpuBefore] = [performance.now(), cpuMs(peel.pid)];
    const heard = await flood(peel.url, REQUESTS[effort]);
    const [elapsedMs, cpu] = [performance.now() - startedAt, cpuMs(peel.pid) - cpuBefore];

    const calls = paidCalls(stage, '').length;
    const wrong = heard.filter(
      ({ status, reason, retryAfter }) =>
        status !== 429 || reason !== 'DAILY_BUDGET_SPENT' || !(Number(retryAfter) > 0),
    ).length;
    const measuredOn = `${heard.length.toLocaleString('en-US')} new requests, ${IN_FLIGHT} in flight, with the day's budget spent`;
    const speed = `${((heard.length / elapsedMs) * 1000).toFixed()}/s, ${(cpu / heard.length).toFixed(2)} ms of CPU each`;
    stage.say(`flood: ${speed}`);
    return [
      { promise: 'Paid calls after the budget is spent', figure: `${calls}`, measuredOn, holds: calls === 0 },
      { promise: 'Refusals with another reason', figure: `${wrong}`, measuredOn, holds: wrong === 0 },
      { promise: 'Speed of a refusal', figure: speed, measuredOn, holds: true },
    ];
  });
}

async function flood(url: string, requests: number): Promise<Heard[]> {
  const heard: Heard[] = [];
  let left = requests;
  async function work(): Promise<void> {
    while (left > 0) {
      left -= 1;
      heard.push(await ask(url, newPrompt(WORDS)));
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  return heard;
}
