/**
 * Whether a demand would be granted, where a site's ledger has to ask the deployment's for money. A dry run: every sum
 * is read from the sites' ledgers, and nothing is lent, called back or written. Money is integer micro-dollars.
 */
import type { Bound } from '../shared/bound.ts';
import type { Failure } from '../shared/failure.ts';
import type { Log } from '../shared/log.ts';
import { dayOf } from '../shared/utc.ts';
import { askLedgers } from './ask-ledgers.ts';
import { UNREACHABLE } from './borrowing.ts';
import { judgeBudget, type Taken } from './budget.ts';
import type { LedgerMachine } from './ledger.ts';
import type { Lender } from './lender.ts';
import type { LoanJudgeRpc, LoanQuestion, TakenOfDay } from './loan.ts';
import { periodOf } from './periods.ts';
import type { Cap, Demand } from './reservation.ts';
import { DEPLOYMENT } from './rpc.ts';

/** Longest wait for the deployment's ledger, which itself waits for the sites'. */
const JUDGE_MS = 2_500;
const SITE_MS = 2_000;

export interface LoanJudgeOptions {
  ledger: Pick<LedgerMachine, 'judge' | 'taken'>;
  lender: Pick<Lender, 'borrowers' | 'lentTo' | 'sharesOf' | 'owed' | 'pause'>;
  /** Name of this ledger. */
  name: string;
  ledgerAt: (name: string) => LoanJudgeRpc;
  /** Unix milliseconds. */
  now: () => number;
  bound: Bound;
  log: Log;
}

export function createLoanJudge({ ledger, lender, name, ledgerAt, now, bound, log }: LoanJudgeOptions) {
  /** What all sites have taken of a cap, as a draw of one of them finds it. */
  function takenOf(cap: Cap, day: string, site: string, known: ReadonlyMap<string, TakenOfDay>): Taken {
    const account = periodOf(cap.period, day);
    const shares = lender.sharesOf(cap.micros);
    const borrowers = lender.borrowers();
    const sum = { settled: 0, held: 0, overrun: 0, owed: lender.owed(day)[cap.period] };
    for (const borrower of borrowers) {
      // From a ledger that does not answer nothing can be called back, so all that it was lent is in the way.
      const lent = { settled: 0, held: lender.lentTo(account, borrower), overrun: 0, owed: 0 };
      const { settled, held, overrun, owed } = known.get(borrower)?.[cap.period] ?? lent;
      const kept = Math.max(0, (shares.get(borrower) ?? 0) - settled - held - overrun);
      // What is kept for another site does not become free before the period ends.
      sum.settled += settled + (borrower === site ? 0 : kept);
      sum.held += held;
      sum.overrun += overrun;
      // A site alone keeps the deployment's debts; where several share, the deployment's ledger does.
      if (borrowers.length === 1) sum.owed = Math.max(sum.owed, owed);
    }
    return sum;
  }

  return {
    /** Decides on a demand as a reservation would find it. */
    async judge(demand: Demand): Promise<Failure | undefined> {
      const refused = ledger.judge(demand, now());
      if (refused?.reason !== 'SLICE_SHORT') return refused;
      const caps = demand.caps.filter(({ of }) => of === 'deployment');
      const question = { micros: demand.micros, caps, day: dayOf(now()) };
      try {
        return await bound(ledgerAt(DEPLOYMENT).judgeLoan(name, question), JUDGE_MS, 'judgeLoan');
      } catch (error) {
        log('draw_failed', { ledger: name, error: String(error) });
        return UNREACHABLE;
      }
    },

    async judgeLoan(site: string, { micros, caps, day }: LoanQuestion): Promise<Failure | undefined> {
      // A site that has never drawn has not heard of a pause.
      if (lender.pause().isPaused) return { reason: 'SITE_PAUSED' };
      const { answers } = await askLedgers(
        lender.borrowers(),
        (borrower) => bound(ledgerAt(borrower).takenOn(day), SITE_MS, borrower),
        (borrower, error) => log('figures_unread', { site: borrower, error: String(error) }),
      );
      const budgets = caps.map((cap) => ({ ...cap, taken: takenOf(cap, day, site, answers) }));
      return judgeBudget(micros, budgets, now());
    },

    takenOn: (day: string): TakenOfDay => ({
      day: ledger.taken('deployment', 'day', day),
      month: ledger.taken('deployment', 'month', day),
    }),
  };
}
