/** The deployed worker, and which objects are called: `GET /__calls` lists their names and begins anew. */
import worker, { Generation as RealGeneration, Ledger as RealLedger } from '../../../worker/index.ts';
import type { Env } from '../../../worker/wiring.ts';

const calls = new Set<string>();

function watched<T extends object>(binding: string, namespace: T): T {
  const noting = (stub: object, name: string): object =>
    new Proxy(stub, {
      get(_, property) {
        const value = Reflect.get(stub, property, stub) as unknown;
        if (typeof value !== 'function' || typeof property === 'symbol') return value;
        return (...args: unknown[]) => {
          calls.add(`${binding} ${name}`);
          return Reflect.apply(value, stub, args);
        };
      },
    });
  return new Proxy(namespace, {
    get(_, property) {
      const value = Reflect.get(namespace, property, namespace) as unknown;
      if (typeof value !== 'function') return value;
      if (property !== 'getByName') return value.bind(namespace);
      return (...args: unknown[]) => noting(Reflect.apply(value, namespace, args) as object, String(args[0]));
    },
  });
}

const made = new WeakMap<Env, Env>();

function watchedEnv(env: Env): Env {
  const known = made.get(env) ?? {
    ...env,
    ...{ LEDGER: watched('LEDGER', env.LEDGER), GENERATION: watched('GENERATION', env.GENERATION) },
    PROOFS: watched('PROOFS', env.PROOFS),
  };
  made.set(env, known);
  return known;
}

export class Generation extends RealGeneration {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, watchedEnv(env));
  }
}

export class Ledger extends RealLedger {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, watchedEnv(env));
  }
}

export { Proofs } from '../../../worker/objects/proofs.ts';

export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname !== '/__calls') return worker.fetch(request, watchedEnv(env), ctx);
    const names = [...calls];
    calls.clear();
    return Response.json(names);
  },
} satisfies ExportedHandler<Env>;
