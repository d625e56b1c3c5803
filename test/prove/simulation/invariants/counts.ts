import { periodOf } from '../../../../worker/ledger/periods.ts';
import { type Purse, purseIdOf } from '../../../../worker/limits/purses.ts';
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
    return policies
      .filter(({ perRefusal }) => !perRefusal)
      .flatMap(({ name, who, limit, windowSeconds }) => {
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

/**
 * At a grant no purse has more than its sum, overruns included. Where a clock was set back over midnight, money that was
 * settled on the wrong day may be missing.
 */
export const neverOverAPurse: Invariant = ({ clocksJump }) => {
  const pursesOf = new Map<string, readonly Purse[]>();
  return (happening, books) => {
    if (clocksJump || happening.type !== 'held' || !happening.purses) return [];
    const { ledger, id, day, purses } = happening;
    pursesOf.set(`${ledger} ${id}`, purses);
    return purses.flatMap((purse) => {
      const purseId = purseIdOf(purse);
      const period = periodOf(purse.period, day);
      let taken = 0;
      for (const entry of books.entries()) {
        const theirs = pursesOf.get(`${entry.ledger} ${entry.id}`) ?? [];
        const isTheirs = entry.ledger === ledger && entry.day.startsWith(period);
        if (!isTheirs || !theirs.some((each) => purseIdOf(each) === purseId)) continue;
        taken += entry.state === 'held' ? entry.reserved : entry.settled + entry.overrun;
      }
      if (purse.micros === undefined) return [];
      return taken > purse.micros ? [`${ledger}: ${taken} of ${purse.micros} in the purse ${purseId} for ${id}`] : [];
    });
  };
};
