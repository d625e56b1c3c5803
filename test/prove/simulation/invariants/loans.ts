/** Rules for the deployment's budget in slices, and for what a ledger keeps in memory. */
import { periodOf } from '../../../../worker/ledger/budget.ts';
import { DEPLOYMENT } from '../../../../worker/ledger/rpc.ts';
import { PERIODS } from './books.ts';
import type { Invariant } from './invariant.ts';

/** Sums and counts in memory are those of the rows (`test/prove/simulation/nodes/memory.ts`). */
export const memoryIsRows: Invariant = () => (happening) =>
  happening.type === 'mismatch' && happening.of === 'memory' ? [happening.what] : [];

/** What the deployment's ledger and a site's know of a loan fits together (`test/prove/simulation/nodes/loans.ts`). */
export const loansAgree: Invariant = () => (happening) =>
  happening.type === 'mismatch' && happening.of === 'loans' ? [happening.what] : [];

/** Refusals that say that there is no money. */
const NO_MONEY: readonly string[] = [
  ...['BUDGET_HELD', 'DAILY_BUDGET_SPENT', 'MONTHLY_BUDGET_SPENT', 'DEPLOYMENT_BUDGET_SPENT', 'UPSTREAM_UNAVAILABLE'],
];

/** After the end of all demand and faults no site is refused while its price fits every cap. */
export const fittingIsServed: Invariant =
  ({ caps }) =>
  (happening, books) => {
    if (happening.type !== 'probed' || !happening.isLast || !NO_MONEY.includes(happening.how)) return [];
    const { ledger, price, day, how } = happening;
    const fits = [ledger, DEPLOYMENT].every((each) =>
      PERIODS.every((period) => {
        const name = periodOf(period, day);
        const cap = caps[each]![period];
        const { settled, overrun } = books.taken(each, name);
        return price + settled + overrun + books.owed(each, name, cap) <= cap;
      }),
    );
    return fits ? [`${ledger}: ${price} fit every cap, and hear ${how}`] : [];
  };
