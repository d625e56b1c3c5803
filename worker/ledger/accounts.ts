import type { Site } from '../auth/site.ts';
import type { Cap } from './reservation.ts';
import { type Accounts, DEPLOYMENT, type LedgerRpc, ledgerOf } from './rpc.ts';

/** The budgets of the whole deployment. */
export interface DeploymentBudgets {
  /** Micro-dollars per UTC day and month, all sites together. */
  deploymentDayBudgetMicros: number;
  deploymentMonthBudgetMicros: number;
}

/**
 * The ledgers of this deployment as accounts, each with its caps.
 *
 * @param ledgerAt The stub of the ledger with a name; the same name gives the same ledger everywhere.
 */
export const createAccounts = (ledgerAt: (name: string) => LedgerRpc, budgets: DeploymentBudgets): Accounts => ({
  site: (site, policies) => ({
    ledger: ledgerAt(ledgerOf(typeof site === 'string' ? site : site.id)),
    caps: typeof site === 'string' ? [] : capsOf(site),
    policies,
  }),
  deployment: () => ({
    ledger: ledgerAt(DEPLOYMENT),
    caps: [
      { period: 'day', micros: budgets.deploymentDayBudgetMicros, reason: 'DEPLOYMENT_BUDGET_SPENT' },
      { period: 'month', micros: budgets.deploymentMonthBudgetMicros, reason: 'DEPLOYMENT_BUDGET_SPENT' },
    ],
    policies: [],
  }),
});

const capsOf = ({ dayBudgetMicros, monthBudgetMicros }: Site): Cap[] => [
  { period: 'day', micros: dayBudgetMicros, reason: 'DAILY_BUDGET_SPENT' },
  { period: 'month', micros: monthBudgetMicros, reason: 'MONTHLY_BUDGET_SPENT' },
];
