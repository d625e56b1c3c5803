import type { Site } from '../sites/site.ts';
import type { Cap } from './reservation.ts';
import { type FundsOf, type LedgerRpc, ledgerOf } from './rpc.ts';

/** The budgets of the whole deployment. */
export interface DeploymentBudgets {
  /** Micro-dollars per UTC day and month, all sites together. */
  deploymentDayBudgetMicros: number;
  deploymentMonthBudgetMicros: number;
}

/**
 * What a run of a site spends from: the site's ledger, with all the caps that a reservation in it must meet. A site's
 * ledger decides on the deployment's caps too, by what it has been lent of them.
 *
 * @param ledgerAt The stub of the ledger with a name; the same name gives the same ledger everywhere.
 */
export const createFundsOf =
  (ledgerAt: (name: string) => LedgerRpc, budgets: DeploymentBudgets): FundsOf =>
  (site, { policies, purses }) =>
    typeof site === 'string'
      ? { ledger: ledgerAt(ledgerOf(site)), caps: [], policies, purses }
      : { ledger: ledgerAt(ledgerOf(site.id)), caps: capsOf(site, budgets), policies, purses };

const capsOf = (site: Site, budgets: DeploymentBudgets): Cap[] => [
  { of: 'site', period: 'day', micros: site.dayBudgetMicros, reason: 'DAILY_BUDGET_SPENT' },
  { of: 'site', period: 'month', micros: site.monthBudgetMicros, reason: 'MONTHLY_BUDGET_SPENT' },
  {
    ...{ of: 'deployment', period: 'day', reason: 'DEPLOYMENT_BUDGET_SPENT', part: site.keptOfDeployment },
    micros: budgets.deploymentDayBudgetMicros,
  },
  {
    ...{ of: 'deployment', period: 'month', reason: 'DEPLOYMENT_BUDGET_SPENT', part: site.keptOfDeployment },
    micros: budgets.deploymentMonthBudgetMicros,
  },
];
