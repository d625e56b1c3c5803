/**
 * How the deployment's ledger lends its budget to the sites' ledgers: it serves their draws, calls money back from
 * others, and tells all of them of a pause. The rows and the decisions are those of {@link Lender}. Money is integer
 * micro-dollars, times are Unix milliseconds.
 */
import type { Bound } from '../shared/bound.ts';
import type { Log } from '../shared/log.ts';
import { dayOf } from '../shared/utc.ts';
import type { LedgerMachine } from './ledger.ts';
import type { Lender } from './lender.ts';
import type { BorrowerRpc, Draw, LoanAnswer } from './loan.ts';
import type { PauseAnswer } from './rpc.ts';
import { TELL_AGAIN_MS, TELL_TIMES } from './telling.ts';

/** Longest wait for a site from which money is called back. */
const RECALL_MS = 2_000;
/** One round of recalls in this time: a flood near the cap must not ask all other sites for each of its requests. */
const ROUND_MS = 1_000;
/** A pause is told again sooner than anything else: the owner waits for the answer. */
const PAUSE_AGAIN_MS = TELL_AGAIN_MS / 2;

export interface LendingOptions {
  ledger: Pick<LedgerMachine, 'taken'>;
  lender: Lender;
  /** The ledger of a site that has borrowed, by its name. */
  borrower: (name: string) => BorrowerRpc;
  /** Whether something happened at most so long ago. */
  isWithin: (at: number, ms: number) => boolean;
  now: () => number;
  bound: Bound;
  pause: (ms: number) => Promise<unknown>;
  /** Keeps the object alive until a promise settles. */
  hold: (promise: Promise<unknown>) => void;
  /** Wakes the object soon, so that a crash does not keep quiet what is left to be told. */
  wakeSoon: () => Promise<void>;
  log: Log;
}

export function createLending(options: LendingOptions) {
  const { ledger, lender, borrower, isWithin, now, bound, pause, hold, wakeSoon, log } = options;
  let lastRoundAt = Number.NEGATIVE_INFINITY;
  /** The round of recalls under way. */
  let round: Promise<unknown> | undefined;

  /** @returns Whether the site has answered. */
  async function callBackFrom(site: string, notice: LoanAnswer): Promise<boolean> {
    try {
      const report = await bound(borrower(site).recall(notice), RECALL_MS, 'recall');
      lender.heard(site, notice.pause.version);
      lender.hear(site, report);
      return true;
    } catch (error) {
      log('recall_failed', { site, error: String(error) });
      return false;
    }
  }

  /** Calls money back from several sites side by side. @returns Whether all have answered. */
  async function callBack(notices: ReadonlyMap<string, LoanAnswer>): Promise<boolean> {
    const answers = await Promise.all([...notices].map(([site, notice]) => callBackFrom(site, notice)));
    return !answers.includes(false);
  }

  /** Calls money back for a draw, or waits for the round under way. A site that hangs holds up no other draw. */
  async function callBackOnce(notices: () => ReadonlyMap<string, LoanAnswer>): Promise<void> {
    round ??= callBack(notices()).finally(() => {
      round = undefined;
    });
    await round;
  }

  /** Overruns that are not paid for, from books of an earlier version in which this ledger held all money itself. */
  const owedBefore = (day: string) => ({
    day: ledger.taken('site', 'day', day).owed,
    month: ledger.taken('site', 'month', day).owed,
  });

  /** Calls back what an overrun or a lower cap has taken from all sites. @returns Whether all have answered. */
  async function callBackOver(day: string): Promise<boolean> {
    for (let times = 0; times < TELL_TIMES; times += 1) {
      const recalls = lender.recalls(lender.over(day), { isDue: true });
      if (recalls.size === 0) return true;
      await wakeSoon();
      if (await callBack(recalls)) return true;
      await pause(TELL_AGAIN_MS);
    }
    return false;
  }

  /**
   * Calls back from a site that is alone, once a part is kept for another one.
   *
   * @returns Whether it is alone no longer.
   */
  async function endAlone(): Promise<boolean> {
    const alone = lender.aloneAgainstShares();
    if (alone === undefined) return true;
    await wakeSoon();
    return callBack(new Map([[alone, lender.endAlone(dayOf(now()))]]));
  }

  /** Tells all sites whether the deployment is paused. @returns Names of ledgers that have not heard it. */
  async function tellPause(): Promise<string[]> {
    for (let times = 0; times < TELL_TIMES && lender.unheard().length > 0; times += 1) {
      if (times > 0) await pause(PAUSE_AGAIN_MS);
      const notice: LoanAnswer = { isAlone: false, pause: lender.pause(), loans: {} };
      await callBack(new Map(lender.unheard().map((site) => [site, notice])));
    }
    const unheard = lender.unheard();
    if (unheard.length > 0) await wakeSoon();
    return unheard;
  }

  return {
    /** Grants a draw or refuses it. Calls money back from other sites first where that helps. */
    async draw(site: string, draw: Draw): Promise<LoanAnswer> {
      let served = lender.serve(site, draw, now());
      if (served.alone !== undefined) {
        const { alone } = served;
        await callBackOnce(() => new Map([[alone, lender.endAlone(draw.day)]]));
        served = lender.serve(site, draw, now());
      }
      const { missing } = served;
      if (missing && !draw.isBackground && (round || !isWithin(lastRoundAt, ROUND_MS))) {
        await callBackOnce(() => {
          lastRoundAt = now();
          return lender.recalls(missing, { but: site, isDue: false });
        });
        served = lender.serve(site, draw, now());
      }
      if (lender.over(draw.day).size > 0) hold(callBackOver(draw.day));
      const { answer } = served;
      return answer.isAlone ? { ...answer, owed: owedBefore(draw.day) } : answer;
    },

    /**
     * Keeps a part of the deployment's budgets for a site, 0 to 1. A site that is alone is told until it has heard it.
     */
    async keepShare(site: string, part: number): Promise<void> {
      lender.keepShare(site, part);
      await endAlone();
    },

    /**
     * Stops or resumes paid work here and in all ledgers that borrow from this one.
     *
     * @param who As in the audit trail.
     */
    async setPaused(isPaused: boolean, who: string): Promise<PauseAnswer> {
      lender.setPaused(isPaused, { at: now(), who });
      const unheard = await tellPause();
      return unheard.length > 0 ? { unheard, unheardMicros: lender.atLarge(unheard, dayOf(now())) } : { unheard };
    },

    /** Tells the sites what they have not heard, and calls back what is due. @returns Whether nothing of it is left. */
    async tellAgain(): Promise<boolean> {
      const unheard = await tellPause();
      const isShared = await endAlone();
      const isBack = await callBackOver(dayOf(now()));
      return unheard.length === 0 && isShared && isBack;
    },
  };
}
