import { dayOf } from './budget.ts';
import type { LedgerMachine } from './ledger.ts';
import type { UsageRow } from './usage.ts';

const TABLE_DAYS = 31;
const GENERATIONS = 100;
const HOURS_MS = 24 * 3_600_000;

/** The state of a ledger, for its owner. Money is integer micro-dollars, times are Unix milliseconds, days are UTC. */
export interface LedgerReport {
  day: string;
  /** Within reservations. */
  settledMicros: number;
  heldMicros: number;
  /** Cost of today's answers over their reservations. It counts as spent. */
  overrunMicros: number;
  /** Overruns that the days before could not pay. They are taken off today's budget. */
  owedMicros: number;
  monthSettledMicros: number;
  monthHeldMicros: number;
  monthOverrunMicros: number;
  monthOwedMicros: number;
  paused: boolean;
  /** Reservations that hold money. */
  open: { id: string; micros: number; leaseUntil: number }[];
  usage: UsageRow[];
  medians: { model: string; size: string; ms: number }[];
  hours: { hour: string; name: string; count: number }[];
  generations: Record<string, unknown>[];
}

/** The report of a ledger. Reads only. @param now Unix milliseconds. */
export function reportOf(ledger: LedgerMachine, now: number): LedgerReport {
  const day = dayOf(now);
  const today = ledger.taken('day', day);
  const month = ledger.taken('month', day);
  return {
    day,
    settledMicros: today.settled,
    heldMicros: today.held,
    overrunMicros: today.overrun,
    owedMicros: today.owed,
    monthSettledMicros: month.settled,
    monthHeldMicros: month.held,
    monthOverrunMicros: month.overrun,
    monthOwedMicros: month.owed,
    paused: ledger.isPaused(),
    open: ledger.open(),
    usage: ledger.usage.table(TABLE_DAYS, now),
    medians: ledger.usage.medians(),
    hours: ledger.usage.hours(new Date(now - HOURS_MS).toISOString().slice(0, 13)),
    generations: ledger.usage.generations(GENERATIONS),
  };
}
