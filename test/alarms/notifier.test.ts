import { expect, it } from 'vitest';
import { createAlarmNotifier } from '../../worker/alarms/notifier.ts';
import type { AlarmSignal } from '../../worker/alarms/signal.ts';

const SIGNAL: AlarmSignal = { name: 'overrun', site: 'shop', period: '2026-11-23', facts: {} };

/** @param trouble How the book answers; absent: it takes what it is told. */
function open(trouble?: Error) {
  const told: unknown[] = [];
  const logged: unknown[] = [];
  const held: Promise<unknown>[] = [];
  const take = async (what: unknown): Promise<void> => {
    if (trouble) throw trouble;
    told.push(what);
  };
  const notifier = createAlarmNotifier({
    book: () => ({ ringAlarms: take, endAlarms: take }),
    ledger: 'site:shop',
    hold: (promise) => held.push(promise),
    log: (event, facts) => logged.push({ event, ...facts }),
  });
  return { notifier, told, logged, held };
}

it('says whether the book has got it, and is kept alive until then', async () => {
  const { notifier, told, held } = open();

  expect(await notifier.ring([SIGNAL])).toBe(true);
  notifier.end([{ name: 'overrun' }]);
  await Promise.all(held);

  expect(told).toEqual([[SIGNAL], [{ name: 'overrun' }]]);
  expect(held).toHaveLength(2);
});

it('never fails: a book that does not answer is logged', async () => {
  const { notifier, logged, held } = open(new Error('gone'));

  expect(await notifier.ring([SIGNAL])).toBe(false);
  notifier.end([{ name: 'overrun' }]);
  await Promise.all(held);

  const untold = { event: 'alarm_untold', ledger: 'site:shop', error: 'Error: gone' };
  expect(logged).toEqual([untold, untold]);
});
