/** What an owner should know about a site that breaks no rule. */
import { DOLLAR } from '../shared/money.ts';
import type { Site } from './site.ts';
import type { SiteRecord } from './site-record.ts';
import type { SiteShare } from './site-store.ts';

export interface SiteWarning {
  /** Path of the field in the record. */
  field: string;
  warning: string;
}

export interface WarningContext {
  /** No provider key is set. */
  demo: boolean;
  record: Pick<SiteRecord, 'adultsDeclared' | 'ideas' | 'presets'>;
  /** All other sites. */
  others: readonly SiteShare[];
  deploymentDayMicros: number;
  /** What the cheapest picture of the site's default model holds at least; undefined where no price is known. */
  pictureMicros: number | undefined;
}

/** Kept answers lie under their class, and a request looks in the present one alone: two more reads would slow each miss. */
export const RETENTION_CHANGED: SiteWarning = {
  field: 'retention',
  warning:
    'has changed: each request is made, and paid, once more. Earlier pictures stay at their addresses until their days are over',
};

const dollars = (micros: number): string => `$${(micros / DOLLAR).toFixed(micros < 10_000 ? 4 : 2)}`;

export function siteWarnings(
  site: Site,
  { demo, record, others, deploymentDayMicros, pictureMicros }: WarningContext,
): SiteWarning[] {
  const warnings: SiteWarning[] = [];
  const add = (field: string, warning: string): void => void warnings.push({ field, warning });
  if (site.proof === 'none' && !demo) {
    add('proof', `is none: any script can spend up to ${dollars(site.networkDayMicros)} a day from each network`);
  }
  if (demo && !record.adultsDeclared) {
    add(
      'adultsDeclared',
      'is not true: as soon as a provider key is set, the site is closed to its visitors until it is',
    );
  }
  const { dayBudgetMicros, monthBudgetMicros } = site;
  if (dayBudgetMicros > monthBudgetMicros) {
    add(
      'budgets.dailyUsd',
      `is ${dollars(dayBudgetMicros)}, and the whole month has ${dollars(monthBudgetMicros)}: one day can spend it`,
    );
  }
  if (site.keptForClients === 1) add('budgets.clientsPercent', 'is 100: no visitor ever draws a new picture');
  const dayMicros = Math.min(dayBudgetMicros, monthBudgetMicros);
  if (site.visitorDayMicros > Math.min(site.networkDayMicros, dayMicros)) {
    const [least, whose] =
      site.networkDayMicros < dayMicros ? [site.networkDayMicros, 'its network'] : [dayMicros, 'the site'];
    add('budgets.visitorDailyUsd', `is ${dollars(site.visitorDayMicros)}, and ${whose} ends it at ${dollars(least)}`);
  }
  if (site.networkDayMicros > dayMicros) {
    const of = `is ${dollars(site.networkDayMicros)}, and the site ends it at ${dollars(dayMicros)}`;
    add('budgets.prefixDailyUsd', of);
  }
  if (site.promptMode === 'template') {
    const unseen = 'is shown nowhere: visitors of a template write no prompt';
    for (const field of ['ideas', 'presets'] as const) if (record[field]?.length) add(field, unseen);
  }
  if (site.origins.length === 0) add('origins', 'is empty: only pages of this deployment may use the site');
  const sum = others.reduce((total, { dayBudgetMicros }) => total + dayBudgetMicros, site.dayBudgetMicros);
  if (sum > deploymentDayMicros) {
    add(
      'budgets.dailyUsd',
      `the sites may spend ${dollars(sum)} a day together, and the deployment ${dollars(deploymentDayMicros)}: a busy site can leave nothing to the others, unless each keeps a share of it for itself`,
    );
  }
  if (pictureMicros === undefined) {
    add('defaultModel', 'has no price in force, so it is not called');
    return warnings;
  }
  const shares = [
    ['budgets.dailyUsd', site.dayBudgetMicros, 'the site'],
    ['budgets.visitorDailyUsd', site.visitorDayMicros, 'each visitor'],
    ['budgets.prefixDailyUsd', site.networkDayMicros, 'each network'],
  ] as const;
  for (const [field, micros, who] of shares) {
    if (micros >= pictureMicros) continue;
    add(field, `is ${dollars(micros)} a day for ${who}, and a picture holds ${dollars(pictureMicros)}: none is made`);
  }
  return warnings;
}

/**
 * Turnstile refuses a page whose host its widget does not list, and all sites share one widget. Such a page draws by
 * proof of work, within its small part of the day.
 */
export function turnstileWarning({ proof, origins }: Site): SiteWarning | undefined {
  const hosts = [...new Set(origins.map((origin) => new URL(origin.replace('*.', '')).hostname))];
  if (proof !== 'turnstile' || hosts.length === 0) return undefined;
  return {
    field: 'proof',
    warning: `is turnstile, whose one widget of all sites must list these hosts at Cloudflare: ${hosts.join(', ')}. Visitors of another host may only spend the part of the weaker proof`,
  };
}

/** @returns Percent that would be kept in all, where that is more than there is. */
export function overkept(site: Site, others: readonly SiteShare[]): number | undefined {
  const kept = others.reduce((sum, { deploymentPercent }) => sum + deploymentPercent, site.keptOfDeployment * 100);
  return kept > 100 ? kept : undefined;
}
