/** The nodes of a world: objects with disks and clocks, the network between them, and their trace. */
import type { Rows } from '../../../../worker/generation/run-store.ts';
import type { Cap, ReservationOutcome } from '../../../../worker/ledger/reservation.ts';
import type { Accounts, MoneyRpc } from '../../../../worker/ledger/rpc.ts';
import type { Happening, LedgerName } from '../invariants/trace.ts';
import { createTraceRecorder, type TraceRecorder } from '../invariants/trace-recorder.ts';
import { createNetwork, type Network } from '../simulator/network.ts';
import type { Scheduler } from '../simulator/scheduler.ts';
import type { Workload } from '../workload.ts';
import type { Environment } from './environment.ts';
import { type GenerationNode, makeGeneration, type WithRows } from './generation-node.ts';
import { type IsolateNode, makeIsolate } from './isolate-node.ts';
import { type LedgerNode, type LedgerRoom, type MakeLedger, makeLedger } from './ledger-node.ts';
import { type Machine, type Room, SimulatedNode } from './node.ts';
import { createProvider } from './provider.ts';
import { createStore, type Store } from './store.ts';

/** The replaceable parts, for known-bad ledgers and mutants of the protocol. */
export interface Parts {
  ledger?: MakeLedger;
  changeLedger?: (ledger: LedgerNode, room: LedgerRoom) => LedgerNode;
  changeRpc?: (port: MoneyRpc, ledger: LedgerName) => MoneyRpc;
  changeRows?: (rows: Rows) => Rows;
  changeGeneration?: (generation: WithRows<GenerationNode>) => GenerationNode;
}

export interface Cluster {
  trace: Happening[];
  record: (happening: Happening) => void;
  /** Adds a listener for every happening. */
  onHappening: (listener: (happening: Happening) => void) => void;
  network: Network;
  store: Store;
  ledgers: Record<LedgerName, SimulatedNode<LedgerNode>>;
  generations: ReadonlyMap<string, SimulatedNode<GenerationNode>>;
  isolate: SimulatedNode<IsolateNode>;
  nodes: readonly SimulatedNode<Machine>[];
  /** Names of runs and pictures that are not finished. */
  unfinished: () => string[];
}

export function createCluster(workload: Workload, scheduler: Scheduler, parts: Parts): Cluster {
  const { chance, faults } = workload;
  const trace: Happening[] = [];
  let listener: (happening: Happening) => void = () => undefined;
  const record = (happening: Happening): void => {
    trace.push(happening);
    listener(happening);
  };
  const network = createNetwork(scheduler, chance, faults);
  const store = createStore(chance, faults);
  const provider = createProvider({
    ...{ chance, faults, network, record, now: scheduler.now },
    keepsToCap: workload.facts.keepsToCap,
  });
  const recorders = { site: createTraceRecorder('site'), deployment: createTraceRecorder('deployment') };
  const ledgers = { site: createLedger('site'), deployment: createLedger('deployment') };
  const accountsOf = createAccounts({ workload, scheduler, network, ledgers, recorders, record, ...parts });
  const environment: Environment = { workload, store, provider, accountsOf };

  function createNode<M extends Machine>(
    name: string,
    boot: (room: Room) => M,
    recorder?: TraceRecorder,
  ): SimulatedNode<M> {
    return new SimulatedNode<M>({ name, boot, scheduler, chance, record, ...(recorder && { recorder }) });
  }

  function createLedger(name: LedgerName): SimulatedNode<LedgerNode> {
    const boot = (room: Room): LedgerNode => {
      const ask = (owner: string, id: string): Promise<ReservationOutcome> =>
        network.call(room, generations.get(owner)!, (generation) => generation.outcome(id));
      const whole = Object.assign(room, { ask });
      const ledger = (parts.ledger ?? makeLedger)(whole);
      return parts.changeLedger?.(ledger, whole) ?? ledger;
    };
    return createNode(name, boot, recorders[name]);
  }

  function createGeneration(key: string, price: number): SimulatedNode<GenerationNode> {
    return createNode(key, (room) => {
      const changeRows = parts.changeRows ?? ((rows: Rows) => rows);
      const generation = makeGeneration({ ...environment, room, key, price, changeRows });
      return parts.changeGeneration?.(generation) ?? generation;
    });
  }

  const keys = new Map(workload.visits.filter(({ noStore }) => !noStore).map(({ key, price }) => [key, price]));
  const generations = new Map([...keys].map(([key, price]) => [key, createGeneration(key, price)]));
  const isolate = createNode('isolate', (room) => makeIsolate(environment, room));
  const nodes: SimulatedNode<Machine>[] = [ledgers.site, ledgers.deployment, ...generations.values(), isolate];
  return {
    ...{ trace, record, network, store, ledgers, generations, isolate, nodes },
    onHappening(next) {
      listener = next;
    },
    unfinished: () => [...[...generations.values()].flatMap(unfinishedIn), ...lostPictures(store)],
  };
}

