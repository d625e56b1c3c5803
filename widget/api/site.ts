import type { SiteFacts } from '../../worker/protocol.ts';
import { type ClientOptions, readJson, sendTo } from './http.ts';

/** The facts; or the answer that has none, with its body; or why there is no answer. `problemOfSite` tells what it means. */
export type SiteOutcome = { facts: SiteFacts } | { response: Response; body: unknown } | { cause: unknown };

/** Reads the public facts of the site. An abort throws `AbortError`. */
export async function readSite(options: ClientOptions, signal: AbortSignal): Promise<SiteOutcome> {
  try {
    const response = await sendTo(options)(`/peel/site?site=${encodeURIComponent(options.site)}`, { signal });
    const body = await readJson(response);
    const facts = body as SiteFacts | undefined;
    return response.ok && Array.isArray(facts?.models) ? { facts } : { response, body };
  } catch (cause) {
    signal.throwIfAborted();
    return { cause };
  }
}
