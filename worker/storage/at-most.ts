/**
 * Maps values to promises, at most `limit` at once. After a failure no new call starts, and the first error is thrown
 * only when all running calls have ended. So the caller's cleanup finds everything.
 *
 * @returns In the order of the values.
 */
export async function mapAtMost<T, R>(
  limit: number,
  values: readonly T[],
  map: (value: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  let next = 0;
  async function work(): Promise<void> {
    while (next < values.length && failures.length === 0) {
      const at = next;
      next += 1;
      try {
        results[at] = await map(values[at] as T);
      } catch (error) {
        failures.push(error);
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, values.length) }, work));
  if (failures.length > 0) throw failures[0];
  return results;
}
