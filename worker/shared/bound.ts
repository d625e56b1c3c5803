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

/** Calls `end` after `ms` milliseconds. @returns Cancels that call. */
export type StartTimer = (ms: number, end: () => void) => () => void;

const startTimer: StartTimer = (ms, end) => {
  const timer = setTimeout(end, ms);
  return () => clearTimeout(timer);
};

/** @param start Absent: the platform's own timers. */
export const createBound =
  (start: StartTimer = startTimer): Bound =>
  async (call, ms, what) => {
    const late = Promise.withResolvers<never>();
    const cancel = start(ms, () => late.reject(new NotAnswered(what, ms)));
    try {
      return await Promise.race([call, late.promise]);
    } finally {
      cancel();
    }
  };
