/** What the builder knows of its worker: whether the element can draw here, and with whose money. */
import type { ErrorBody, SiteFacts } from '../../worker/protocol.ts';

export type Standing =
  | { kind: 'asking' }
  | { kind: 'ready'; facts: SiteFacts; pays: Pays }
  /** The worker's own address is not on the site's list. */
  | { kind: 'denied' }
  | { kind: 'unknownSite' }
  /** In the worker's own words. */
  | { kind: 'broken'; message: string }
  | { kind: 'unreachable' };

/** Without a key the worker's demo draws, and costs nothing. */
type Pays = 'demo' | 'site';

/** @param site Id of the site. @param get `fetch` with the cache switched off. */
export async function askStanding(site: string, get: typeof fetch, signal: AbortSignal): Promise<Standing> {
  try {
    const options = { cache: 'no-store', signal } as const;
    const [answer, health] = await Promise.all([
      get(`/peel/site?site=${encodeURIComponent(site)}`, options),
      get('/peel/health', options).then(bodyOf, () => undefined),
    ]);
    return judge(answer.ok, await bodyOf(answer), health);
  } catch {
    signal.throwIfAborted();
    return { kind: 'unreachable' };
  }
}

const bodyOf = (answer: Response): Promise<unknown> => answer.json().catch(() => undefined);

/** @param body Of `/peel/site`. @param health Of `/peel/health`, or undefined. */
export function judge(isOk: boolean, body: unknown, health: unknown): Standing {
  if (isOk) {
    const facts = body as SiteFacts | undefined;
    if (!Array.isArray(facts?.models)) return { kind: 'unreachable' };
    return { kind: 'ready', facts, pays: paysOf(health) };
  }
  const { error } = (body ?? {}) as Partial<ErrorBody>;
  const reason = error?.details?.find((detail) => 'reason' in detail)?.reason;
  if (reason === 'ORIGIN_DENIED') return { kind: 'denied' };
  if (reason === 'SITE_UNKNOWN') return { kind: 'unknownSite' };
  return error?.message ? { kind: 'broken', message: String(error.message) } : { kind: 'unreachable' };
}

/** Where health cannot be read, money is assumed. */
const paysOf = (health: unknown): Pays => ((health as { demo?: unknown } | undefined)?.demo === true ? 'demo' : 'site');
