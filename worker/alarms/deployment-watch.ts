/**
 * What the deployment's ledger finds for its own book of alarms: how much of the deployment's budgets the sites have
 * spent, after each draw, and which keys work, after each report on one. It never throws: what looks after money must
 * not stand in its way.
 */
import type { Lender } from '../ledger/lender.ts';
import type { Draw } from '../ledger/loan.ts';
import { PERIODS, type Period, periodOf } from '../ledger/periods.ts';
import type { Failure } from '../shared/failure.ts';
import type { Log } from '../shared/log.ts';
import { budgetSignal } from './budgets.ts';
import type { ProviderKeys } from './keys.ts';
import type { AlarmService } from './service.ts';

export interface DeploymentWatchOptions {
  lender: Pick<Lender, 'spentOf' | 'owed'>;
  /** The deployment's budgets, in micro-dollars. May throw, as the next. */
  caps: () => Record<Period, number>;
  providerKeys: () => ProviderKeys[];
  alarms: () => Pick<AlarmService, 'ring' | 'keysChanged'>;
  /** Name of this ledger, for the log. */
  ledger: string;
  /** Keeps the object alive until a promise settles. */
  hold: (promise: Promise<unknown>) => void;
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
}

export function createDeploymentWatch({
  lender,
  caps,
  providerKeys,
  alarms,
  ledger,
  hold,
  log,
  now,
}: DeploymentWatchOptions) {
  /** Looks without being waited for. */
  function look(find: () => Promise<void>): void {
    const looked = async (): Promise<void> => {
      try {
        await find();
      } catch (error) {
        log('alarms_unlooked', { ledger, error: String(error) });
      }
    };
    hold(looked());
  }

  return {
    /**
     * Looks at what all sites together have spent, as they last told it.
     *
     * @param refusal Of this draw.
     */
    drawn: ({ day, price }: Draw, refusal: Failure | undefined): void =>
      look(async () => {
        const capOf = caps();
        const signals = PERIODS.flatMap((period) => {
          const capMicros = capOf[period];
          const spentMicros = lender.spentOf(periodOf(period, day)) + lender.owed(day)[period];
          const isRefusing = refusal?.reason === 'DEPLOYMENT_BUDGET_SPENT' && spentMicros + price > capMicros;
          const use = { period, day, capMicros, spentMicros, ...(isRefusing && { refusedMicros: price }) };
          return budgetSignal(use, now()) ?? [];
        });
        if (signals.length > 0) await alarms().ring(signals);
      }),

    /** Decides on the keys anew, after a report on one of them. */
    keyReported: (): void => look(() => alarms().keysChanged(providerKeys())),
  };
}
