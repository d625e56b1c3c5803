import { describe, expect, it } from 'vitest';
import type { LedgerFacts } from '../../worker/ledger/rpc.ts';
import { createExpectations, type ExpectationsOptions } from '../../worker/ledger/site-status.ts';
import { eventually } from '../eventually.ts';

const MEDIANS = [
  { model: 'gemini-3-pro-image', size: '1K', ms: 19_000 },
  { model: 'gemini-3-pro-image', size: '4K', ms: 41_000 },
  { model: 'gemini-3.1-flash-image', size: '1K', ms: 9000 },
];
const EXPECTED = {
  ...{ paused: false, spentMicros: 700 },
  durations: {
    'gemini-3-pro-image': { '1K': 19_000, '4K': 41_000 },
    'gemini-3.1-flash-image': { '1K': 9000 },
  },
};
const NOTHING = { paused: false, spentMicros: 0, durations: {} };
const FACTS: LedgerFacts = { paused: false, spentMicros: 700, medians: MEDIANS };

function setUp(change: Partial<ExpectationsOptions> = {}) {
  const clock = { now: 1_795_000_000_000 };
  const logged: string[] = [];
  const pauses: number[] = [];
  let reads = 0;
  const read = change.read ?? (async () => FACTS);
  const status = createExpectations({
    now: () => clock.now,
    pause(ms) {
      pauses.push(ms);
      return new Promise(() => undefined);
    },
    log: (event) => logged.push(event),
    ...change,
    read() {
      reads += 1;
      return read();
    },
  });
  return { expectations: status.read, doubt: status.doubt, clock, logged, pauses, reads: () => reads };
}

describe('what is expected', () => {
  it('is the ledger’s medians, by model and size', async () => {
    const { expectations } = setUp();

    expect(await expectations()).toEqual(EXPECTED);
  });

  it('is remembered for a minute', async () => {
    const { expectations, clock, reads } = setUp();
    await expectations();

    clock.now += 60_000;
    expect(await expectations()).toEqual(EXPECTED);
    expect(reads()).toBe(1);
    clock.now += 1;
    await expectations();

    expect(reads()).toBe(2);
  });

  it('is remembered for 5 s while the site is paused, so that open pages hear of its end', async () => {
    let paused = true;
    const { expectations, clock, reads } = setUp({ read: async () => ({ ...FACTS, paused }) });
    await expectations();

    paused = false;
    clock.now += 5000;
    expect(await expectations()).toMatchObject({ paused: true });
    expect(reads()).toBe(1);
    clock.now += 1;

    expect(await expectations()).toMatchObject({ paused: false });
    clock.now += 60_000;
    await expectations();
    expect(reads()).toBe(2);
  });

  it('is remembered for 5 s once a ledger has refused as paused', async () => {
    let paused = false;
    const { expectations, doubt, clock, reads } = setUp({ read: async () => ({ ...FACTS, paused }) });
    await expectations();

    paused = true;
    clock.now += 5001;
    expect(await expectations()).toMatchObject({ paused: false });
    doubt();
    doubt();

    expect(await expectations()).toMatchObject({ paused: true });
    expect(reads()).toBe(2);
  });

  it('is nothing where the ledger fails, which is logged and not asked again at once', async () => {
    const { expectations, logged, reads } = setUp({ read: () => Promise.reject(new Error('unreachable')) });

    expect([await expectations(), await expectations()]).toEqual([NOTHING, NOTHING]);

    expect(logged).toEqual(['expectations_failed']);
    expect(reads()).toBe(1);
  });

  it('is what was known last where the ledger fails later', async () => {
    let isDown = false;
    const { expectations, clock } = setUp({
      read: () => (isDown ? Promise.reject(new Error('unreachable')) : Promise.resolve(FACTS)),
    });
    await expectations();

    isDown = true;
    clock.now += 60_001;

    expect(await expectations()).toEqual(EXPECTED);
  });

  it('is not waited for beyond 300 ms, and there for the next one', async () => {
    const slow = Promise.withResolvers<LedgerFacts>();
    const pauses: number[] = [];
    const { expectations } = setUp({ read: () => slow.promise, pause: async (ms) => void pauses.push(ms) });

    expect(await expectations()).toEqual(NOTHING);
    expect(pauses).toEqual([300]);
    slow.resolve({ ...FACTS, paused: true });
    await slow.promise;

    await eventually(expectations).toEqual({ ...EXPECTED, paused: true });
  });
});
