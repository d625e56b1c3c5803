/** Workers and scripts, under the Trusted Types policy of the element. A page that restricts policies lists it: `trusted-types peel`. */

/** The part of Trusted Types that is used. TypeScript's DOM has no types for it. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

/** A page may allow each policy to be made once, so it is kept. Only the element's own workers and scripts use it. */
let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;

/** The address of a worker or a script. Where the page does not allow the policy it stays plain, and the browser refuses it. */
export function trust(url: string): string {
  try {
    const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
    policy ??= trustedTypes?.createPolicy('peel', { createScriptURL: (own) => own });
  } catch {
    return url;
  }
  return policy?.createScriptURL(url) ?? url;
}

/**
 * Runs a function beside the page's own thread. An address of the widget's own origin would not do: a page cannot start
 * a worker of another origin. A source in a blob needs only `worker-src blob:` and loads nothing.
 *
 * @param task A worker gets it as text. So its body uses nothing from outside but what every browser has.
 * @throws Where the page forbids workers, what the task throws, and the signal's reason after an abort.
 */
export async function runInWorker<Given extends unknown[], Value>(
  task: (...given: Given) => Promise<Value>,
  given: Given,
  signal?: AbortSignal,
): Promise<Value> {
  const source = `onmessage=async({data})=>{try{postMessage([await(${task})(...data)])}catch(cause){postMessage(String(cause))}}`;
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  let worker: Worker | undefined;
  try {
    const started = new Worker(trust(url));
    worker = started;
    return await new Promise<Value>((resolve, reject) => {
      started.onmessage = ({ data }: MessageEvent<[Value] | string>) =>
        typeof data === 'string' ? reject(new Error(data)) : resolve(data[0]);
      // Some browsers tell a refusal only so.
      started.onerror = ({ message }) => reject(new Error(message));
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      started.postMessage(given);
    });
  } finally {
    worker?.terminate();
    URL.revokeObjectURL(url);
  }
}
