/** The callers that request pictures, through the steps of the worker in front of the objects. */

import type { CountedVisitor } from '../../../../worker/auth/caller.ts';
import { DEFAULT_MODEL } from '../../../../worker/catalog/model.ts';
import type { GenerationEvent, GenerationJob, RequestInputs } from '../../../../worker/generation/job.ts';
import { ledgerOf } from '../../../../worker/ledger/rpc.ts';
import { policiesOf } from '../../../../worker/limits/policies.ts';
import { pursesOf } from '../../../../worker/limits/purses.ts';
import { dayOf } from '../../../../worker/shared/utc.ts';
import type { Happening, LedgerName } from '../invariants/trace.ts';
import type { Network } from '../simulator/network.ts';
import type { Scheduler } from '../simulator/scheduler.ts';
import type { Visit, Workload } from '../workload.ts';
import type { GenerationNode } from './generation-node.ts';
import type { IsolateNode } from './isolate-node.ts';
import type { LedgerNode } from './ledger-node.ts';
import type { SimulatedNode } from './node.ts';
import type { Store } from './store.ts';

export interface VisitorsOptions {
  workload: Workload;
  scheduler: Scheduler;
  network: Network;
  store: Store;
  ledgers: ReadonlyMap<LedgerName, SimulatedNode<LedgerNode>>;
  generations: ReadonlyMap<string, SimulatedNode<GenerationNode>>;
  isolate: SimulatedNode<IsolateNode>;
  record: (happening: Happening) => void;
}

/** As in `worker/generation/client.ts`: an object that dies is asked once more. */
const ASKS = 2;

export function createVisitors(options: VisitorsOptions): { atOnce: () => number } {
  const { workload, scheduler, network, store, ledgers, generations, isolate, record } = options;
  const { chance } = workload;
  let waiting = 0;
  let most = 0;

  async function visit(asked: Visit): Promise<string> {
    const job = jobOf(asked, workload);
    if (asked.noStore) {
      return network.call(undefined, isolate, (machine) => machine.pass(job), { once: true }).catch(String);
    }
    const isKept = store.manifests.has(asked.key);
    await scheduler.wait(network.delay());
    if (isKept) return 'hit';
    const generation = generations.get(asked.key)!;
    const inputs = createInputs();
    for (let asks = 1; ; asks += 1) {
      try {
        return await network.call(undefined, generation, (machine) => lastOf(machine.ask(job, inputs)), { once: true });
      } catch (error) {
        if (asks === ASKS) return String(error);
      }
    }
  }

  function createInputs(): RequestInputs {
    if (chance.is(0.6)) return [];
    return async () => {
      await scheduler.wait(chance.is(0.3) ? chance.whole(3000, 20_000) : network.delay());
      if (workload.faults.isOn && chance.is(0.2)) throw new Error('the caller has gone');
      return [];
    };
  }

  function recordProbe({ site, price }: Visit, probe: 'first' | 'last', how: string): void {
    const ledger = ledgerOf(site);
    const day = dayOf(ledgers.get(ledger)!.now);
    record({ type: 'probed', at: scheduler.now(), ledger, price, day, how, isLast: probe === 'last' });
  }

  for (const [n, asked] of workload.visits.entries()) {
    scheduler.after(asked.at, () => {
      record({ type: 'asked', at: scheduler.now(), visit: n });
      waiting += 1;
      most = Math.max(most, waiting);
      void visit(asked).then((how) => {
        waiting -= 1;
        record({ type: 'answered', at: scheduler.now(), visit: n, how });
        if (asked.probe) recordProbe(asked, asked.probe, how);
      });
    });
  }
  return { atOnce: () => most };
}

async function lastOf(events: AsyncIterable<GenerationEvent>): Promise<string> {
  let last = 'nothing';
  for await (const event of events) last = event.type === 'failed' ? event.failure.reason : event.type;
  return last;
}

function jobOf({ key, price, visitor, network, session, site: id }: Visit, { sites, chance }: Workload): GenerationJob {
  const site = sites.find((each) => each.id === id)!;
  const caller: CountedVisitor = {
    ...{ kind: 'visitor', site, origin: '', visitor, session, prefix: visitor, network },
    ...{ rung: 'none', uses: site.sessionUses },
  };
  return {
    key,
    site,
    origin: 'https://peel.example',
    request: { model: DEFAULT_MODEL, turns: [], modalities: ['IMAGE'], size: '1K' },
    form: chance.pick(['json', 'sse']),
    worstMicros: price,
    policies: policiesOf(caller),
    purses: pursesOf(caller),
  };
}
