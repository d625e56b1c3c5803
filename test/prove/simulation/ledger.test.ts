/** The ledger against a simple model: random sequences of calls, shrunk to the shortest with a different result. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLedgerMachine } from '../../../worker/ledger/ledger.ts';
import { createLender } from '../../../worker/ledger/lender.ts';
import type { Draw, LoanAnswer } from '../../../worker/ledger/loan.ts';
import type { Cap, Reservation } from '../../../worker/ledger/reservation.ts';
import { createDisk } from './nodes/disk.ts';

const START = Date.UTC(2026, 2, 31, 23, 50);
const CAP = 250;
const MONTH_CAP = 600;

type Step =
  | { do: 'reserve' | 'release' | 'settle'; run: number; attempt: 1 | 2; micros: number }
  | { do: 'pause'; paused: boolean }
  | { do: 'jump'; minutes: number };

const run = fc.integer({ min: 0, max: 5 });
const money = { run, attempt: fc.constantFrom(1 as const, 2 as const), micros: fc.integer({ min: 0, max: 130 }) };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('reserve' as const), ...money }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('release' as const, 'settle' as const), ...money }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pause' as const), paused: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('jump' as const), minutes: fc.integer({ min: -9, max: 15 }) }) },
);

interface Entry {
  state: 'held' | 'settled' | 'released';
  day: string;
  micros: number;
  overrun: number;
}

/** The smallest model of a ledger. */
class Model {
  readonly #entries = new Map<string, Entry>();
  isPaused = false;

  sums(period: string): { held: number; settled: number; overrun: number } {
    const sums = { held: 0, settled: 0, overrun: 0 };
    for (const { state, day, micros, overrun } of this.#entries.values()) {
      if (!day.startsWith(period) || state === 'released') continue;
      sums[state] += micros;
      sums.overrun += overrun;
    }
    return sums;
  }

  reserve({ id, replaces, micros }: Reservation, day: string): boolean {
    const known = this.#entries.get(id);
    if (known) return known.state === 'held';
    const before = this.#entries.get(replaces ?? '');
    if (before?.state === 'held') before.state = 'released';
    if (this.isPaused || micros > this.#left(day)) return false;
    this.#entries.set(id, { state: 'held', day, micros, overrun: 0 });
    return true;
  }

  release(id: string, day: string): void {
    const known = this.#entries.get(id);
    if (known?.state === 'held') known.state = 'released';
    if (!known) this.#entries.set(id, { state: 'released', day, micros: 0, overrun: 0 });
  }

  settle(id: string, micros: number): void {
    const known = this.#entries.get(id);
    if (known?.state !== 'held') return;
    const overrun = Math.max(0, micros - known.micros);
    this.#entries.set(id, { ...known, state: 'settled', micros: micros - overrun, overrun });
  }

  /** The debt of the days, or months, before one. */
  owed(name: string, cap: number): number {
    const names = [...this.#entries.values()].map(({ day }) => day.slice(0, name.length));
    const before = [...new Set(names)].filter((each) => each < name).sort();
    // The clock of a run passes at most one midnight, so the periods are adjacent.
    return before.reduce((owed, each) => {
      const { settled, overrun } = this.sums(each);
      return Math.max(0, owed + settled + overrun - cap);
    }, 0);
  }

  #left(day: string): number {
    const month = day.slice(0, 7);
    const [today, thisMonth] = [this.sums(day), this.sums(month)];
    return Math.min(
      CAP - this.owed(day, CAP) - today.held - today.settled - today.overrun,
      MONTH_CAP - this.owed(month, MONTH_CAP) - thisMonth.held - thisMonth.settled - thisMonth.overrun,
    );
  }
}

function reservation(of: Cap['of'], run: number, attempt: 1 | 2, micros: number): Reservation {
  return {
    id: `${run}:${attempt}`,
    run: String(run),
    ...(attempt === 2 && { replaces: `${run}:1` }),
    micros,
    leaseMs: 60_000,
    owner: 'key',
    subject: { model: 'model', size: '1K' },
    caps: [
      { of, period: 'day', micros: CAP, reason: 'DAILY_BUDGET_SPENT' },
      { of, period: 'month', micros: MONTH_CAP, reason: 'MONTHLY_BUDGET_SPENT' },
    ],
    policies: [],
    purses: [],
  };
}

/** A site that is alone in its deployment decides on the deployment's caps as on its own. */
const ALONE: LoanAnswer = { isAlone: true, pause: { version: 0, isPaused: false }, loans: {} };
const FIRST_DRAW: Draw = {
  report: { standing: 'new', slices: {} },
  ...{ day: '2026-03-31', price: 0, asked: [], isBackground: false },
};

it.each(['site', 'deployment'] as const)('counts under the caps of the %s as a plain list would', (of) => {
  const property = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const disk = createDisk(() => undefined);
    const ledger = createLedgerMachine(disk.sql);
    const lender = createLender(disk.sql);
    ledger.take(ALONE, FIRST_DRAW);
    const model = new Model();
    let now = START;
    for (const each of steps) {
      const day = new Date(now).toISOString().slice(0, 10);
      if (each.do === 'jump') now += each.minutes * 60_000;
      else if (each.do === 'pause') {
        lender.setPaused(each.paused, { at: now, who: 'token' });
        model.isPaused = each.paused;
      } else {
        const asked = reservation(of, each.run, each.attempt, each.micros);
        if (each.do === 'reserve') expect(ledger.reserve(asked, now) === undefined).toBe(model.reserve(asked, day));
        if (each.do === 'release') {
          ledger.release(asked.id, now);
          model.release(asked.id, day);
        }
        if (each.do === 'settle') {
          ledger.settle(asked.id, { micros: each.micros, provider: 'google', outcome: 'picture' }, now);
          model.settle(asked.id, each.micros);
        }
      }
      const { settled, held, overrun, owed } = ledger.taken(of, 'day', day);
      expect({ settled, held, overrun, owed }).toEqual({ ...model.sums(day), owed: model.owed(day, CAP) });
      expect(settled + held).toBeLessThanOrEqual(CAP);
    }
    disk.close();
  });

  fc.assert(property, { numRuns: 200 });
});
