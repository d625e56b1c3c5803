import { DurableObject } from 'cloudflare:workers';
import type { Env } from '../wiring/env.ts';

type ObjectClass<T> = new (ctx: DurableObjectState, env: Env) => T;

/** The names of all methods that are called from outside. The compiler finds one that is missing. */
export type Methods<T> = { readonly [name in Exclude<keyof T, keyof DurableObject> | (keyof T & 'alarm')]: true };

/**
 * A class of objects whose code is loaded with the first of them. Most isolates of the worker answer requests and hold
 * no object, so their start does not pay for it. An object loads it in its constructor, before its first event.
 */
export function lazyObject<T>(
  load: () => Promise<ObjectClass<T>>,
  methods: Methods<T>,
): ObjectClass<DurableObject<Env> & T> {
  class Lazy extends DurableObject<Env> {
    #object: T | undefined;

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      // A rejected load resets the object, and the platform reports it to the caller.
      void ctx.blockConcurrencyWhile(async () => {
        const Loaded = await load();
        this.#object = new Loaded(ctx, env);
      });
    }

    /** Static, because only code inside the class can read `#object`. */
    static forward(lazy: Lazy, name: keyof T, values: unknown[]): unknown {
      const object = lazy.#object as T;
      return (object[name] as (...values: unknown[]) => unknown).apply(object, values);
    }
  }
  // RPC finds the methods of a class, and nothing that stands on the instance.
  for (const name of Object.keys(methods)) {
    Object.defineProperty(Lazy.prototype, name, {
      value(this: Lazy, ...values: unknown[]) {
        return Lazy.forward(this, name as keyof T, values);
      },
    });
  }
  return Lazy as unknown as ObjectClass<DurableObject<Env> & T>;
}
