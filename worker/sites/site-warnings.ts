/** What an owner should know about a site that breaks no rule. */
import { DOLLAR } from '../shared/money.ts';
import type { Site } from './site.ts';
import type { SiteShare } from './site-store.ts';

export interface SiteWarning {
  /** Path of the field in the record. */
  field: string;
  warning: string;
}

export interface WarningContext {
  /** No provider key is set. */
  demo: boolean;
  adultsDeclared: boolean;
  /** All other sites. */
  others: readonly SiteShare[];
  deploymentDayMicros: number;
  /** What the cheapest picture of the site's default model holds at least; undefined where no price is known. */
  pictureMicros: number | undefined;
}

const dollars = (micros: number): string => `$${(micros / DOLLAR).toFixed(micros < 10_000 ? 4 : 2)}`;

export function siteWarnings(
  site: Site,
  { demo, adultsDeclared, others, deploymentDayMicros, pictureMicros }: WarningContext,
): SiteWarning[] {
  const warnings: SiteWarning[] = [];
  const add = (field: string, warning: string): void => void warnings.push({ field, warning });
  if (site.proof === 'none' && !demo) {
    add('proof', `is none: any script can spend up to ${dollars(site.networkDayMicros)} a day from each network`);
  }
  if (demo && !adultsDeclared) {
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

/** @returns Percent that would be kept in all, where that is more than there is. */
export function overkept(site: Site, others: readonly SiteShare[]): number | undefined {
  const kept = others.reduce((sum, { deploymentPercent }) => sum + deploymentPercent, site.keptOfDeployment * 100);
  return kept > 100 ? kept : undefined;
}
