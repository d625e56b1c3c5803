/** What the deployment's ledger finds for its own book, on sums of the test's own. */
import { expect, it } from 'vitest';
import { createDeploymentWatch } from '../../worker/alarms/deployment-watch.ts';
import type { AlarmSignal } from '../../worker/alarms/signal.ts';
import type { Draw } from '../../worker/ledger/loan.ts';
import { NOW } from '../ledger/ledgers.ts';

const DRAW: Draw = {
  report: { standing: 'sharing', slices: {} },
  ...{ day: '2026-11-23', price: 60, asked: [], isBackground: false },
};

interface Stage {
  /** Micro-dollars by day and month. */
  spent?: Record<string, number>;
  caps?: () => { day: number; month: number };
}

function open({ spent = {}, caps = () => ({ day: 1000, month: 5000 }) }: Stage) {
  const rung: AlarmSignal[] = [];
  const logged: unknown[] = [];
  const held: Promise<unknown>[] = [];
  const watch = createDeploymentWatch({
    lender: { spentOf: (account) => spent[account] ?? 0, owed: () => ({ day: 100, month: 0 }) },
    caps,
    providerKeys: () => [{ provider: 'google', count: 1 }],
    alarms: () => ({
      ring: async (signals) => void rung.push(...signals),
      keysChanged: async () => {
        throw new Error('no table');
      },
    }),
    ledger: 'deployment',
    hold: (promise) => held.push(promise),
    log: (event, facts) => logged.push({ event, ...facts }),
    now: () => NOW,
  });
  return { watch, rung, logged, settled: () => Promise.all(held) };
}

it('a draw rings the steps that the sites have reached together, debts included', async () => {
  const { watch, rung, settled } = open({ spent: { '2026-11-23': 700, '2026-11': 2400 } });

  watch.drawn(DRAW, undefined);
  await settled();

  expect(rung.map(({ name, subject }) => [name, subject])).toEqual([['budget_80', 'day']]);
});

it('a draw that is refused rings the cap that it does not fit', async () => {
  const { watch, rung, settled } = open({ spent: { '2026-11-23': 850, '2026-11': 2600 } });

  watch.drawn(DRAW, { reason: 'DEPLOYMENT_BUDGET_SPENT', retryAfterSeconds: 1 });
  await settled();

  expect(rung.map(({ name, subject }) => [name, subject])).toEqual([
    ['budget_100', 'day'],
    ['budget_50', 'month'],
  ]);
});

it.each([
  {
    name: 'a variable that cannot be read',
    caps: () => {
      throw new Error('broken');
    },
    error: 'Error: broken',
  },
  { name: 'a table that is not there', caps: undefined, error: 'Error: no table' },
])('never fails: $name is logged', async ({ caps, error }) => {
  const { watch, logged, settled } = open(caps ? { caps } : {});

  if (caps) watch.drawn(DRAW, undefined);
  else watch.keyReported();
  await settled();

  expect(logged).toEqual([{ event: 'alarms_unlooked', ledger: 'deployment', error }]);
});
