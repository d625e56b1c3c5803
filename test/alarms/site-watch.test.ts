/** What a site's ledger tells of its money, on sums of the test's own. */
import { describe, expect, it } from 'vitest';
import type { AlarmSignal } from '../../worker/alarms/signal.ts';
import { createSiteWatch } from '../../worker/alarms/site-watch.ts';
import type { Settled } from '../../worker/ledger/ledger.ts';
import { hourOf } from '../../worker/shared/utc.ts';
import { dayCap, HOUR_MS, NOW, settlement } from '../ledger/ledgers.ts';

const CAP = 5_000_000;

/** @param heard Whether the book hears each word, in turn, and from then on. */
function open({ heard = [true] }: { heard?: boolean[] } = {}) {
  const told: AlarmSignal[] = [];
  const hours = new Map<string, number>();
  let spentMicros = 0;
  const start = () =>
    createSiteWatch({
      site: 'shop',
      ledger: () => ({
        taken: () => ({ settled: spentMicros, held: 0, overrun: 0, owed: 0 }),
        isAlone: false,
      }),
      hoursSince: (hour) =>
        [...hours].filter(([each]) => each >= hour).map(([each, micros]) => ({ hour: each, micros })),
      notifier: {
        ring: async (signals) => {
          told.push(...signals);
          return heard[Math.min(told.length, heard.length) - 1] ?? true;
        },
        end: () => undefined,
      },
      log: () => undefined,
      now: () => NOW,
    });
  /** Settles a picture with an instance. */
  const settle = async (watch: ReturnType<typeof start>, micros: number): Promise<void> => {
    spentMicros += micros;
    hours.set(hourOf(NOW), (hours.get(hourOf(NOW)) ?? 0) + micros);
    watch.reserved({ caps: [dayCap(CAP)] });
    watch.settled({ subject: { model: 'm', size: '1K' }, settlement: settlement(micros), overrun: 0 } as Settled);
    await Promise.resolve();
  };
  return { start, settle, told, hours };
}

describe('an unusual hour', () => {
  it.each([
    ['one instance', true],
    ['an instance for each picture', false],
  ])('is seen by %s', async (_, isOne) => {
    const { start, settle, told, hours } = open();
    for (const days of [1, 2, 3]) hours.set(hourOf(NOW - days * 24 * HOUR_MS), 1);
    const one = start();

    for (let pictures = 0; pictures < 4; pictures += 1) await settle(isOne ? one : start(), 134_000);

    expect(told).toMatchObject([{ name: 'spend_unusual', site: 'shop' }]);
  });
});

describe('a step', () => {
  it('is told once where the book has heard it', async () => {
    const { start, settle, told } = open();
    const watch = start();

    for (let pictures = 0; pictures < 3; pictures += 1) await settle(watch, 0.2 * CAP);
    await settle(watch, 1);

    expect(told.filter(({ name }) => name.startsWith('budget'))).toHaveLength(1);
  });

  it('is told again with the next picture where it has not', async () => {
    const { start, settle, told } = open({ heard: [false, true] });
    const watch = start();

    await settle(watch, 0.6 * CAP);
    await settle(watch, 1);
    await settle(watch, 1);

    expect(told.filter(({ name }) => name === 'budget_50')).toHaveLength(2);
  });
});
