/** Runs one task after the other, in the order in which they came. A task that fails holds up no other. */
export function createQueue() {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    /** Whether no task runs or waits. */
    get isEmpty() {
      return waiting === 0;
    },
    run<T>(task: () => Promise<T>): Promise<T> {
      waiting += 1;
      const done = last.then(task).finally(() => {
        waiting -= 1;
      });
      last = done.catch(() => undefined);
      return done;
    },
  };
}
