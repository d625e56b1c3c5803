/** Who calls, as the gate identified it and as limits count it. */
import type { Site } from '../sites/site.ts';

/** The proof that a ticket was given for, strongest last. */
export const RUNGS = ['none', 'pow', 'turnstile'] as const;
export type Rung = (typeof RUNGS)[number];

/** A caller with a ticket. `visitor` and `session` are random ids from the ticket. */
export interface Visitor {
  kind: 'visitor';
  site: Site;
  origin: string;
  visitor: string;
  session: string;
  rung: Rung;
  /** Pictures that the ticket allows. */
  uses: number;
  /** From `addressPrefix`: an IPv4 address or an IPv6 /64. Used for this request only and never stored. */
  address: string;
  /** From `networkOf`: the IPv4 /24 or IPv6 /48 around it. Never stored either. */
  network: string;
}

/** A caller with a virtual key. */
export interface Client {
  kind: 'client';
  site: Site;
  name: string;
  /** Absent: no limit but the budgets. */
  perMinute?: number;
  /** Micro-dollars for each UTC day. Absent: no limit but the site's budgets. */
  dayBudgetMicros?: number;
  /** Models that it may use of the site's. Absent: all of them. */
  models?: readonly string[];
  /** Every request makes a new picture, unless it names its variant. */
  fresh?: true;
  /** The client shares stored pictures with the site's visitors. Absent: it has its own. */
  joinsSite?: true;
}

/** The caller as the gate identified it. */
export type Caller = Visitor | Client;

/** A visitor under today's hashes of its address prefix and of the network around it, from `Gate.count`. */
export type CountedVisitor = Omit<Visitor, 'address' | 'network'> & { prefix: string; network: string };

/** The caller as limits and stores know it. */
export type CountedCaller = CountedVisitor | Client;

/** The caller's site with the models that this caller may use. */
export function siteOf(caller: Caller): Site {
  const { site } = caller;
  if (caller.kind === 'visitor' || !caller.models) return site;
  const { models } = caller;
  return { ...site, models: site.models.filter((id) => models.includes(id)) };
}
