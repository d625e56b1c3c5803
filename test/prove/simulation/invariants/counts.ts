import type { Invariant } from './invariant.ts';
import { runOf } from './trace.ts';

interface Use {
  run: string;
  at: number;
}

/**
 * The exact counts of visitors and sessions. A window that ends at a grant, by the ledger's own clock, never has more
 * pictures than the limit. A picture that provably was not drawn does not count.
 */
export const neverOverACount: Invariant = () => {
  const uses = new Map<string, Use[]>();
  return (happening, books) => {
    if (happening.type !== 'held' || !happening.counted) return [];
    const { at, policies } = happening.counted;
    const { ledger, id } = happening;
    const run = runOf(id);
    return policies.flatMap(({ name, who, limit, windowSeconds }) => {
      const counter = `${ledger} ${name} ${who}`;
      const all = uses.get(counter) ?? [];
      all.push({ run, at });
      uses.set(counter, all);
      const isDrawn = (use: Use) => books.ofRun(use.run).some(({ state }) => state !== 'released');
      const count = all.filter((use) => use.at > at - windowSeconds * 1000 && isDrawn(use)).length;
      return count > limit ? [`${counter}: ${count} where ${limit} are allowed`] : [];
    });
  };
};
