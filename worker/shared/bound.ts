/** A promise with an end: nothing in the platform ends a call that never answers. */

/** Fails a promise that has not settled in time. What comes later is dropped. */
export type Bound = <T>(call: PromiseLike<T>, ms: number, what: string) => Promise<T>;

/** A binding did not answer. It may have done what it was asked all the same. */
export class NotAnswered extends Error {
  override name = 'NotAnswered';
  constructor(what: string, ms: number) {
    super(`${what} has not answered within ${ms} ms`);
  }
}

/** Calls back after so many milliseconds, unless it is called off. */
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