interface AccountsOptions extends Pick<Cluster, 'network' | 'ledgers' | 'record'>, Pick<Parts, 'changeRpc'> {
  workload: Workload;
  scheduler: Scheduler;
  recorders: Record<LedgerName, TraceRecorder>;
}

function createAccounts(options: AccountsOptions): (room: Room) => Accounts {
  const { workload, scheduler, network, ledgers, recorders, record, changeRpc } = options;
  const arrived = new Set<string>();

  function noteAsked(ledger: LedgerName, id: string): void {
    const name = `${ledger} ${id}`;
    if (arrived.has(name)) record({ type: 'repeated', at: scheduler.now(), ledger, id });
    arrived.add(name);
  }

  function rpcOf(room: Room, name: LedgerName): MoneyRpc {
    const [node, recorder] = [ledgers[name], recorders[name]];
    return {
      reserve: (asked) =>
        network.call(room, node, (ledger) => {
          noteAsked(name, asked.id);
          recorder.asked(asked, node.now);
          return ledger.reserve(asked);
        }),
      confirm: (id) => network.call(room, node, (ledger) => ledger.confirm(id)),
      release: (id) =>
        network.call(room, node, async (ledger) => {
          await ledger.release(id);
          node.note({ type: 'undone', ledger: name, id });
        }),
      settle: (id, settlement) =>
        network.call(room, node, (ledger) => {
          recorder.settling(id);
          return ledger.settle(id, settlement);
        }),
    };
  }

  const capsOf = (name: LedgerName): Cap[] =>
    (['day', 'month'] as const)
      .map((period) => ({ period, micros: workload.facts.caps[name][period], reason: 'DAILY_BUDGET_SPENT' as const }))
      .filter(({ micros }) => Number.isFinite(micros));

  return (room) => {
    const ledgerOf = (name: LedgerName): MoneyRpc => {
      const port = rpcOf(room, name);
      return changeRpc?.(port, name) ?? port;
    };
    return {
      site: (site, policies) => ({
        ledger: ledgerOf('site'),
        caps: typeof site === 'string' ? [] : capsOf('site'),
        policies,
      }),
      deployment: () => ({ ledger: ledgerOf('deployment'), caps: capsOf('deployment'), policies: [] }),
    };
  };
}

/** Runs that have not ended, and pictures that are still pending. */
function unfinishedIn(generation: SimulatedNode<GenerationNode>): string[] {
  return generation.look((sql) => {
    const has = (table: string) => sql.exec('SELECT 1 FROM sqlite_master WHERE name = ?', table).toArray().length > 0;
    const [row] = has('record') ? sql.exec('SELECT doc FROM record').toArray() : [];
    const state = row && JSON.parse(String(row.doc)).state;
    const pending = has('parked') ? sql.exec('SELECT id FROM parked').toArray() : [];
    return [
      ...(state !== undefined && state !== 'ended' ? [`${generation.name}: its run is left ${state}`] : []),
      ...pending.map(({ id }) => `${generation.name}: the picture ${id} is left pending`),
    ];
  });
}

/** Stored answers whose picture does not exist. */
function lostPictures({ manifests, images }: Store): string[] {
  return [...manifests]
    .filter(([, { id, images: named }]) => !named.every(({ n }) => images.get(id)?.some((image) => image.n === n)))
    .map(([key, { id }]) => `${key}: the picture ${id} is lost`);
}
