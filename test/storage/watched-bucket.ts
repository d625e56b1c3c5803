/** The real R2, watched, or failing as often as a test says. */
import { env } from 'cloudflare:workers';

type Method = 'get' | 'head' | 'put' | 'delete';

/** @param refuse Called before each operation: an error that it returns is thrown. */
export function watchBucket(refuse: (method: Method, key: string) => Error | undefined = () => undefined) {
  const asked: [Method, string][] = [];
  const watched =
    (method: Method) =>
    async (...args: unknown[]) => {
      asked.push([method, String(args[0])]);
      const refusal = refuse(method, String(args[0]));
      if (refusal) throw refusal;
      return (env.BUCKET[method] as (...args: unknown[]) => unknown)(...args);
    };
  const bucket = new Proxy(env.BUCKET, {
    get(target, name: keyof R2Bucket) {
      if (name === 'get' || name === 'head' || name === 'put' || name === 'delete') return watched(name);
      return target[name].bind(target);
    },
  });
  return { bucket, asked };
}
