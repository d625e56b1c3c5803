import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import { boundEnv } from '../worker/bound-env.ts';
import { createBound, NotAnswered, type StartTimer } from '../worker/shared/bound.ts';
import { withRetries } from '../worker/storage/retry.ts';
import { emptyBucket } from './storage/pictures.ts';

const never = <T>(): Promise<T> => new Promise(() => undefined);

/** A clock whose timers a test ends. */
function createClock() {
  const set: { ms: number; end: () => void }[] = [];
  const start: StartTimer = (ms, end) => {
    const entry = { ms, end };
    set.push(entry);
    return () => void set.splice(set.indexOf(entry), 1);
  };
  return { set, bound: createBound(start) };
}

describe('a call with a bound', () => {
  it('is what it answers, and its clock is called off', async () => {
    const { bound, set } = createClock();

    expect(await bound(Promise.resolve(7), 100, 'reserve')).toBe(7);
    await expect(bound(Promise.reject(new Error('refused')), 100, 'reserve')).rejects.toThrow('refused');
    expect(set).toEqual([]);
  });

  it('fails where it does not answer in time, and says what it was', async () => {
    const { bound, set } = createClock();
    const call = bound(never(), 5000, 'reserve');

    set[0]?.end();

    await expect(call).rejects.toThrow(new NotAnswered('reserve', 5000));
    expect(set).toEqual([]);
  });

  it('is not asked again: it has had its time', async () => {
    let asked = 0;
    const ask = () => {
      asked += 1;
      return Promise.reject(new NotAnswered('put', 1));
    };

    await expect(withRetries(ask)).rejects.toThrow(NotAnswered);
    expect(asked).toBe(1);
  });
});

describe('an environment whose calls have an end', () => {
  afterEach(emptyBucket);

  /** Every function of a binding that would call the network hangs. */
  const hanging = <T extends object>(target: T): T =>
    new Proxy(target, { get: (_, name) => (name === 'resumeMultipartUpload' ? () => hanging({}) : () => never()) });

  it.each([
    { name: 'R2 get', call: ({ BUCKET }: typeof env) => BUCKET.get('k') },
    { name: 'R2 head', call: ({ BUCKET }: typeof env) => BUCKET.head('k') },
    { name: 'R2 list', call: ({ BUCKET }: typeof env) => BUCKET.list() },
    { name: 'R2 put', call: ({ BUCKET }: typeof env) => BUCKET.put('k', 'v') },
    { name: 'R2 delete', call: ({ BUCKET }: typeof env) => BUCKET.delete('k') },
    { name: 'R2 createMultipartUpload', call: ({ BUCKET }: typeof env) => BUCKET.createMultipartUpload('k') },
    { name: 'KV get', call: ({ KV }: typeof env) => KV.get('k') },
    { name: 'KV put', call: ({ KV }: typeof env) => KV.put('k', 'v') },
  ])('ends $name', async ({ call }) => {
    const { bound, set } = createClock();
    const bounded = boundEnv({ ...env, BUCKET: hanging(env.BUCKET), KV: hanging(env.KV) }, bound) as typeof env;
    const answer = Promise.resolve(call(bounded));

    expect(set).toHaveLength(1);
    set[0]?.end();

    await expect(answer).rejects.toThrow(NotAnswered);
  });

  it('ends what is asked of an object', async () => {
    const { bound, set } = createClock();
    const LEDGER = { getByName: () => hanging({}) } as unknown as typeof env.LEDGER;
    const bounded = boundEnv({ ...env, LEDGER }, bound);
    const answer = bounded.LEDGER.getByName('site:default').report();

    set[0]?.end();

    await expect(answer).rejects.toThrow(NotAnswered);
  });

  it('does what the bindings do where they answer', async () => {
    const { BUCKET, KV, LEDGER } = boundEnv(env);

    const upload = await BUCKET.createMultipartUpload('parts', { httpMetadata: { contentType: 'image/png' } });
    const part = await BUCKET.resumeMultipartUpload('parts', upload.uploadId).uploadPart(1, new Uint8Array(10));
    await upload.complete([part]);
    await BUCKET.put('one', '{"a":1}');
    await KV.put('k', 'v');

    expect((await BUCKET.head('parts'))?.httpMetadata?.contentType).toBe('image/png');
    expect((await (await BUCKET.get('parts'))?.bytes())?.length).toBe(10);
    expect(await new Response((await BUCKET.get('one'))?.body).text()).toBe('{"a":1}');
    expect(await (await BUCKET.get('one'))?.json()).toEqual({ a: 1 });
    expect(await BUCKET.get('none')).toBeNull();
    expect((await BUCKET.list()).objects.map(({ key }) => key)).toEqual(['one', 'parts']);
    expect(await KV.get('k')).toBe('v');
    expect(await LEDGER.getByName('site:bounded').report()).toMatchObject({ paused: false });
  });
});
