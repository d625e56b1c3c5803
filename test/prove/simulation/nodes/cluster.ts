/** The nodes of a world: objects with disks and clocks, the network between them, and their trace. */
import { createRows, type Rows } from '../../../../worker/generation/run-store.ts';
import { createFundsOf } from '../../../../worker/ledger/funds.ts';
import type { Draw, LoanAnswer } from '../../../../worker/ledger/loan.ts';
import { DEPLOYMENT, type FundsOf, type LedgerRpc, ledgerOf, type MoneyRpc } from '../../../../worker/ledger/rpc.ts';
import type { Facts, Happening, LedgerName } from '../invariants/trace.ts';
import { changesOf, createTraceRecorder, type TraceRecorder } from '../invariants/trace-recorder.ts';
import { createNetwork, type Network } from '../simulator/network.ts';
import type { Scheduler } from '../simulator/scheduler.ts';
import type { Visit, Workload } from '../workload.ts';
import type { Environment } from './environment.ts';
import { type GenerationNode, makeGeneration, type WithRows } from './generation-node.ts';
import { type IsolateNode, makeIsolate } from './isolate-node.ts';
import { type LedgerNode, type LedgerRoom, type MakeLedger, makeLedger } from './ledger-node.ts';
import { createDue, inspectLoans, inspectRest } from './loans.ts';
import { boundBy, type Machine, type Room, SimulatedNode } from './node.ts';
import { createProvider } from './provider.ts';
import { createStore, type Store } from './store.ts';

/** The replaceable parts, for known-bad ledgers and mutants of the protocol. */
export interface Parts {
  ledger?: MakeLedger;
  changeLedger?: (ledger: LedgerNode, room: LedgerRoom) => LedgerNode;
  changeRpc?: (port: MoneyRpc) => MoneyRpc;
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
  /** The sites' and the deployment's. */
  ledgers: ReadonlyMap<LedgerName, SimulatedNode<LedgerNode>>;
  generations: ReadonlyMap<string, SimulatedNode<GenerationNode>>;
  isolate: SimulatedNode<IsolateNode>;
  nodes: readonly SimulatedNode<Machine>[];
  /** Calls about loans that ledgers have carried out. */
  loanCalls: { draws: number; recalls: number };
  /** Compares the ledgers' memories and rows after a step, and notes in the trace what does not agree. */
  inspect: () => void;
  /** The same for loans at rest, when every message has arrived. */
  inspectRest: () => void;
  /** Names of runs and pictures that are not finished. */
  unfinished: () => string[];
}

export function createCluster(workload: Workload, scheduler: Scheduler, parts: Parts): Cluster {
  const { chance, faults } = workload;
  const trace: Happening[] = [];
  let listener: (happening: Happening) => void = () => undefined;
  const due = createDue();
  const record = (happening: Happening): void => {
    trace.push(happening);
    if (happening.type === 'held') {
      const what = due.brokenBy(happening, ledgers.get(happening.ledger)!);
      if (what) record({ type: 'mismatch', at: happening.at, of: 'loans', what });
    }
    listener(happening);
  };
  const onTrouble = (): void => record({ type: 'troubled', at: scheduler.now() });
  const network = createNetwork(scheduler, chance, faults);
  const store = createStore(chance, faults);
  const provider = createProvider({
    ...{ chance, faults, network, record, now: scheduler.now },
    keepsToCap: workload.facts.keepsToCap,
  });
  const names = Object.keys(workload.facts.caps);
  const recorders = new Map(names.map((name) => [name, createTraceRecorder(name)]));
  const loanCalls = { draws: 0, recalls: 0 };
  const ledgers = new Map(names.map((name) => [name, createLedger(name)]));
  const fundsOf = createFundsOfRoom({ workload, scheduler, network, ledgers, recorders, record, ...parts });
  const environment: Environment = { workload, store, provider, fundsOf };

  function createNode<M extends Machine>(
    name: string,
    boot: (room: Room) => M,
    recorder?: TraceRecorder,
  ): SimulatedNode<M> {
    return new SimulatedNode<M>({ name, boot, scheduler, chance, record, ...(recorder && { recorder }) });
  }

  /** Whether a site's ledger and that of the deployment cannot reach each other now. */
  function isCut(name: LedgerName): boolean {
    const { cut } = workload;
    const after = scheduler.now() - workload.start;
    return faults.isOn && cut?.site === name && after >= cut.from && after < cut.until;
  }

  function createLedger(name: LedgerName): SimulatedNode<LedgerNode> {
    const boot = (room: Room): LedgerNode => {
      const call = <T>(to: LedgerName, work: (ledger: LedgerNode) => T | Promise<T>): Promise<T> =>
        network.call(room, ledgers.get(to)!, work, { isCut: () => isCut(name) || isCut(to), onTrouble });
      const whole: LedgerRoom = Object.assign(room, {
        name,
        ask: (owner: string, id: string) =>
          network.call(room, generations.get(owner)!, (generation) => generation.outcome(id)),
        lender: {
          async draw(site: string, draw: Draw) {
            const answer = await call(DEPLOYMENT, (ledger) => {
              loanCalls.draws += 1;
              return ledger.draw(site, draw);
            });
            due.answered(site, answer);
            return answer;
          },
        },
        borrower: (site: string) => ({
          recall: (notice: LoanAnswer) =>
            call(site, async (ledger) => {
              if (Object.keys(notice.loans).length > 0) loanCalls.recalls += 1;
              const report = await ledger.recall(notice);
              due.calledBack(site, notice);
              return report;
            }),
          report: () => call(site, (ledger) => ledger.report()),
        }),
      });
      const ledger = (parts.ledger ?? makeLedger)(whole);
      return parts.changeLedger?.(ledger, whole) ?? ledger;
    };
    return createNode(name, boot, recorders.get(name)!);
  }

  function createGeneration({ key, price, site }: Visit): SimulatedNode<GenerationNode> {
    return createNode(key, (room) => {
      const changeRows = parts.changeRows ?? ((rows: Rows) => rows);
      const ledger = ledgerOf(site);
      const generation = makeGeneration({ ...environment, room, key, price, ledger, changeRows });
      return parts.changeGeneration?.(generation) ?? generation;
    });
  }

  const keys = new Map(workload.visits.filter(({ noStore }) => !noStore).map((visit) => [visit.key, visit]));
  const generations = new Map([...keys].map(([key, visit]) => [key, createGeneration(visit)]));
  const isolate = createNode('isolate', (room) => makeIsolate(environment, room));
  const nodes: SimulatedNode<Machine>[] = [...ledgers.values(), ...generations.values(), isolate];
  const deployment = ledgers.get(DEPLOYMENT)!;
  const sites = new Map([...ledgers].filter(([name]) => name !== DEPLOYMENT));
  return {
    ...{ trace, record, network, store, ledgers, generations, isolate, nodes, loanCalls },
    inspect: createInspection(deployment, sites, workload.facts, record, scheduler.now),
    onHappening(next) {
      listener = next;
    },
    inspectRest() {
      for (const what of inspectRest(deployment, sites))
        record({ type: 'mismatch', at: scheduler.now(), of: 'loans', what });
    },
    unfinished: () => [...[...generations.values()].flatMap(unfinishedIn), ...lostPictures(store)],
  };
}

