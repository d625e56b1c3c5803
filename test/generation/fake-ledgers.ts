/**
 * Ledgers that record their calls, keep the state of each id, and fail on request: before the call is carried out, or
 * after it, when only the answer is lost.
 */
import type { Reservation, Settlement } from '../../worker/ledger/reservation.ts';
import type { MoneyRpc } from '../../worker/ledger/rpc.ts';
import type { Failure } from '../../worker/shared/failure.ts';

type LedgerName = 'site' | 'deployment';
export type Step = `${LedgerName}.${keyof MoneyRpc}`;
export type LedgerFault = 'unheard' | 'answer lost';

interface LedgerCall {
  step: Step;
  id: string;
  asked?: Reservation;
  settlement?: Settlement;
}

type State = 'held' | 'released' | 'settled';

export interface FakeLedgers {
  /** All calls in order, with those that failed. */
  calls: LedgerCall[];
  ports: Record<LedgerName, MoneyRpc>;
  /** The state of each id in each ledger. */
  states: Record<LedgerName, Map<string, State>>;
  /** Micro-dollars settled. */
  settled: Record<LedgerName, number>;
  /** Fails the calls of one step; `undefined` ends that. */
  fail(step: Step, fault: LedgerFault | undefined): void;
  /** Refuses reservations or confirmations; `undefined` ends that. */
  refuse(step: Step, failure: Failure | undefined): void;
  /** Called while a step is under way. */
  during(step: Step, happens: () => void | Promise<void>): void;
  steps(): Step[];
  /** Ids that hold money, by ledger. */
  held(): string[];
}

export function createFakeLedgers(): FakeLedgers {
  const calls: LedgerCall[] = [];
  const faults = new Map<Step, LedgerFault | undefined>();
  const refusals = new Map<Step, Failure | undefined>();
  const meanwhile = new Map<Step, () => void | Promise<void>>();
  const states = { site: new Map<string, State>(), deployment: new Map<string, State>() };
  const settled = { site: 0, deployment: 0 };

  async function call<T>(name: LedgerName, method: keyof MoneyRpc, more: Omit<LedgerCall, 'step'>, effect: () => T) {
    const step: Step = `${name}.${method}`;
    calls.push({ step, ...more });
    await meanwhile.get(step)?.();
    if (faults.get(step) === 'unheard') throw new Error(`${step} is not reached`);
    const answer = refusals.get(step) ?? effect();
    if (faults.get(step) === 'answer lost') throw new Error(`${step} does not answer`);
    return answer;
  }

  function rpcOf(name: LedgerName): MoneyRpc {
    const known = states[name];
    const undone: Failure = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'the reservation was undone' };
    return {
      reserve: async (asked) =>
        (await call(name, 'reserve', { id: asked.id, asked }, () => {
          if (asked.replaces !== undefined && known.get(asked.replaces) === 'held')
            known.set(asked.replaces, 'released');
          if (known.has(asked.id)) return known.get(asked.id) === 'held' ? undefined : undone;
          known.set(asked.id, 'held');
          return undefined;
        })) as Failure | undefined,
      confirm: async (id) =>
        (await call(name, 'confirm', { id }, () => (known.get(id) === 'held' ? undefined : undone))) as
          | Failure
          | undefined,
      async release(id) {
        await call(name, 'release', { id }, () => {
          if (known.get(id) !== 'settled') known.set(id, 'released');
        });
      },
      async settle(id, settlement) {
        await call(name, 'settle', { id, settlement }, () => {
          if (known.get(id) !== 'held') return;
          known.set(id, 'settled');
          settled[name] += settlement.micros;
        });
      },
    };
  }

  return {
    ...{ calls, states, settled },
    ports: { site: rpcOf('site'), deployment: rpcOf('deployment') },
    fail: (step, fault) => void faults.set(step, fault),
    refuse: (step, failure) => void refusals.set(step, failure),
    during: (step, happens) => void meanwhile.set(step, happens),
    steps: () => calls.map(({ step }) => step),
    held: () =>
      Object.entries(states).flatMap(([name, known]) =>
        [...known].flatMap(([id, state]) => (state === 'held' ? [`${name} ${id}`] : [])),
      ),
  };
}
