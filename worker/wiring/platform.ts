/** What the platform gives besides bindings: time, randomness and `fetch`. Everything else is handed them. */

/** Unix milliseconds. */
export const now = (): number => Date.now();
export const pause = (ms: number): Promise<void> => scheduler.wait(ms);
/** Fills with random bytes. */
export const random = (bytes: Uint8Array): Uint8Array => crypto.getRandomValues(bytes);
/** 128 random bits as hex. */
export const createId = (): string => random(new Uint8Array(16)).toHex();
/** Wrapped, because workerd refuses `fetch` called as a method of another object. */
export const fetchUrl = (url: string, init: RequestInit): Promise<Response> => fetch(url, init);
export const abortAfter = (ms: number): AbortSignal => AbortSignal.timeout(ms);

interface Namespace {
  getByName(name: string, options?: DurableObjectNamespaceGetDurableObjectOptions): unknown;
}

/**
 * The object of a name, as the interface that its callers know. The stub's own type rewrites every field for RPC. Only
 * plain data is sent, so the cast is safe.
 */
export const stubOf = <T>(
  namespace: Namespace,
  name: string,
  options: DurableObjectNamespaceGetDurableObjectOptions,
): T => namespace.getByName(name, options) as T;
