/** Middle value; the mean of the two middle ones of an even number. @throws For an empty list. */
export const median = (values: readonly number[]): number => percentile(values, 50);

/** Percentile by linear interpolation between closest ranks (NIST's R-7). With few values p99 is nearly the largest. */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) throw new Error('No values were measured.');
  const sorted = values.toSorted((a, b) => a - b);
  const rank = ((sorted.length - 1) * p) / 100;
  const below = sorted[Math.floor(rank)] as number;
  const above = sorted[Math.ceil(rank)] as number;
  return below + (above - below) * (rank - Math.floor(rank));
}
