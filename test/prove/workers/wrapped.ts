/**
 * The deployed worker with a wrapper around its bindings: every call of theirs, of the worker and of the objects, passes
 * a function. The worker and the objects of one process share an isolate, so one function serves them all.
 */
import worker, { Generation as RealGeneration, Ledger as RealLedger } from '../../../worker/index.ts';
import type { Env } from '../../../worker/wiring.ts';

/** A call of a binding. */
interface Call {
  /** `LEDGER.reserve`, or `BUCKET.uploadPart` of an upload. */
  name: string;
  binding: string;
  /** Name of the object that is called; of other bindings the first argument, such as a key. */
  about: string;
  run(): unknown;
}

interface WrapOptions {
  bindings: readonly ('BUCKET' | 'KV' | 'LEDGER' | 'GENERATION' | 'PROOFS')[];
  /** Stands in for each call, and carries it out by `run`. */
  onCall: (call: Call) => unknown;
  /** Requests to this path are no business of the worker's. */
  path: string;
  answer: (request: Request) => Response | Promise<Response>;
}

/** They call nothing: what they return does. */
const OPENERS: readonly string[] = ['getByName', 'resumeMultipartUpload'];

const isUpload = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && 'uploadPart' in value;

export function wrapWorker({ bindings, onCall, path, answer }: WrapOptions) {
  /** @param object Name of the object whose stub `target` is. */
  function wrap<T extends object>(binding: string, target: T, object?: string): T {
    return new Proxy(target, {
      get(_, property) {
        const value = Reflect.get(target, property, target) as unknown;
        if (typeof value !== 'function' || typeof property === 'symbol') return value;
        return (...args: unknown[]) => {
          const run = () => Reflect.apply(value, target, args) as unknown;
          const first = String(args[0]);
          if (OPENERS.includes(property)) {
            return wrap(binding, run() as object, property === 'getByName' ? first : undefined);
          }
          const result = onCall({ name: `${binding}.${property}`, binding, about: object ?? first, run });
          return result instanceof Promise
            ? result.then((done: unknown) => (isUpload(done) ? wrap(binding, done) : done))
            : result;
        };
      },
    });
  }

  const wrapped = new WeakMap<Env, Env>();

  function wrapEnv(env: Env): Env {
    const known = wrapped.get(env) ?? {
      ...env,
      ...Object.fromEntries(bindings.map((name) => [name, wrap(name, env[name])])),
    };
    wrapped.set(env, known);
    return known;
  }

  return {
    Generation: class extends RealGeneration {
      constructor(ctx: DurableObjectState, env: Env) {
        super(ctx, wrapEnv(env));
      }
    },
    Ledger: class extends RealLedger {
      constructor(ctx: DurableObjectState, env: Env) {
        super(ctx, wrapEnv(env));
      }
    },
    worker: {
      fetch: (request, env, ctx) =>
        new URL(request.url).pathname === path ? answer(request) : worker.fetch(request, wrapEnv(env), ctx),
    } satisfies ExportedHandler<Env>,
  };
}
