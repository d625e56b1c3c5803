/**
 * Gives every call of a binding a time limit. Without one, a call that never answers would hold the request's key,
 * money and caller until the isolate ends.
 */
import { type Bound, createBound } from './shared/bound.ts';

/** Longer than any healthy read, and short enough for the caller to wait for one retry. */
const READ_MS = 8_000;
/** Enough for a part of 5 MiB. */
const WRITE_MS = 15_000;
/** A streamed body goes at the pace of its sender, which has its own time limit. */
const STREAM_MS = 600_000;
/** One hop to a Durable Object, which is awake or wakes in milliseconds. */
const OBJECT_MS = 8_000;

type Methods = Record<string, number | ((args: readonly unknown[]) => number)>;

/** @param wrap Bounds the result too, since it may have methods that call the network. */
function boundMethods<T extends object>(
  target: T,
  bound: Bound,
  msOf: (name: string, args: readonly unknown[]) => number | undefined,
  wrap: (value: unknown) => unknown = (value) => value,
): T {
  return new Proxy(target, {
    get(_, property) {
      const value = Reflect.get(target, property, target) as unknown;
      if (typeof value !== 'function' || typeof property === 'symbol') return value;
      return (...args: unknown[]) => {
        const result = Reflect.apply(value, target, args) as unknown;
        const ms = msOf(property, args);
        return ms === undefined
          ? wrap(result)
          : bound(Promise.resolve(result as PromiseLike<unknown>), ms, property).then(wrap);
      };
    },
  });
}

const fromTable = (table: Methods) => (name: string, args: readonly unknown[]) => {
  const ms = table[name];
  return typeof ms === 'function' ? ms(args) : ms;
};

const UPLOAD: Methods = { uploadPart: WRITE_MS, complete: WRITE_MS, abort: READ_MS };
const OBJECT_BODY: Methods = { arrayBuffer: WRITE_MS, bytes: WRITE_MS, text: READ_MS, json: READ_MS, blob: WRITE_MS };
const BUCKET: Methods = {
  get: READ_MS,
  head: READ_MS,
  list: READ_MS,
  delete: READ_MS,
  createMultipartUpload: READ_MS,
  put: ([, value]) => (value instanceof ReadableStream ? STREAM_MS : WRITE_MS),
};

/** Bounds R2. A body that is read as a stream keeps its reader's pace. */
function boundBucket(bucket: R2Bucket, bound: Bound): R2Bucket {
  const wrap = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if ('uploadPart' in value) return boundMethods(value, bound, fromTable(UPLOAD));
    return 'body' in value ? boundMethods(value, bound, fromTable(OBJECT_BODY)) : value;
  };
  return boundMethods(bucket, bound, fromTable(BUCKET), wrap);
}

const boundKv = (kv: KVNamespace, bound: Bound): KVNamespace =>
  boundMethods(
    kv,
    bound,
    fromTable({ get: READ_MS, getWithMetadata: READ_MS, list: READ_MS, put: READ_MS, delete: READ_MS }),
  );

const boundStub = <T extends object>(stub: T, bound: Bound): T => boundMethods(stub, bound, () => OBJECT_MS);

/** Bounds every method of the stubs that a namespace returns. */
function boundObjects<T extends Rpc.DurableObjectBranded>(
  namespace: DurableObjectNamespace<T>,
  bound: Bound,
): DurableObjectNamespace<T> {
  return new Proxy(namespace, {
    get(target, property) {
      const value = Reflect.get(target, property, target) as unknown;
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const result = Reflect.apply(value, target, args) as unknown;
        return property === 'getByName' || property === 'get' ? boundStub(result as object, bound) : result;
      };
    },
  });
}

/** Returns the environment with a time limit on every call of its KV, R2 and Durable Object bindings. */
export const boundEnv = <B extends Bindings>(env: B, bound = createBound()): B => ({
  ...env,
  KV: boundKv(env.KV, bound),
  BUCKET: boundBucket(env.BUCKET, bound),
  GENERATION: boundObjects(env.GENERATION, bound),
  LEDGER: boundObjects(env.LEDGER, bound),
  PROOFS: boundObjects(env.PROOFS, bound),
});
