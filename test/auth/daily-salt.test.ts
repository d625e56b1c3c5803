import { describe, expect, it } from 'vitest';
import { createDailySalt, type Salt } from '../../worker/auth/daily-salt.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const DAY_MS = 86_400_000;

/** A ledger that records its calls, and a clock. */
function setUp(answer: (day: string) => Promise<Salt> = async (day) => ({ day, salt: `salt of ${day}` })) {
  const asked: string[] = [];
  const clock = { now: NOON };
  const timeout = Promise.withResolvers<void>();
  const salt = createDailySalt({
    read: (day) => {
      asked.push(day);
      return answer(day);
    },
    now: () => clock.now,
    pause: () => timeout.promise,
    waitUntil: () => undefined,
  });
  return { salt, asked, clock, timeOut: timeout.resolve };
}

describe('the salt of the day', () => {
  it('is asked for once a day, by a crowd too', async () => {
    const { salt, asked, clock } = setUp();

    const first = await Promise.all([salt(), salt(), salt()]);
    clock.now += DAY_MS;
    const next = await salt();

    expect(new Set(first)).toEqual(new Set(['salt of 2026-11-23']));
    expect(next).toBe('salt of 2026-11-24');
    expect(asked).toEqual(['2026-11-23', '2026-11-24']);
  });

  it('is the ledger’s where its day has begun already', async () => {
    const { salt, asked } = setUp(async () => ({ day: '2026-11-24', salt: 'next' }));

    expect([await salt(), await salt()]).toEqual(['next', 'next']);
    expect(asked).toHaveLength(1);
  });

  it('fails where the ledger fails, and is asked for anew', async () => {
    let isUp = false;
    const { salt } = setUp(async (day) => {
      if (!isUp) throw new Error('unreachable');
      return { day, salt: 's' };
    });

    await expect(salt()).rejects.toThrow('unreachable');
    isUp = true;
    expect(await salt()).toBe('s');
  });

  it('fails where the ledger does not answer in time, and is asked for anew', async () => {
    const silent = Promise.withResolvers<Salt>();
    const { salt, asked, timeOut } = setUp(() => silent.promise);

    const first = salt();
    timeOut();

    await expect(first).rejects.toThrow('did not say');
    await expect(salt()).rejects.toThrow('did not say');
    expect(asked).toHaveLength(2);
  });
});
