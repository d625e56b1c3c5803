/**
 * The Trusted Types policy of the element. A page that restricts policies lists it by its name: `trusted-types peel`.
 */

/** The part of Trusted Types that is used. TypeScript's DOM has no types for it. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

/** Scripts that the element makes itself, and those of the check for bots. */
const KNOWN = /^(?:blob:|https:\/\/challenges\.cloudflare\.com\/)/;

/** A page's list allows a policy to be made once. */
let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;

/**
 * An address for `new Worker()` and `script.src`. Where the page does not allow the policy, it returns the plain
 * address, which the browser then refuses.
 *
 * @throws TypeError for any other script.
 */
export function scriptUrl(url: string): string {
  if (!KNOWN.test(url)) throw new TypeError(`This script is not one of ours: ${url}`);
  try {
    const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
    policy ??= trustedTypes?.createPolicy('peel', { createScriptURL: (known) => known });
  } catch {
    return url;
  }
  return policy ? policy.createScriptURL(url) : url;
}

/**
 * Starts a worker from its source. An address of the widget's own origin would not do: a page cannot start a worker of
 * another origin. A source in a blob needs only `worker-src blob:` and loads nothing.
 *
 * @throws Where the page forbids it. Some browsers send an `error` event to the worker instead.
 */
export function startWorker(source: string): Worker {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const forget = () => URL.revokeObjectURL(url);
  try {
    const worker = new Worker(scriptUrl(url));
    for (const type of ['message', 'error']) worker.addEventListener(type, forget, { once: true });
    return worker;
  } catch (cause) {
    forget();
    throw cause;
  }
}
