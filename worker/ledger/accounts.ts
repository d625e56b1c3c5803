/** The ledgers of this deployment, as accounts: each with its caps, and found by name from everywhere. */

import type { Site } from '../auth/site.ts';
import type { Config } from '../config/config.ts';
import type { Accounts } from '../generation/dependencies.ts';
import { DEPLOYMENT, type Ledger, ledgerOf } from '../objects/ledger.ts';
import type { Cap } from './reservation.ts';

/** The owner's and the isolates' business with ledgers, beside money. */
export type LedgerOffice = Pick<Ledger, 'setPaused' | 'report' | 'count' | 'facts' | 'lanes' | 'attempt'>;

export const createAccounts = (ledgers: DurableObjectNamespace<Ledger>, config: Config): Accounts => ({
  site: (site, policies) => ({
    ledger: ledgers.getByName(ledgerOf(typeof site === 'string' ? site : site.id)),
    caps: typeof site === 'string' ? [] : capsOf(site),
    policies,
  }),
  deployment: () => ({
    ledger: ledgers.getByName(DEPLOYMENT),
    caps: [
      { period: 'day', micros: config.deploymentDayBudgetMicros, reason: 'DEPLOYMENT_BUDGET_SPENT' },
      { period: 'month', micros: config.deploymentMonthBudgetMicros, reason: 'DEPLOYMENT_BUDGET_SPENT' },
    ],
    policies: [],
  }),
});

const capsOf = ({ dayBudgetMicros, monthBudgetMicros }: Site): Cap[] => [
  { period: 'day', micros: dayBudgetMicros, reason: 'DAILY_BUDGET_SPENT' },
  { period: 'month', micros: monthBudgetMicros, reason: 'MONTHLY_BUDGET_SPENT' },
];
