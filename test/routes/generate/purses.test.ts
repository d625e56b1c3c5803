/** One visitor, or one network, takes at most its share of the site's day, with the shares that a site has by default. */
import { reset } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRefusals, REMEMBER_VISITOR_MS } from '../../../worker/ledger/refusals.ts';
import type { Services } from '../../../worker/services.ts';
import { eventually } from '../../eventually.ts';
import {
  createTestWorker,
  type ErrorAnswer,
  newHold,
  reasonOf,
  type TestWorker,
  upstreamCalls,
} from '../../support.ts';
import { dollars, moneyOf, newBody, reportOf, visitorOf, withoutKv, worstOf } from './money.ts';

beforeEach(reset);

const PRO = 'gemini-3-pro-image:generateContent';
const DAY_MICROS = 5_000_000;
/** No count is in the way. */
const UNCOUNTED = { VISITOR_PER_MINUTE: '99', VISITOR_PER_DAY: '99', SITE_DAILY_BUDGET_USD: dollars(DAY_MICROS) };
const pro4K = (words: string) => ({ ...newBody(words), generationConfig: { imageConfig: { imageSize: '4K' } } });

/** The edge remembers no refusal, so that the ledger decides on each request. */
function workerWith(variables = {}): TestWorker {
  let now = 0;
  const clock = () => {
    now += REMEMBER_VISITOR_MS;
    return now;
  };
  const change = (services: Services): Services => ({ ...withoutKv(services), refusals: createRefusals(clock) });
  return createTestWorker({ ...UNCOUNTED, ...variables }, change);
}

async function takenOf(worker: TestWorker): Promise<number> {
  const { settled, held } = await moneyOf(worker);
  return settled + held;
}

describe('one address', () => {
  it.each([
    { name: 'Pro in 4K', target: PRO, body: () => pro4K('[[size:tiny]]') },
    { name: 'the default model', target: undefined, body: () => newBody('[[size:tiny]]') },
  ])('takes a tenth of the day and no more, one picture after the other: $name', async ({ target, body }) => {
    const worker = workerWith();
    let ask = await visitorOf(worker, '198.51.100.1');

    let pictures = 0;
    let answer = await ask(body(), target);
    while (answer.status === 200) {
      pictures += 1;
      // Each with a new ticket.
      ask = await visitorOf(worker, '198.51.100.1');
      answer = await ask(body(), target);
    }

    expect(pictures).toBeGreaterThan(0);
    const { settled } = await moneyOf(worker);
    expect(settled).toBeLessThanOrEqual(DAY_MICROS / 10);
    const { error } = (await answer.json()) as ErrorAnswer;
    expect(error).toMatchObject({ code: 429, details: [{ reason: 'VISITOR_BUDGET_SPENT' }, {}] });
    const secondsToMidnight = (86_400_000 - (Date.now() % 86_400_000)) / 1000;
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(secondsToMidnight - 60);
    expect((await (await visitorOf(worker, '203.0.113.1'))(body(), target)).status).toBe(200);
  });

  it('holds no more than that while the provider is slow, and keeps no other from its picture', async () => {
    const worker = workerWith();
    const ask = await visitorOf(worker, '198.51.100.1');
    const hold = newHold();
    let answered = 0;
    const slow = Array.from({ length: 8 }, async () => {
      const answer = await ask(pro4K(`[[size:tiny]] ${hold.words}`), PRO);
      answered += 1;
      return answer;
    });

    await eventually(async () => answered + (await upstreamCalls(hold.words))).toBe(8);
    const other = await (await visitorOf(worker, '203.0.113.1'))(newBody('[[size:tiny]]'));
    await hold.release();
    const answers = await Promise.all(slow);

    expect(other.status).toBe(200);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.length).toBe(7);
    for (const each of refused) expect(await reasonOf(each)).toEqual([429, 'BUDGET_HELD']);
    expect(await takenOf(worker)).toBeLessThanOrEqual(DAY_MICROS / 5);
  });
});

describe('one network', () => {
  it('takes three tenths of the day and no more, through fifteen of its addresses', async () => {
    const worker = workerWith();
    const addresses = Array.from({ length: 15 }, (_, n) => `2001:db8:77:${n.toString(16)}::1`);

    const asks = await Promise.all(addresses.map((address) => visitorOf(worker, address)));
    const answers: Response[] = [];
    for (let round = 0; round < 2; round += 1) {
      answers.push(...(await Promise.all(asks.map((ask) => ask(pro4K('[[size:tiny]]'), PRO)))));
    }
    for (const ask of asks) answers.push(await ask(pro4K('[[size:tiny]]'), PRO));

    expect(await takenOf(worker)).toBeLessThanOrEqual(0.3 * DAY_MICROS);
    expect(await reasonOf(answers.at(-1) as Response)).toEqual([429, 'PREFIX_BUDGET_SPENT']);
    expect((await (await visitorOf(worker, '2001:db8:78::1'))(pro4K('[[size:tiny]]'), PRO)).status).toBe(200);
  });
});

describe('the sums that an owner names', () => {
  it('are a visitor’s, by the price of its request, and its report shows who took them', async () => {
    const worst = worstOf('[[size:tiny]]');
    const worker = workerWith({ VISITOR_DAILY_USD: dollars(worst), PREFIX_DAILY_USD: dollars(2 * worst) });
    const ask = await visitorOf(worker, '198.51.100.1');

    expect((await ask(newBody('[[size:tiny]]'))).status).toBe(200);
    expect(await reasonOf(await ask(newBody('[[size:tiny]]')))).toEqual([429, 'VISITOR_BUDGET_SPENT']);

    const report = await reportOf(worker);
    const purses = 'purses' in report ? report.purses : [];
    expect(purses.map(({ purse }) => purse.split(' ')[0]).sort()).toEqual(['network', 'visitor', 'visitors']);
    expect(new Set(purses.map(({ settledMicros }) => settledMicros)).size).toBe(1);
  });

  it('are not a client’s', async () => {
    const worker = workerWith({ VISITOR_DAILY_USD: '0' });
    const ask = await visitorOf(worker, '198.51.100.1');

    expect(await reasonOf(await ask(newBody('[[size:tiny]]')))).toEqual([429, 'VISITOR_BUDGET_SPENT']);
    expect((await worker.ask(PRO, pro4K('[[size:tiny]]'))).status).toBe(200);
  });
});
