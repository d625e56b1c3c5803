/** Faults from outside a world: clocks that are set, an owner that pauses, objects that die. */

import { DEPLOYMENT } from '../../../../worker/ledger/rpc.ts';
import type { LedgerName } from '../invariants/trace.ts';
import type { Cluster } from '../nodes/cluster.ts';
import type { Machine, SimulatedNode } from '../nodes/node.ts';
import type { Workload } from '../workload.ts';
import type { Scheduler } from './scheduler.ts';

const LEASE_JUMP_MS = 7 * 60_000;
const PAUSE_MS = 30_000;
/** Time from a grant to its trap. */
const TRAP_MS = 200;

export interface FaultInjection {
  crashOneOf(nodes: readonly SimulatedNode<Machine>[]): void;
  crashes(): number;
  jumps(): number;
}

export function injectFaults(workload: Workload, scheduler: Scheduler, cluster: Cluster): FaultInjection {
  const { chance, faults, injectedFaults, trap, healAt } = workload;
  const { nodes, ledgers, network, record } = cluster;
  let [crashes, jumps] = [0, 0];

  function crashOneOf(some: readonly SimulatedNode<Machine>[]): void {
    const up = some.filter(({ isUp }) => isUp);
    if (up.length === 0) return;
    const victim = chance.pick(up);
    victim.crash();
    crashes += 1;
    record({ type: 'crashed', at: scheduler.now(), who: victim.name });
  }

  function jump(whose: readonly SimulatedNode<Machine>[], ms: number): void {
    jumps += 1;
    record({ type: 'troubled', at: scheduler.now() });
    for (const node of whose) node.jump(ms);
  }

  async function setPaused(name: LedgerName, paused: boolean): Promise<void> {
    const node = ledgers.get(name)!;
    const done = network.call(undefined, node, async (ledger) => {
      const { unheard } = await ledger.setPaused(paused);
      if (name === DEPLOYMENT && unheard.length === 0) node.note({ type: 'pauseAnswered' });
    });
    // A real owner would try again after a failure; this one does not.
    await done.catch(() => undefined);
  }

  function spring(ledger: LedgerName): void {
    if (!faults.isOn || !trap) return;
    if (trap.do === 'jump') jump([ledgers.get(ledger)!], LEASE_JUMP_MS);
    else if (trap.do === 'crash') crashOneOf(nodes);
    else {
      const paused = chance.is(0.3) ? DEPLOYMENT : ledger;
      void setPaused(paused, true);
      scheduler.after(PAUSE_MS, () => void setPaused(paused, false));
    }
  }

  cluster.onHappening((happening) => {
    const { type } = happening;
    if ((type !== 'held' && type !== 'lent') || !trap || !faults.isOn || !chance.is(trap.probability)) return;
    const ledger = type === 'held' ? happening.ledger : chance.pick([happening.site, DEPLOYMENT]);
    scheduler.after(chance.whole(0, TRAP_MS), () => spring(ledger));
  });
  for (const { at, do: what } of injectedFaults) {
    scheduler.after(at, () => {
      if ('pause' in what) return void setPaused(what.pause, what.paused);
      jump(what.whose < 0 ? nodes : [nodes[what.whose % nodes.length]!], what.jump);
    });
  }
  for (const { site, part, at } of workload.shares) {
    scheduler.after(at, () => {
      // An owner's call that is lost is made anew by hand; this one is made once.
      const told = ledgers.get(DEPLOYMENT)!.run((ledger) => ledger.keepShare(site, part));
      void told.catch(() => undefined);
    });
  }
  scheduler.after(healAt, () => {
    faults.isOn = false;
    for (const name of ledgers.keys()) void setPaused(name, false);
  });
  return { crashOneOf, crashes: () => crashes, jumps: () => jumps };
}
