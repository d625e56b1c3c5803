/** Who plays in a world: the objects with their disks and clocks, the network between them, and the history they make. */
import type { Rows } from '../../../worker/generation/run-store.ts';
import type { Cap, ReservationOutcome } from '../../../worker/ledger/reservation.ts';
import type { Accounts, MoneyRpc } from '../../../worker/ledger/rpc.ts';
import { Actor, type Machine, type Room } from './actor.ts';
import { type GenerationNode, makeGeneration, type WithRows } from './generation-node.ts';
import type { Happening, LedgerName } from './history.ts';
import { type IsolateNode, makeIsolate } from './isolate-node.ts';
import { type LedgerNode, type LedgerRoom, type MakeLedger, makeLedger } from './ledger-node.ts';
import { createNetwork, type Network } from './network.ts';
import type { Plan } from './plan.ts';
import { createProvider } from './provider.ts';
import type { Scheduler } from './scheduler.ts';
import { createStore, type Store } from './store.ts';
import type { Surroundings } from './surroundings.ts';
import { createWitness, type Witness } from './witness.ts';

/** Everything may be replaced by something worse: known-bad ledgers, mutants of the protocol. */
export interface Parts {
  ledger?: MakeLedger;
  changeLedger?: (ledger: LedgerNode, room: LedgerRoom) => LedgerNode;
  changeRpc?: (port: MoneyRpc, ledger: LedgerName) => MoneyRpc;
  changeRows?: (rows: Rows) => Rows;
  changeGeneration?: (generation: WithRows<GenerationNode>) => GenerationNode;
}

export interface Cast {
  history: Happening[];
  record: (happening: Happening) => void;
  /** Called with everything that happens. */
  onHappening: (listener: (happening: Happening) => void) => void;
  network: Network;
  store: Store;
  ledgers: Record<LedgerName, Actor<LedgerNode>>;
  generations: ReadonlyMap<string, Actor<GenerationNode>>;
  isolate: Actor<IsolateNode>;
  actors: readonly Actor<Machine>[];
  /** What has not come to its end. */
  unfinished: () => string[];
}

export function createCast(plan: Plan, scheduler: Scheduler, parts: Parts): Cast {
  const { chance, faults } = plan;
  const history: Happening[] = [];
  let listener: (happening: Happening) => void = () => undefined;
  const record = (happening: Happening): void => {
    history.push(happening);
    listener(happening);
  };
  const network = createNetwork(scheduler, chance, faults);
  const store = createStore(chance, faults);
  const provider = createProvider({
    ...{ chance, faults, network, record, now: scheduler.now },
    keepsToCap: plan.facts.keepsToCap,
  });
  const witnesses = { site: createWitness('site'), deployment: createWitness('deployment') };
  const ledgers = { site: createLedger('site'), deployment: createLedger('deployment') };
  const accountsOf = createAccounts({ plan, scheduler, network, ledgers, witnesses, record, ...parts });
  const surroundings: Surroundings = { plan, store, provider, accountsOf };

  function createActor<M extends Machine>(name: string, boot: (room: Room) => M, witness?: Witness): Actor<M> {
    return new Actor<M>({ name, boot, scheduler, chance, record, ...(witness && { witness }) });
  }

  function createLedger(name: LedgerName): Actor<LedgerNode> {
    const boot = (room: Room): LedgerNode => {
      const ask = (owner: string, id: string): Promise<ReservationOutcome> =>
        network.call(room, generations.get(owner)!, (generation) => generation.outcome(id));
      const whole = Object.assign(room, { ask });
      const ledger = (parts.ledger ?? makeLedger)(whole);
      return parts.changeLedger?.(ledger, whole) ?? ledger;
    };
    return createActor(name, boot, witnesses[name]);
  }

  function createGeneration(key: string, price: number): Actor<GenerationNode> {
    return createActor(key, (room) => {
      const changeRows = parts.changeRows ?? ((rows: Rows) => rows);
      const generation = makeGeneration({ ...surroundings, room, key, price, changeRows });
      return parts.changeGeneration?.(generation) ?? generation;
    });
  }

  const keys = new Map(plan.visits.filter(({ noStore }) => !noStore).map(({ key, price }) => [key, price]));
  const generations = new Map([...keys].map(([key, price]) => [key, createGeneration(key, price)]));
  const isolate = createActor('isolate', (room) => makeIsolate(surroundings, room));
  const actors: Actor<Machine>[] = [ledgers.site, ledgers.deployment, ...generations.values(), isolate];
  return {
    ...{ history, record, network, store, ledgers, generations, isolate, actors },
    onHappening(next) {
      listener = next;
    },
    unfinished: () => [...[...generations.values()].flatMap(unfinishedIn), ...lostPictures(store)],
  };
}

interface AccountsOptions extends Pick<Cast, 'network' | 'ledgers' | 'record'>, Pick<Parts, 'changeRpc'> {
  plan: Plan;
  scheduler: Scheduler;
  witnesses: Record<LedgerName, Witness>;
}

function createAccounts(options: AccountsOptions): (room: Room) => Accounts {
  const { plan, scheduler, network, ledgers, witnesses, record, changeRpc } = options;
  const arrived = new Set<string>();

  function noteAsked(ledger: LedgerName, id: string): void {
    const name = `${ledger} ${id}`;
    if (arrived.has(name)) record({ type: 'repeated', at: scheduler.now(), ledger, id });
    arrived.add(name);
  }

  function rpcOf(room: Room, name: LedgerName): MoneyRpc {
    const [actor, witness] = [ledgers[name], witnesses[name]];
    return {
      reserve: (asked) =>
        network.call(room, actor, (ledger) => {
          noteAsked(name, asked.id);
          witness.asked(asked, actor.now);
          return ledger.reserve(asked);
        }),
      confirm: (id) => network.call(room, actor, (ledger) => ledger.confirm(id)),
      release: (id) =>
        network.call(room, actor, async (ledger) => {
          await ledger.release(id);
          actor.note({ type: 'undone', ledger: name, id });
        }),
      settle: (id, settlement) =>
        network.call(room, actor, (ledger) => {
          witness.settling(id);
          return ledger.settle(id, settlement);
        }),
    };
  }

  const capsOf = (name: LedgerName): Cap[] =>
    (['day', 'month'] as const)
      .map((period) => ({ period, micros: plan.facts.caps[name][period], reason: 'DAILY_BUDGET_SPENT' as const }))
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
function unfinishedIn(generation: Actor<GenerationNode>): string[] {
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

/** Answers that are kept and name a picture that is nowhere. */
function lostPictures({ manifests, images }: Store): string[] {
  return [...manifests]
    .filter(([, { id, images: named }]) => !named.every(({ n }) => images.get(id)?.some((image) => image.n === n)))
    .map(([key, { id }]) => `${key}: the picture ${id} is lost`);
}
