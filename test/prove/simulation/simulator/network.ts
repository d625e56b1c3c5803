/**
 * Calls between objects: late, out of order, lost on the way there, lost on the way back after they were carried out,
 * or carried out twice.
 */
import type { Machine, Room, SimulatedNode } from '../nodes/node.ts';
import type { Chance } from './random.ts';
import type { Scheduler } from './scheduler.ts';

export interface Faults {
  /** Probabilities per call, and of a crash per step. */
  lost: number;
  replyLost: number;
  twice: number;
  crash: number;
  /** Probability of a delay of seconds to minutes instead of milliseconds. */
  slow: number;
  /** Probability that an R2 operation fails. */
  storeFails: number;
  /** Whether faults happen now. */
  isOn: boolean;
}

export interface NetworkCounts {
  calls: number;
  lost: number;
  repliesLost: number;
  twice: number;
  slow: number;
}

export interface Network {
  readonly counts: NetworkCounts;
  /** Travel time of a message, in milliseconds. */
  delay(): number;
  /** @param from The calling object; absent for a caller that cannot die. */
  call<M extends Machine, T>(
    from: Room | undefined,
    to: SimulatedNode<M>,
    work: (machine: M) => T | Promise<T>,
    options?: CallOptions,
  ): Promise<T>;
}

interface CallOptions {
  /** The call is never carried out twice. */
  once?: boolean;
  /** Whether no message passes between the two at this moment. */
  isCut?: () => boolean;
  /** Called when one of its messages is lost or late. */
  onTrouble?: () => void;
}

class NetworkLost extends Error {
  override name = 'NetworkLost';
}

export function createNetwork(scheduler: Scheduler, chance: Chance, faults: Faults): Network {
  const counts: NetworkCounts = { calls: 0, lost: 0, repliesLost: 0, twice: 0, slow: 0 };
  const happens = (probability: number): boolean => faults.isOn && chance.is(probability);

  function delay(onTrouble?: () => void): number {
    if (!happens(faults.slow)) return chance.whole(0, 40);
    counts.slow += 1;
    onTrouble?.();
    return chance.is(0.1) ? chance.whole(60_000, 480_000) : chance.whole(1000, 20_000);
  }

  async function travel<T>(
    arrive: () => Promise<T>,
    { once = false, isCut = () => false, onTrouble }: CallOptions,
  ): Promise<T> {
    await scheduler.wait(delay(onTrouble));
    if (isCut() || happens(faults.lost)) {
      counts.lost += 1;
      onTrouble?.();
      throw new NetworkLost('the request was lost');
    }
    if (!once && happens(faults.twice)) {
      counts.twice += 1;
      scheduler.after(delay(), () => void arrive().catch(() => undefined));
    }
    const outcome = await settled(arrive());
    await scheduler.wait(delay(onTrouble));
    if (isCut() || happens(faults.replyLost)) {
      counts.repliesLost += 1;
      onTrouble?.();
      throw new NetworkLost('the reply was lost');
    }
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  return {
    counts,
    delay,
    call(from, to, work, options = {}) {
      if (from?.isOver) return new Promise(() => undefined);
      from?.commit();
      counts.calls += 1;
      const reply = travel(() => to.run(work), options);
      return from ? from.guard(reply) : reply;
    },
  };
}

const settled = <T>(promise: Promise<T>): Promise<{ value: T } | { error: unknown }> =>
  promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
