import type { Size } from '../catalog/model.ts';
import type { SiteFacts } from '../protocol.ts';
import type { Template } from '../templates/template.ts';

/** How long a site's pictures are kept: R2 prefixes that lifecycle rules expire by. */
export type RetentionClass = '7d' | '30d' | '90d';

export const RETENTION_DAYS: Record<RetentionClass, number> = { '7d': 7, '30d': 30, '90d': 90 };

/** What a visitor has to show before it gets a ticket. */
export type ProofKind = 'none' | 'turnstile' | 'pow';

/** The rules of a site: which pages may call, for which models, and how much. Plain data, sent to objects with a run. */
export interface Site {
  id: string;
  /** Origins such as `https://shop.example`, or `https://*.shop.example` for all hosts below it. */
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
  proof: ProofKind;
  /** Tickets of another epoch are void. The owner raises it to end all tickets at once. */
  epoch: number;
  promptMode: 'free' | 'template';
  /** Changes with the template, and is part of a request's key. Present in the mode `template`. */
  templateVersion?: string;
  visitorPerMinute: number;
  visitorPerDay: number;
  sessionUses: number;
  sitePerMinute: number;
  /** Micro-dollars for each UTC day and month. */
  dayBudgetMicros: number;
  monthBudgetMicros: number;
  /** Micro-dollars of one visitor, and of one network (IPv4 /24, IPv6 /48), for each UTC day. */
  visitorDayMicros: number;
  networkDayMicros: number;
  /** Part of both budgets that visitors cannot spend, 0 to 1: it is kept for API clients. */
  keptForClients: number;
  /** Part of the deployment's budgets that is kept for this site, 0 to 1. */
  keptOfDeployment: number;
}

/** What a site shows its visitors before their own picture, and how. */
export type Showcase = Pick<
  SiteFacts,
  'presets' | 'ideas' | 'wall' | 'actions' | 'look' | 'notice' | 'showPrices' | 'label'
> & {
  /** `off`, `desk`, or `mailto:` and an address. Absent: `desk`, where the deployment has one. */
  reports?: string;
};

/** A site with what only its pages or its requests need. */
export interface SiteEntry {
  site: Site;
  showcase: Showcase;
  /** Present in the mode `template`. */
  template?: Template;
  /** The owner's word that its pages are not for people under 18. */
  adultsDeclared?: boolean;
}
