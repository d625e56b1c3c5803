/** How long a site's pictures are kept: R2 prefixes that lifecycle rules expire by. */
export type RetentionClass = '7d' | '30d' | '90d';

export const RETENTION_DAYS: Record<RetentionClass, number> = { '7d': 7, '30d': 30, '90d': 90 };

/** A site: whose pages may ask, for what, and how much. Plain data; times in the names' units. */
export interface Site {
  id: string;
  /** Exact origins, such as `https://shop.example`. Never a wildcard. */
  origins: readonly string[];
  /** Canonical model ids, the order of the menu. */
  models: readonly string[];
  defaultModel: string;
  /** Whether `googleSearch` may be asked for. */
  grounding: boolean;
  retention: RetentionClass;
  paused: boolean;
  proof: 'none' | 'turnstile' | 'pow';
  visitorPerMinute: number;
  visitorPerDay: number;
  sessionUses: number;
  sitePerMinute: number;
  /** Micro-dollars of a UTC day and month. */
  dayBudgetMicros: number;
  monthBudgetMicros: number;
}

/** `visitor` and `session` are random ids from the ticket. */
export interface Visitor {
  kind: 'visitor';
  site: Site;
  origin: string;
  visitor: string;
  session: string;
  /** From `addressPrefix`. For this request alone: it is never stored. */
  address: string;
}

export interface Client {
  kind: 'client';
  site: Site;
  name: string;
  /** Absent: no limit but the budgets. */
  perMinute?: number;
  /** A new picture each time is its default. */
  fresh?: true;
  /** It shares pictures with the site's visitors; absent: they are its own. */
  joinsSite?: true;
}

/** Who asks, as the gate found out. */
export type Caller = Visitor | Client;

/** A visitor under the name that its address prefix is counted by today. */
export type CountedVisitor = Omit<Visitor, 'address'> & { prefix: string };

/** Who asks, as limits and stores know it. */
export type CountedCaller = CountedVisitor | Client;
