import { describe, expect, it } from 'vitest';
import type { CountedVisitor, Rung } from '../../worker/auth/caller.ts';
import { pursesOf } from '../../worker/limits/purses.ts';
import type { Site } from '../../worker/sites/site.ts';

const site = {
  id: 'shop',
  proof: 'turnstile',
  ...{ dayBudgetMicros: 5_000_000, monthBudgetMicros: 50_000_000 },
  ...{ visitorDayMicros: 500_000, networkDayMicros: 1_500_000, keptForClients: 0 },
} as Site;
const visitorOf = (change: Partial<Site> = {}, rung: Rung = 'turnstile'): CountedVisitor => ({
  ...{ kind: 'visitor', site: { ...site, ...change }, origin: '', visitor: 'v', session: 's', uses: 20 },
  ...{ rung, prefix: 'p', network: 'n' },
});
const namesOf = (visitor: CountedVisitor): string[] => pursesOf(visitor).map(({ name }) => name);

describe('pursesOf', () => {
  it('gives a visitor those of its address, of the network around it, and of all visitors', () => {
    expect(pursesOf(visitorOf())).toEqual([
      { name: 'visitors', who: 'all', period: 'day', micros: 5_000_000, reason: 'DAILY_BUDGET_SPENT' },
      { name: 'visitors', who: 'all', period: 'month', micros: 50_000_000, reason: 'MONTHLY_BUDGET_SPENT' },
      { name: 'network', who: 'n', period: 'day', micros: 1_500_000, reason: 'PREFIX_BUDGET_SPENT' },
      { name: 'visitor', who: 'p', period: 'day', micros: 500_000, reason: 'VISITOR_BUDGET_SPENT' },
    ]);
  });

  it('leaves clients their part of the day and of the month', () => {
    const [day, month] = pursesOf(visitorOf({ keptForClients: 0.3 }));

    expect([day?.micros, month?.micros]).toEqual([3_500_000, 35_000_000]);
  });

  it.each<{ rung: Rung; proof: Site['proof']; isDegraded: boolean }>([
    { rung: 'pow', proof: 'turnstile', isDegraded: true },
    { rung: 'none', proof: 'turnstile', isDegraded: true },
    { rung: 'turnstile', proof: 'turnstile', isDegraded: false },
    { rung: 'pow', proof: 'pow', isDegraded: false },
    { rung: 'none', proof: 'none', isDegraded: false },
  ])('holds a ticket for $rung to a tenth of the day: $isDegraded, where the site asks for $proof', (each) => {
    const visitor = visitorOf({ proof: each.proof }, each.rung);

    expect(namesOf(visitor).includes('degraded')).toBe(each.isDegraded);
    if (each.isDegraded) {
      expect(pursesOf(visitor)).toContainEqual({
        ...{ name: 'degraded', who: 'all', period: 'day', reason: 'DAILY_BUDGET_SPENT' },
        micros: 500_000,
      });
    }
  });

  it('counts what a client takes, and holds it to its own budget, where it has one', () => {
    expect(pursesOf({ kind: 'client', site, name: 'app', dayBudgetMicros: 900 })).toEqual([
      { name: 'client', who: 'app', period: 'day', micros: 900, reason: 'CLIENT_LIMIT' },
    ]);
    expect(pursesOf({ kind: 'client', site, name: 'app' })).toEqual([
      { name: 'client', who: 'app', period: 'day', reason: 'CLIENT_LIMIT' },
    ]);
  });
});
