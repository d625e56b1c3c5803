/**
 * The deployed worker with faulty bindings: `POST /__faults` names the calls that hang, fail or are slow. Worker and
 * objects of one process share an isolate, so one list of faults serves them all.
 */
import worker, { Generation as RealGeneration, Ledger as RealLedger } from '../../../worker/index.ts';
import type { Env } from '../../../worker/wiring.ts';
import type { Fault } from '../fault.ts';

let faults: Fault[] = [];

async function suffer(call: string, about: string): Promise<void> {
  const fault = faults.find((each) => each.call === call && about.includes(each.about ?? '') && each.times !== 0);
  if (!fault) return;
  if (fault.times !== undefined) fault.times -= 1;
  if (fault.does === 'hang') await new Promise(() => undefined);
  if (fault.does === 'fail') throw new Error(`${call}: We encountered an internal error. (10001)`);
  if (typeof fault.does === 'object') await scheduler.wait(fault.does.waitMs);
}

/** @param name Name of an object; without it, a call is about its first argument. */
function faulty<T extends object>(binding: string, target: T, name?: string): T {
  return new Proxy(target, {
    get(_, property) {
      const value = Reflect.get(target, property, target) as unknown;
      if (typeof value !== 'function' || typeof property === 'symbol') return value;
      return (...args: unknown[]) => {
        if (property === 'getByName')
          return faulty(binding, Reflect.apply(value, target, args) as object, String(args[0]));
        if (property === 'resumeMultipartUpload') return faulty(binding, Reflect.apply(value, target, args) as object);
        return suffer(`${binding}.${property}`, name ?? String(args[0])).then(async () => {
          const result = (await Reflect.apply(value, target, args)) as unknown;
          const isUpload = typeof result === 'object' && result !== null && 'uploadPart' in result;
          return isUpload ? faulty(binding, result) : result;
        });
      };
    },
  });
}

const made = new WeakMap<Env, Env>();

function faultyEnv(env: Env): Env {
  const known = made.get(env) ?? {
    ...env,
    ...{ BUCKET: faulty('BUCKET', env.BUCKET), KV: faulty('KV', env.KV) },
    ...{ LEDGER: faulty('LEDGER', env.LEDGER), GENERATION: faulty('GENERATION', env.GENERATION) },
    PROOFS: faulty('PROOFS', env.PROOFS),
  };
  made.set(env, known);
  return known;
}

export class Generation extends RealGeneration {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, faultyEnv(env));
  }
}

export class Ledger extends RealLedger {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, faultyEnv(env));
  }
}

export { Proofs } from '../../../worker/objects/proofs.ts';

export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname !== '/__faults') return worker.fetch(request, faultyEnv(env), ctx);
    faults = await request.json<Fault[]>();
    return new Response();
  },
} satisfies ExportedHandler<Env>;
