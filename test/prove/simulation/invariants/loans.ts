/** Rules for the deployment's budget in slices, and for what a ledger keeps in memory. */
import { periodOf } from '../../../../worker/ledger/periods.ts';
import { DEPLOYMENT } from '../../../../worker/ledger/rpc.ts';
import { PERIODS } from './books.ts';
import type { Invariant } from './invariant.ts';
import { type LedgerName, sitesOf } from './trace.ts';

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

/**
 * After the end of all demand and faults no site is refused while its price fits every cap, less what is kept for other
 * sites and for clients.
 */
export const fittingIsServed: Invariant = (facts) => {
  const { caps, visitorCaps } = facts;
  const parts = new Map<LedgerName, number>();
  return (happening, books) => {
    if (happening.type === 'kept') parts.set(happening.site, happening.part);
    if (happening.type !== 'probed' || !happening.isLast || !NO_MONEY.includes(happening.how)) return [];
    const { ledger, price, day, how } = happening;
    const takenOf = (site: LedgerName, period: string): number => {
      const { settled, overrun } = books.taken(site, period);
      return settled + overrun;
    };
    const fits = PERIODS.every((period) => {
      const name = periodOf(period, day);
      const [own, all] = [caps[ledger]![period], caps[DEPLOYMENT]![period]];
      const taken = takenOf(ledger, name);
      const others = sitesOf(facts)
        .filter((site) => site !== ledger)
        .reduce((sum, site) => sum + Math.max(takenOf(site, name), Math.floor((parts.get(site) ?? 0) * all)), 0);
      return (
        price + taken + books.owed(ledger, name, own) <= own &&
        price + taken <= (visitorCaps?.[ledger]?.[period] ?? own) &&
        price + taken + others + books.owed(DEPLOYMENT, name, all) <= all
      );
    });
    return fits ? [`${ledger}: ${price} fit every cap, and hear ${how}`] : [];
  };
};

/**
 * What all other sites take of a day or month never reaches into a site's share of it, from the first grant on before
 * which the share is known. With a provider that keeps to its output, because an overrun takes what there is.
 */
export const sharesAreKept: Invariant = (facts) => {
  const parts = new Map<LedgerName, number>();
  let isBegun = false;
  return (happening, books) => {
    if (happening.type === 'kept' && !isBegun) parts.set(happening.site, happening.part);
    if (happening.type !== 'held') return [];
    isBegun = true;
    const { ledger, day } = happening;
    if (!facts.keepsToCap) return [];
    return [...parts].flatMap(([site, part]) =>
      PERIODS.flatMap((period) => {
        const name = periodOf(period, day);
        const cap = facts.caps[DEPLOYMENT]![period];
        const others = sitesOf(facts).filter((each) => each !== site);
        const taken = others.reduce((sum, each) => {
          const { held, settled } = books.taken(each, name);
          return sum + held + settled;
        }, 0);
        const left = cap - Math.floor(part * cap);
        return ledger !== site && taken > left ? [`${ledger}: ${taken} taken of the ${left} that ${site} leaves`] : [];
      }),
    );
  };
};
