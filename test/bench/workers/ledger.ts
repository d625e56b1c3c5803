/** Reserves and settles in a site's ledger, as runs do: one call each, many at a time. */
import type { CountedVisitor } from '../../../worker/auth/caller.ts';
import { createFundsOf } from '../../../worker/ledger/funds.ts';
import type { Reservation } from '../../../worker/ledger/reservation.ts';
import type { LedgerRpc } from '../../../worker/ledger/rpc.ts';
import { policiesOf } from '../../../worker/limits/policies.ts';
import { pursesOf } from '../../../worker/limits/purses.ts';
import type { Env } from '../../../worker/wiring/env.ts';
import { objectServicesOf } from '../../../worker/wiring/objects.ts';
import type { LedgerWork } from '../ledger/work.ts';

export { Generation } from '../../../worker/objects/generation.ts';
export { Ledger } from '../../../worker/objects/ledger.ts';
export { Proofs } from '../../../worker/objects/proofs.ts';

const PRICE = 100_000;
const COST = 67_000;
const NO_LIMITS = { policies: [], purses: [] };
/** More than any measurement needs, so that nothing is refused. */
const MANY = 1_000_000;

export default {
  async fetch(request, env) {
    const { do: what, count, inFlight, visitors } = await request.json<LedgerWork>();
    const { config } = objectServicesOf(env);
    const site = { ...config.site, sitePerMinute: MANY };
    const ledgerAt = (name: string) => env.LEDGER.getByName(name) as unknown as LedgerRpc;
    const fundsOf = createFundsOf(ledgerAt, config);
    let left = count;

    async function work(): Promise<void> {
      while (left > 0) {
        left -= 1;
        const run = crypto.randomUUID();
        const visitor: CountedVisitor = {
          ...{ kind: 'visitor', site, origin: '', visitor: run, session: run, rung: 'none', uses: MANY },
          ...{ prefix: run, network: run },
        };
        const limits = visitors ? { policies: policiesOf(visitor), purses: pursesOf(visitor) } : NO_LIMITS;
        const { ledger, ...demand } = fundsOf(site, limits);
        const id = `${run}:1`;
        const asked: Reservation = {
          ...{ id, run, micros: PRICE, leaseMs: 360_000, owner: run, ...demand },
          subject: { model: 'gemini-3.1-flash-image', size: '1K' },
        };
        const refused = await ledger.reserve(asked);
        if (refused) throw new Error(refused.reason);
        if (what === 'hold') continue;
        const picture = { id: run, keepDays: 30 };
        await ledger.settle(id, { micros: COST, provider: 'google', outcome: 'picture', durationMs: 9000, picture });
      }
    }

    await Promise.all(Array.from({ length: inFlight }, work));
    return new Response('done');
  },
} satisfies ExportedHandler<Env>;
