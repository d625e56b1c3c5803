/** Limits the time of a promise: the platform does not end a call that never answers. */

/**
 * Rejects with {@link NotAnswered} where `call` has not settled after `ms`; a later result is dropped. `what` names it.
 */
export type Bound = <T>(call: PromiseLike<T>, ms: number, what: string) => Promise<T>;

/** A binding did not answer in time. It may still have done its work. */
export class NotAnswered extends Error {
  override name = 'NotAnswered';
  constructor(what: string, ms: number) {
    super(`${what} has not answered within ${ms} ms`);
  }
}

/** Calls `ring` after `ms` milliseconds. @returns Cancels that call. */
export type Alarm = (ms: number, ring: () => void) => () => void;

const byTimer: Alarm = (ms, ring) => {
  const timer = setTimeout(ring, ms);
  return () => clearTimeout(timer);
};

export const createBound =
  (alarm: Alarm = byTimer): Bound =>
  async (call, ms, what) => {
    const late = Promise.withResolvers<never>();
    const callOff = alarm(ms, () => late.reject(new NotAnswered(what, ms)));
    try {
      return await Promise.race([call, late.promise]);
    } finally {
      callOff();
    }
  };
