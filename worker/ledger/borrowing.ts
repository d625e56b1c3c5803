/**
 * How a site's ledger obtains money from the deployment's: reservations that wait for a draw, refills before money is
 * missed, and the word of an overrun. The rows and the decisions are those of {@link LedgerMachine}. A site that is
 * alone in its deployment waits for nothing here: it decides in one step. Money is integer micro-dollars, times are
 * Unix milliseconds.
 */
import type { Bound } from '../shared/bound.ts';
import type { Failure } from '../shared/failure.ts';
import type { Log } from '../shared/log.ts';
import { HELD } from './budget.ts';
import type { LedgerMachine } from './ledger.ts';
import type { Draw, LenderRpc } from './loan.ts';
import { createQueue } from './queue.ts';
import type { Cap, Reservation } from './reservation.ts';
import { TELL_AGAIN_MS, TELL_TIMES } from './telling.ts';

/** Longest wait of a reservation for money. It is as long as a permission to dispatch lasts. */
const WAIT_MS = 5_000;
/** Draws for one reservation. Another site may have called back what was just lent. */
const MAX_DRAWS = 4;
/** Longest wait for the deployment's ledger, which itself waits 2 s for the sites that it calls money back from. */
const DRAW_MS = 2_500;
/** For so long a refusal of the deployment's ledger is remembered. Held money may come back any second. */
const HELD_MS = 1_000;
const SPENT_MS = 5_000;
/** After a refused refill the next one waits. */
const REFILL_PAUSE_MS = 30_000;
/** What a caller is told to wait where the deployment's ledger does not answer. */
const UNREACHABLE_RETRY_SECONDS = 5;

export interface BorrowingOptions {
  ledger: LedgerMachine;
  /** Name of this ledger. */
  name: string;
  /** The ledger that lends the deployment's budget. */
  lender: LenderRpc;
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

/** A refusal of the deployment's ledger. It holds for `ms`, and for reservations that cost at least `price`. */
interface Remembered {
  failure: Failure;
  price: number;
  at: number;
  ms: number;
}

export function createBorrowing(options: BorrowingOptions) {
  const { ledger, name, lender, isWithin, now, bound, pause, hold, wakeSoon, log } = options;
  const reservations = createQueue();
  const backgroundDraws = createQueue();
  let refusal: Remembered | undefined;
  let refillRefusedAt = Number.NEGATIVE_INFINITY;

  /** @returns Why nothing was lent. */
  async function drawFrom(draw: Draw): Promise<Failure | undefined> {
    try {
      const answer = await bound(lender.draw(name, draw), DRAW_MS, 'draw');
      ledger.take(answer, draw);
      return answer.refusal;
    } catch (error) {
      log('draw_failed', { ledger: name, error: String(error) });
      return UNREACHABLE;
    }
  }

  function remember(failure: Failure, micros: number): void {
    const ms = failure.reason === 'DEPLOYMENT_BUDGET_SPENT' ? SPENT_MS : HELD_MS;
    // A ledger that does not answer has no money for a cheaper reservation either.
    const price = failure === UNREACHABLE ? 0 : micros;
    refusal = { failure, price, at: now(), ms };
  }

  /** Draws until a reservation has its money or is refused. */
  async function drawUntilReserved(reservation: Reservation, since: number): Promise<Failure | undefined> {
    const { micros } = reservation;
    for (let draws = 0; ; draws += 1) {
      const refused = ledger.reserve(reservation, now());
      if (refused?.reason !== 'SLICE_SHORT') return refused;
      if (refusal && isWithin(refusal.at, refusal.ms) && refusal.price <= micros) return refusal.failure;
      if (draws === MAX_DRAWS || now() - since >= WAIT_MS) return HELD;
      const failure = await drawFrom(ledger.draw(refused, micros, now()));
      if (failure) {
        remember(failure, micros);
        return failure;
      }
      refusal = undefined;
    }
  }

  return {
    /**
     * Holds money for a reservation, and draws it first where the slice lacks it. Reservations that wait are served in
     * the order in which they came.
     *
     * @param since When the reservation was asked for.
     */
    async reserve(reservation: Reservation, since: number): Promise<Failure | undefined> {
      if (reservations.isEmpty) {
        const refused = ledger.reserve(reservation, now());
        if (refused?.reason !== 'SLICE_SHORT') return refused;
      }
      return reservations.run(() => drawUntilReserved(reservation, since));
    },

    /** Forgets the last refusal of the deployment's ledger: money of old reservations may have come back. */
    forgetRefusal(): void {
      refusal = undefined;
    },

    /** Draws more in the background, before it is missed. */
    refill(caps: readonly Cap[]): void {
      if (isWithin(refillRefusedAt, REFILL_PAUSE_MS) || !backgroundDraws.isEmpty) return;
      const draw = ledger.refill(caps, now());
      if (!draw) return;
      hold(
        backgroundDraws.run(async () => {
          if (await drawFrom(draw)) refillRefusedAt = now();
        }),
      );
    },

    /** Tells the deployment's ledger what an overrun has cost beyond this ledger's slice. */
    async tellShortage(): Promise<void> {
      for (let times = 0; times < TELL_TIMES; times += 1) {
        const draw = ledger.shortage(now());
        if (!draw) return;
        await wakeSoon();
        await backgroundDraws.run(() => drawFrom(draw));
        if (ledger.shortage(now())) await pause(TELL_AGAIN_MS);
      }
    },
  };
}

/** The deployment's ledger did not answer. What it may have lent all the same is found with the next draw. */
export const UNREACHABLE: Failure = {
  ...{ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' },
  retryAfterSeconds: UNREACHABLE_RETRY_SECONDS,
  cause: 'the deployment did not lend',
};
