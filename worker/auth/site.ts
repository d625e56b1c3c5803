import type { Size } from '../catalog/model.ts';

/** How long a site's pictures are kept: R2 prefixes that lifecycle rules expire by. */
export type RetentionClass = '7d' | '30d' | '90d';

export const RETENTION_DAYS: Record<RetentionClass, number> = { '7d': 7, '30d': 30, '90d': 90 };

/** A site: which pages may call, for which models, and how much. Plain data. Limits have their unit in their name. */
export interface Site {
  id: string;
  /** Exact origins, such as `https://shop.example`. Never a wildcard. */
  origins: readonly string[];
  /** Canonical model ids, in the order of the menu. */
  models: readonly string[];
  defaultModel: string;
  /** Sizes that may be asked for. A model that draws none of them is not offered. */
  sizes: readonly Size[];
  /** Whether requests may use `googleSearch`. */
  grounding: boolean;
  retention: RetentionClass;
  paused: boolean;
  proof: 'none' | 'turnstile' | 'pow';
  visitorPerMinute: number;
  visitorPerDay: number;
  sessionUses: number;
  sitePerMinute: number;
  /** Micro-dollars for each UTC day and month. */
  dayBudgetMicros: number;
  monthBudgetMicros: number;
}

/** A caller with a ticket. `visitor` and `session` are random ids from the ticket. */
export interface Visitor {
  kind: 'visitor';
  site: Site;
  origin: string;
  visitor: string;
  session: string;
  /** From `addressPrefix`. Used for this request only and never stored. */
  address: string;
}

/** A caller with a virtual key of `CLIENT_KEYS`. */
export interface Client {
  kind: 'client';
  site: Site;
  name: string;
  /** Absent: no limit but the budgets. */
  perMinute?: number;
  /** Every request makes a new picture, unless it names its variant. */
  fresh?: true;
  /** The client shares stored pictures with the site's visitors. Absent: it has its own. */
  joinsSite?: true;
}

/** The caller as the gate identified it. */
export type Caller = Visitor | Client;

/** A visitor under today's hash of its address prefix, from `Gate.count`. */
export type CountedVisitor = Omit<Visitor, 'address'> & { prefix: string };

/** The caller as limits and stores know it. */
export type CountedCaller = CountedVisitor | Client;
