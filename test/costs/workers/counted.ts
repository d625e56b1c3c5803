/**
 * The deployed worker, counted: every operation on a binding, on an object's storage and to a provider is written down.
 * Worker and objects of one process share an isolate, and so one log. `POST /__costs/…` starts a count and reads it.
 */
import worker, {
  Generation as RealGeneration,
  Ledger as RealLedger,
  Proofs as RealProofs,
} from '../../../worker/index.ts';
import type { Env } from '../../../worker/wiring.ts';
import { CONTROL } from '../operation.ts';
import { called, countedEnv, kindOf, type ObjectBinding } from './bindings.ts';
import { advance, restart, skipTo } from './still.ts';
import { alarms, countedStorage } from './storage.ts';
import {
  beginRequest,
  forgetLog,
  joinCount,
  letProviderGo,
  logged,
  note,
  quiet,
  startCount,
  stopCount,
} from './trips.ts';

let variables: Record<string, string> = {};
/** Two environments, as worker and objects have on the platform. A new one gives the isolate a new app. */
let ofWorker: Env | undefined;
let ofObjects: Env | undefined;
/** Names of the ledgers that are awake. */
const ledgers = new Set<string>();

/** An object's state is the platform's own; its storage stands before the one that it inherits. */
function watch(ctx: DurableObjectState, env: Env, binding: ObjectBinding): Env {
  Object.defineProperty(ctx, 'storage', { value: countedStorage(binding, ctx.id.name ?? '', ctx.storage) });
  ofObjects ??= { ...countedEnv(env), ...variables };
  return ofObjects;
}

export class Generation extends RealGeneration {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, watch(ctx, env, 'GENERATION'));
  }

  /** `alarm` itself cannot be called over RPC. */
  async ring(): Promise<void> {
    await this.alarm();
  }
}

export class Ledger extends RealLedger {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, watch(ctx, env, 'LEDGER'));
    ledgers.add(ctx.id.name ?? '');
  }

  async ring(): Promise<void> {
    await this.alarm();
  }

  /** Leaves nothing behind. */
  async vanish(): Promise<void> {
    await this.ctx.storage.deleteAll();
    this.ctx.abort('counted anew');
  }
}

export class Proofs extends RealProofs {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, watch(ctx, env, 'PROOFS'));
  }

  async ring(): Promise<void> {
    await this.alarm();
  }
}

/** Rings the earliest alarm of the objects of a kind that were called in this run. @returns Whether there was one. */
async function ringOne(kind: string, env: Env): Promise<boolean> {
  const [first] = [...alarms]
    .filter(([name, { binding }]) => called.has(name) && kindOf(binding, name) === kind)
    .toSorted(([, a], [, b]) => a.at - b.at);
  if (!first) return false;
  const [name, { binding, at }] = first;
  alarms.delete(name);
  // Waits do not end with it: an isolate's tally is not part of a request.
  skipTo(at);
  note({ name: `${kind}.alarm` });
  await (env[binding].getByName(name) as unknown as { ring(): Promise<void> }).ring();
  return true;
}

/** Ends the last deployment: its ledgers, counts, alarms and time-outs. */
async function deploy({ seed = '', variables: given = {} }: Order, env: Env): Promise<void> {
  stopCount();
  for (const name of ledgers) {
    const stub = env.LEDGER.getByName(name) as unknown as { vanish(): Promise<void> };
    // An object that aborts itself never answers the call.
    await stub.vanish().catch(() => undefined);
  }
  ledgers.clear();
  called.clear();
  alarms.clear();
  restart(seed);
  variables = given;
  ofWorker = undefined;
  ofObjects = undefined;
  await emptyKv(env.KV);
}

async function emptyKv(kv: KVNamespace): Promise<void> {
  const { keys } = await kv.list();
  for (const { name } of keys) await kv.delete(name);
}

interface Order {
  seed?: string;
  variables?: Record<string, string>;
  kind?: string;
  ms?: number;
  holdsProvider?: boolean;
}

type Command = (order: Order, env: Env) => unknown;

const COMMANDS: Readonly<Record<string, Command>> = {
  deploy,
  isolate() {
    ofWorker = undefined;
  },
  'forget-kv': (_, env) => emptyKv(env.KV),
  start({ holdsProvider = false }) {
    called.clear();
    startCount({ holdsProvider });
  },
  join: joinCount,
  release: letProviderGo,
  stop: stopCount,
  quiet,
  advance: ({ ms = 0 }) => advance(ms),
  ring: ({ kind = '' }, env) => ringOne(kind, env),
  log: logged,
  'forget-log': forgetLog,
};

export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith(CONTROL)) {
      const command = COMMANDS[pathname.slice(CONTROL.length)];
      if (!command) return new Response(null, { status: 404 });
      return Response.json((await command(await request.json<Order>(), env)) ?? null);
    }
    ofWorker ??= { ...countedEnv(env), ...variables };
    const end = beginRequest();
    const response = await worker.fetch(request, ofWorker, ctx);
    // Read here, so that the last byte does not wait for the network.
    const body = response.body && (await response.arrayBuffer());
    end();
    return new Response(body, response);
  },
} satisfies ExportedHandler<Env>;
