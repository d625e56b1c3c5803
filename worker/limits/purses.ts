/**
 * Who may spend how much of a site's budgets: dollars beside the counts of `policies.ts`. The site's ledger decides on
 * both in the same step, and held money counts as spent.
 */
import type { CountedCaller, CountedVisitor } from '../auth/caller.ts';
import type { LimitReason, PurseName } from '../shared/failure.ts';
import type { Site } from '../sites/site.ts';

/** The most that one of a site's callers, or all of a kind, may spend of a UTC day or month. */
export interface Purse {
  name: PurseName;
  /** Whose it is: an id, never a raw address. {@link EVERYONE} for a purse that many share. */
  who: string;
  period: 'day' | 'month';
  /** Micro-dollars. Absent: what is taken of it is counted, and never too much. */
  micros?: number;
  reason: LimitReason;
}

const EVERYONE = 'all';

/** What a ledger's rows call a purse. The day and the month of the same money have one id. */
export const purseIdOf = ({ name, who }: Pick<Purse, 'name' | 'who'>): string => `${name} ${who}`;

/** How the ids of clients' purses begin. */
export const CLIENT = purseIdOf({ name: 'client', who: '' });

/** The purse that every visitor's call takes from. */
export const VISITORS = purseIdOf({ name: 'visitors', who: EVERYONE });

/** Part of a site's day for tickets that were given without the proof that the site asks for, while nobody can check it. */
const DEGRADED_SHARE = 0.1;

/**
 * The purses of this caller, widest first.
 *
 * A ticket has none of its own: it is bound to one address, so the address's purse is the ticket's too. Nor has the
 * `visitor` id of a ticket, which a caller keeps only where it wants to.
 */
export function pursesOf(caller: CountedCaller): Purse[] {
  if (caller.kind === 'visitor') return visitorPursesOf(caller);
  const { name: who, dayBudgetMicros: micros } = caller;
  return [{ name: 'client', who, period: 'day', ...(micros !== undefined && { micros }), reason: 'CLIENT_LIMIT' }];
}

function visitorPursesOf(visitor: CountedVisitor): Purse[] {
  const { site, prefix, network } = visitor;
  const { dayBudgetMicros, monthBudgetMicros, keptForClients, networkDayMicros, visitorDayMicros } = site;
  const ofVisitors = (micros: number): number => micros - Math.ceil(micros * keptForClients);
  const day = 'day';
  return [
    {
      ...{ name: 'visitors', who: EVERYONE, period: day, reason: 'DAILY_BUDGET_SPENT' },
      micros: ofVisitors(dayBudgetMicros),
    },
    {
      ...{ name: 'visitors', who: EVERYONE, period: 'month', reason: 'MONTHLY_BUDGET_SPENT' },
      micros: ofVisitors(monthBudgetMicros),
    },
    ...(isDegraded(visitor) ? [degradedPurseOf(site)] : []),
    { name: 'network', who: network, period: day, micros: networkDayMicros, reason: 'PREFIX_BUDGET_SPENT' },
    { name: 'visitor', who: prefix, period: day, micros: visitorDayMicros, reason: 'VISITOR_BUDGET_SPENT' },
  ];
}

const degradedPurseOf = ({ dayBudgetMicros }: Site): Purse => ({
  ...{ name: 'degraded', who: EVERYONE, period: 'day', reason: 'DAILY_BUDGET_SPENT' },
  micros: Math.floor(dayBudgetMicros * DEGRADED_SHARE),
});

/** Whether a ticket's proof is below the one that its site asks for. */
export const isDegraded = ({ site, rung }: Pick<CountedVisitor, 'site' | 'rung'>): boolean =>
  site.proof === 'turnstile' && rung !== 'turnstile';