/** Looks only at ledgers whose rows have changed. */
function createInspection(
  deployment: SimulatedNode<LedgerNode>,
  sites: ReadonlyMap<LedgerName, SimulatedNode<LedgerNode>>,
  facts: Facts,
  record: Cluster['record'],
  now: () => number,
): () => void {
  const seen = new Map<SimulatedNode<LedgerNode>, number>();
  return () => {
    const changed = [deployment, ...sites.values()].filter((node) => {
      const count = node.look(changesOf);
      const hasChanged = count !== seen.get(node);
      seen.set(node, count);
      return hasChanged;
    });
    if (changed.length === 0) return;
    const wrong = (of: 'memory' | 'loans', whats: readonly string[]): void => {
      for (const what of whats) record({ type: 'mismatch', at: now(), of, what });
    };
    for (const node of changed) wrong('memory', node.machine?.inspect() ?? []);
    wrong('loans', inspectLoans(deployment, sites, facts));
    // The look itself changes rows and undoes that.
    for (const node of changed) seen.set(node, node.look(changesOf));
  };
}

/** As in `worker/bound-env.ts`: a call of an object is given up after this time, and may still be carried out. */
const OBJECT_MS = 8_000;

interface FundsOptions extends Pick<Cluster, 'network' | 'ledgers' | 'record'>, Pick<Parts, 'changeRpc'> {
  workload: Workload;
  scheduler: Scheduler;
  recorders: ReadonlyMap<LedgerName, TraceRecorder>;
}

function createFundsOfRoom(options: FundsOptions): (room: Room) => FundsOf {
  const { workload, scheduler, network, ledgers, recorders, record, changeRpc } = options;
  const arrived = new Set<string>();

  function noteAsked(ledger: LedgerName, id: string): void {
    const name = `${ledger} ${id}`;
    if (arrived.has(name)) record({ type: 'repeated', at: scheduler.now(), ledger, id });
    arrived.add(name);
  }

  function rpcOf(room: Room, name: LedgerName): MoneyRpc {
    const [node, recorder] = [ledgers.get(name)!, recorders.get(name)!];
    const bound = boundBy(room.wait);
    const call = <T>(work: (ledger: LedgerNode) => T | Promise<T>): Promise<T> =>
      bound(network.call(room, node, work), OBJECT_MS, 'the ledger');
    return {
      reserve: (asked) =>
        call((ledger) => {
          noteAsked(name, asked.id);
          recorder.asked(asked);
          return ledger.reserve(asked);
        }),
      confirm: (id) => call((ledger) => ledger.confirm(id)),
      release: (id) =>
        call(async (ledger) => {
          await ledger.release(id);
          node.note({ type: 'undone', ledger: name, id });
        }),
      settle: (id, settlement) =>
        call(async (ledger) => {
          recorder.settling(id);
          await ledger.settle(id, settlement);
        }),
    };
  }

  const { day, month } = workload.facts.caps[DEPLOYMENT]!;
  const budgets = { deploymentDayBudgetMicros: day, deploymentMonthBudgetMicros: month };
  return (room) =>
    createFundsOf((name) => {
      const port = rpcOf(room, name);
      return (changeRpc?.(port) ?? port) as LedgerRpc;
    }, budgets);
}

/** Runs that have not ended, and pictures that are still pending. */
function unfinishedIn(generation: SimulatedNode<GenerationNode>): string[] {
  return generation.look((sql) => {
    const has = (table: string) => sql.exec('SELECT 1 FROM sqlite_master WHERE name = ?', table).toArray().length > 0;
    const state = createRows(sql).read()?.state;
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
