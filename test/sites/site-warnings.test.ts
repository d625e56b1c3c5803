import { describe, expect, it } from 'vitest';
import { readConfig } from '../../worker/config/config.ts';
import type { Site } from '../../worker/sites/site.ts';
import { siteWarnings, turnstileWarning, type WarningContext } from '../../worker/sites/site-warnings.ts';

const SHOP: Site = {
  ...readConfig({}).site,
  ...{ id: 'shop', origins: ['https://shop.example'], dayBudgetMicros: 5_000_000, monthBudgetMicros: 50_000_000 },
  ...{ visitorDayMicros: 500_000, networkDayMicros: 1_500_000 },
};
const beside: WarningContext = {
  ...{ demo: false, record: { adultsDeclared: true }, others: [] },
  ...{ deploymentDayMicros: 20_000_000, pictureMicros: 10_000 },
};
const warned = (change: Partial<Site>, context: Partial<WarningContext> = {}) =>
  siteWarnings({ ...SHOP, ...change }, { ...beside, ...context }).map(({ field, warning }) => `${field} ${warning}`);

describe('a site that breaks no rule', () => {
  it('has no warning where nothing may surprise', () => {
    expect(warned({})).toEqual([]);
  });

  it.each<[string, Partial<Site>, string]>([
    [
      'leaves visitors nothing',
      { keptForClients: 1 },
      'budgets.clientsPercent is 100: no visitor ever draws a new picture',
    ],
    [
      'gives a visitor more than its network has',
      { visitorDayMicros: 2_000_000 },
      'budgets.visitorDailyUsd is $2.00, and its network ends it at $1.50',
    ],
    [
      'gives a visitor more than the month has',
      {
        visitorDayMicros: 1_400_000,
        monthBudgetMicros: 1_000_000,
        dayBudgetMicros: 1_000_000,
        networkDayMicros: 1_000_000,
      },
      'budgets.visitorDailyUsd is $1.40, and the site ends it at $1.00',
    ],
    [
      'gives a network more than the day has',
      { networkDayMicros: 9_000_000 },
      'budgets.prefixDailyUsd is $9.00, and the site ends it at $5.00',
    ],
  ])('is told that it %s', (_, change, warning) => {
    expect(warned(change)).toEqual([warning]);
  });

  it('of a template is told what it shows nowhere', () => {
    const record = { adultsDeclared: true, ideas: [{ text: 'A fox' }], presets: [] };

    expect(warned({ promptMode: 'template' }, { record })).toEqual([
      'ideas is shown nowhere: visitors of a template write no prompt',
    ]);
    expect(warned({}, { record })).toEqual([]);
  });

  it('with Turnstile is told which hosts the widget must list', () => {
    const origins = ['https://shop.example', 'https://*.shop.example', 'https://b.example:8443'];

    expect(turnstileWarning({ ...SHOP, proof: 'turnstile', origins })).toMatchObject({
      field: 'proof',
      warning: expect.stringContaining('at Cloudflare: shop.example, b.example.'),
    });
    expect(turnstileWarning({ ...SHOP, proof: 'pow', origins })).toBeUndefined();
    expect(turnstileWarning({ ...SHOP, proof: 'turnstile', origins: [] })).toBeUndefined();
  });
});
