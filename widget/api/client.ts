/**
 * Calls the worker over HTTP and maps its answers to the widget's types. Expected failures are {@link Problem} values;
 * an abort throws `AbortError`. The code for generations is loaded with the first one.
 */
import type { SiteFacts } from '../../worker/protocol.ts';
import { type ClientOptions, problemOf, readJson, type Send, silenceOf } from './http.ts';
import type { Generate } from './model.ts';
import type { Problem } from './problem.ts';

export type SiteOutcome = { facts: SiteFacts } | { problem: Problem };

export interface Client {
  site(signal: AbortSignal): Promise<SiteOutcome>;
  generate: Generate;
}

export function createClient(options: ClientOptions): Client {
  const base = options.endpoint.replace(/\/+$/, '');
  const send: Send = (path, init) => options.fetch(`${base}${path}`, { ...init, credentials: 'omit' });
  let generator: Promise<Generate> | undefined;

  return {
    async site(signal) {
      try {
        const response = await send(`/peel/site?site=${encodeURIComponent(options.site)}`, { signal });
        if (!response.ok) return { problem: { ...(await problemOf(response)), unsent: true } };
        const facts = (await readJson(response)) as SiteFacts | undefined;
        if (Array.isArray(facts?.models)) return { facts };
        return { problem: { reason: 'ANSWER_UNREADABLE', message: 'The site could not be read.', unsent: true } };
      } catch (cause) {
        signal.throwIfAborted();
        return { problem: silenceOf(cause, 'UNREACHABLE', options.isOnline) };
      }
    },

    async *generate(take, signal) {
      try {
        generator ??= import('./generate.ts').then(({ createGenerate }) => createGenerate(options, send));
        yield* (await generator)(take, signal);
      } catch (cause) {
        generator = undefined;
        signal.throwIfAborted();
        yield { type: 'failed', problem: silenceOf(cause, 'UNREACHABLE', options.isOnline) };
      }
    },
  };
}
