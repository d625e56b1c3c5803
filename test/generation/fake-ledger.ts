/**
 * A ledger that records its calls, keeps the state of each id, and fails on request: before the call is carried out, or
 * after it, when only the answer is lost.
 */
import type { Reservation, Settlement } from '../../worker/ledger/reservation.ts';
import type { MoneyRpc } from '../../worker/ledger/rpc.ts';
import type { Failure } from '../../worker/shared/failure.ts';

type Step = keyof MoneyRpc;
export type LedgerFault = 'unheard' | 'answer lost';

interface LedgerCall {
  step: Step;
  id: string;
  asked?: Reservation;
  settlement?: Settlement;
}

type State = 'held' | 'released' | 'settled';

export interface FakeLedger {
  /** All calls in order, with those that failed. */
  calls: LedgerCall[];
  port: MoneyRpc;
  /** The state of each id. */
  states: Map<string, State>;
  /** Micro-dollars settled. */
  readonly settled: number;
  /** Fails the calls of one step; `undefined` ends that. */
  fail(step: Step, fault: LedgerFault | undefined): void;
  /** Refuses reservations or confirmations; `undefined` ends that. */
  refuse(step: Step, failure: Failure | undefined): void;
  /** Called while a step is under way. */
  during(step: Step, happens: () => void | Promise<void>): void;
  steps(): Step[];
  /** Ids that hold money. */
  held(): string[];
}

export function createFakeLedger(): FakeLedger {
  const calls: LedgerCall[] = [];
  const faults = new Map<Step, LedgerFault | undefined>();
  const refusals = new Map<Step, Failure | undefined>();
  const meanwhile = new Map<Step, () => void | Promise<void>>();
  const states = new Map<string, State>();
  let settled = 0;

  async function call<T>(step: Step, more: Omit<LedgerCall, 'step'>, effect: (refused?: Failure) => T): Promise<T> {
    calls.push({ step, ...more });
    await meanwhile.get(step)?.();
    if (faults.get(step) === 'unheard') throw new Error(`${step} is not reached`);
    const answer = effect(refusals.get(step));
    if (faults.get(step) === 'answer lost') throw new Error(`${step} does not answer`);
    return answer;
  }

  const undone: Failure = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'the reservation was undone' };
  const port: MoneyRpc = {
    reserve: (asked) =>
      call('reserve', { id: asked.id, asked }, (refused) => {
        const { id, replaces } = asked;
        if (states.has(id)) return states.get(id) === 'held' ? undefined : undone;
        // Granted or not, the money of the attempt before is free.
        if (replaces !== undefined && states.get(replaces) === 'held') states.set(replaces, 'released');
        if (!refused) states.set(id, 'held');
        return refused;
      }),
    confirm: (id) => call('confirm', { id }, (refused) => refused ?? (states.get(id) === 'held' ? undefined : undone)),
    release: (id) =>
      call('release', { id }, () => {
        if (states.get(id) !== 'settled') states.set(id, 'released');
      }),
    settle: (id, settlement) =>
      call('settle', { id, settlement }, () => {
        if (states.get(id) !== 'held') return;
        states.set(id, 'settled');
        settled += settlement.micros;
      }),
  };

  return {
    ...{ calls, states, port },
    get settled() {
      return settled;
    },
    fail: (step, fault) => void faults.set(step, fault),
    refuse: (step, failure) => void refusals.set(step, failure),
    during: (step, happens) => void meanwhile.set(step, happens),
    steps: () => calls.map(({ step }) => step),
    held: () => [...states].flatMap(([id, state]) => (state === 'held' ? [id] : [])),
  };
}
