/** What {@link createWakeUp} needs of an object's storage. */
type AlarmStorage = Pick<DurableObjectStorage, 'getAlarm' | 'setAlarm'>;

/**
 * The one timer of an object. The platform calls it the object's alarm; here an alarm is what the owner is told.
 * Several parts of an object ask to be woken: the earliest time counts. Times are Unix milliseconds.
 *
 * @param hold Keeps the object alive until a promise settles.
 */
export function createWakeUp(storage: AlarmStorage, hold: (promise: Promise<unknown>) => void) {
  /** When the object is woken, if this instance knows it. */
  let next = Number.POSITIVE_INFINITY;
  let isEnsured = false;

  async function at(time: number): Promise<void> {
    if (time >= next) return;
    next = time;
    await storage.setAlarm(time);
  }

  async function ensured(first: () => number): Promise<void> {
    const set = await storage.getAlarm();
    if (set === null) await at(first());
    else next = Math.min(next, set);
  }

  return {
    /** Wakes the object at this time or earlier. */
    at,

    /**
     * Sets a first time where none is set. An instance looks once. The caller does not wait: no promise about money
     * rests on this timer.
     */
    ensure(first: () => number): void {
      if (isEnsured) return;
      isEnsured = true;
      hold(ensured(first));
    },

    /** Call it when the object is woken: from then on no time is set. */
    woken(): void {
      next = Number.POSITIVE_INFINITY;
    },
  };
}
