/** The real R2, watched, or failing as often as a test says. */
import { env } from 'cloudflare:workers';

const METHODS = ['get', 'head', 'put', 'delete', 'list'] as const;
type Method = (typeof METHODS)[number];

/** The key of an operation, or the prefix of a listing. */
const keyOf = (first: unknown): string => String((first as R2ListOptions).prefix ?? first);

/** @param refuse Called before each operation: an error that it returns is thrown. */
export function watchBucket(refuse: (method: Method, key: string) => Error | undefined = () => undefined) {
  const asked: [Method, string][] = [];
  const watched =
    (method: Method) =>
    async (...args: unknown[]) => {
      asked.push([method, keyOf(args[0])]);
      const refusal = refuse(method, keyOf(args[0]));
      if (refusal) throw refusal;
      return (env.BUCKET[method] as (...args: unknown[]) => unknown)(...args);
    };
  const bucket = new Proxy(env.BUCKET, {
    get(target, name: keyof R2Bucket) {
      const method = METHODS.find((each) => each === name);
      return method ? watched(method) : target[name].bind(target);
    },
  });
  return { bucket, asked };
}
