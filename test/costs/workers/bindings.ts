/** Bindings whose every operation is written down. */
import { DEPLOYMENT } from '../../../worker/ledger/rpc.ts';
import type { Env } from '../../../worker/wiring.ts';
import { PROVIDER, trip } from './trips.ts';

/** Replaces members of an object; the others stay. */
export function replacing<T extends object>(target: T, members: Readonly<Record<string, unknown>>): T {
  return new Proxy(target, {
    get(_, property) {
      if (typeof property === 'string' && Object.hasOwn(members, property)) return members[property];
      const value = Reflect.get(target, property, target) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Counts every call of these methods. @param more What else to note. @param wrap Counts the result's methods. */
function counted<T extends object>(
  binding: string,
  target: T,
  names: readonly string[],
  {
    more = () => ({}),
    wrap = (value) => value,
  }: { more?: (args: unknown[]) => object; wrap?: (value: never) => unknown } = {},
): T {
  const methods = names.map((name) => [
    name,
    (...args: unknown[]) =>
      trip({ name: `${binding}.${name}`, ...more(args) }, async () =>
        wrap((await Reflect.apply(Reflect.get(target, name, target) as () => unknown, target, args)) as never),
      ),
  ]);
  return replacing(target, Object.fromEntries(methods));
}

const countedKv = (kv: KVNamespace): KVNamespace =>
  counted('KV', kv, ['get', 'getWithMetadata', 'put', 'delete', 'list'], {
    more: ([keys]) => ({
      keys: Array.isArray(keys) ? keys.length : 1,
      // An isolate reads it once a minute, for whichever request comes first.
      ...(keys === 'catalog' && { name: 'KV.catalog' }),
    }),
  });

const countedUpload = (upload: R2MultipartUpload): R2MultipartUpload =>
  counted('R2', upload, ['uploadPart', 'complete', 'abort'], { wrap: stored });

/** When each object of R2 was stored, by the clock that stands still. */
const storedAt = new Map<string, Date>();

async function atItsTime(object: R2Object): Promise<R2Object> {
  const timed = replacing(object, { uploaded: storedAt.get(object.key) ?? object.uploaded });
  return 'body' in timed ? withWholeBody(timed as R2ObjectBody) : timed;
}

/** Reads an object's whole body, so that nothing depends on how its pieces arrive. */
async function withWholeBody(object: R2ObjectBody): Promise<R2ObjectBody> {
  const bytes = await object.bytes();
  const { readable, writable } = new FixedLengthStream(bytes.length);
  // Fails when the reader cancels.
  new Response(bytes).body?.pipeTo(writable).catch(() => undefined);
  const answer = new Response(readable);
  const readers = ['arrayBuffer', 'bytes', 'text', 'json', 'blob'] as const;
  return replacing(object, {
    body: answer.body,
    ...Object.fromEntries(readers.map((name) => [name, () => answer[name]()])),
  });
}

const isObject = (value: unknown): value is R2Object => typeof value === 'object' && value !== null && 'etag' in value;

/** Notes when what a call returns was stored. */
function stored(value: unknown): unknown {
  if (!isObject(value) || !('uploaded' in value)) return value;
  storedAt.set(value.key, new Date(Date.now()));
  return atItsTime(value);
}

function countedBucket(bucket: R2Bucket): R2Bucket {
  const looked = counted('R2', bucket, ['get', 'head', 'list', 'delete'], {
    async wrap(value: unknown) {
      if (isObject(value)) return atItsTime(value);
      if (typeof value !== 'object' || value === null || !('objects' in value)) return value;
      return { ...value, objects: await Promise.all((value as R2Objects).objects.map(atItsTime)) };
    },
  });
  const written = counted('R2', looked, ['put'], { wrap: stored });
  const begun = counted('R2', written, ['createMultipartUpload'], { wrap: countedUpload });
  return replacing(begun, {
    resumeMultipartUpload: (...args: [string, string]) => countedUpload(bucket.resumeMultipartUpload(...args)),
  });
}

/** The cache of the data centre. It is free, but something waits for it. */
Object.defineProperty(caches, 'default', { value: counted('CACHE', caches.default, ['match', 'put']) });

function countedImages(images: ImagesBinding): ImagesBinding {
  const countedTransformer = (transformer: ImageTransformer): ImageTransformer =>
    replacing(counted('IMAGES', transformer, ['output']), {
      transform: (...args: [ImageTransform]) => countedTransformer(transformer.transform(...args)),
    });
  return replacing(images, {
    input: (...args: Parameters<ImagesBinding['input']>) => countedTransformer(images.input(...args)),
  });
}

export type ObjectBinding = 'GENERATION' | 'LEDGER' | 'PROOFS';

/** `site`, `deployment`, `generation` or `proofs`: objects of one kind are counted together. */
export function kindOf(binding: ObjectBinding, name: string): string {
  if (binding !== 'LEDGER') return binding.toLowerCase();
  return name === DEPLOYMENT ? DEPLOYMENT : 'site';
}

/** Names of the objects that were called, until they are cleared. */
export const called = new Set<string>();

function countedObjects<T extends Rpc.DurableObjectBranded>(
  binding: ObjectBinding,
  namespace: DurableObjectNamespace<T>,
): DurableObjectNamespace<T> {
  return replacing(namespace, {
    getByName: (name: string, ...options: [DurableObjectNamespaceGetDurableObjectOptions?]) =>
      new Proxy(namespace.getByName(name, ...options), {
        get(stub, method) {
          const call = Reflect.get(stub, method, stub) as unknown;
          if (typeof call !== 'function' || typeof method === 'symbol') return call;
          return (...args: unknown[]) => {
            called.add(name);
            return trip(
              { name: `${kindOf(binding, name)}.${method}` },
              async () => (await Reflect.apply(call, stub, args)) as unknown,
              false,
            );
          };
        },
      }),
  });
}

/** An environment whose bindings are counted. */
export const countedEnv = (env: Env): Env => ({
  ...env,
  ...{ KV: countedKv(env.KV), BUCKET: countedBucket(env.BUCKET), IMAGES: countedImages(env.IMAGES) },
  ...{ GENERATION: countedObjects('GENERATION', env.GENERATION), LEDGER: countedObjects('LEDGER', env.LEDGER) },
  PROOFS: countedObjects('PROOFS', env.PROOFS),
});

const realFetch = fetch;
/** Reads the whole answer, so that nothing depends on how its pieces arrive. */
globalThis.fetch = ((...args: Parameters<typeof fetch>) =>
  trip({ name: PROVIDER }, async () => {
    const answer = await realFetch(...args);
    return new Response(await answer.arrayBuffer(), answer);
  })) as typeof fetch;
