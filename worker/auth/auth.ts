/**
 * The gate before everything that costs: who asks, and is it too much at once. Called inside each handler it guards,
 * because a guard on a path prefix is skipped by whoever finds another spelling of the path.
 */
import { type Failure, fail, type Result, succeed } from '../shared/failure.ts';
import { addressPrefix } from './address-prefix.ts';
import type { KnownClient } from './clients.ts';
import { digestFields, looksSealed } from './sealed-token.ts';
import type { Caller, CountedCaller, Site } from './site.ts';
import { readTicket } from './ticket.ts';

export interface GateOptions {
  secrets: readonly string[];
  site: Site;
  /** Names the client of a virtual key; undefined for a key that is none of ours. */
  findClient: (key: string) => KnownClient | undefined;
  /** The day's; throws where it is not to be had. */
  salt: () => Promise<string>;
  /** Absent: no burst limit. */
  burst?: Pick<RateLimit, 'limit'>;
  /** Unix milliseconds. */
  now: () => number;
}

export interface Gate {
  /** @param origin As `cors` let it through; undefined where there is no page. */
  admit(request: Request, origin: string | undefined): Promise<Result<Caller>>;
  /**
   * Only the burst limit: for what a caller may ask without a ticket.
   *
   * @param of Smaller pictures have a limit of their own: a page that shows many must not use up the visitor's.
   */
  admitBurst(request: Request, of?: 'renditions'): Promise<Failure | undefined>;
  /**
   * The caller under the name it is counted by: of a visitor, a hash of the address prefix. A hit needs no count and
   * does not ask, since the answer may need the site's ledger.
   */
  count(caller: Caller): Promise<Result<CountedCaller>>;
}

/** The binding's window is 10 s; it does not tell when it opens again. */
const BURST_RETRY_SECONDS = 10;

/** The key a request proves itself with: the SDK's header, or the usual one. */
export function credentialOf(request: Request): string | undefined {
  const key = request.headers.get('x-goog-api-key')?.trim();
  if (key) return key;
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.get('Authorization')?.trim() ?? '');
  return bearer?.[1];
}

/** The visitor's address prefix. Only the edge writes this header; every other one visitors write themselves. */
export const prefixOf = (request: Request): string => addressPrefix(request.headers.get('CF-Connecting-IP'));

export function createGate({ secrets, site, findClient, salt, burst, now }: GateOptions): Gate {
  async function identify(request: Request, origin: string | undefined): Promise<Result<Caller>> {
    const credential = credentialOf(request);
    if (credential === undefined) return identifyByAddress(request);
    if (!looksSealed(credential)) {
      const client = findClient(credential);
      return client ? succeed({ kind: 'client', site, ...client }) : fail({ reason: 'KEY_INVALID' });
    }
    if (origin === undefined) return fail({ reason: 'TICKET_MISMATCH' });
    const prefix = prefixOf(request);
    const ticket = await readTicket(secrets, { origin, prefix }, credential, Math.floor(now() / 1000));
    if (!ticket.ok) return ticket;
    if (ticket.value.site !== site.id) return fail({ reason: 'TICKET_MISMATCH' });
    const { visitor, session } = ticket.value;
    return succeed({ kind: 'visitor', site, origin, visitor, session, address: prefix });
  }

  /**
   * `?key=`, as Google's older samples, n8n and AI Studio's exports have it. Clients' keys only: an address is handed on,
   * and a ticket with it.
   */
  function identifyByAddress({ url }: Request): Result<Caller> {
    const key = new URL(url).searchParams.get('key')?.trim();
    if (!key) return fail({ reason: 'TICKET_MISSING' });
    const client = looksSealed(key) ? undefined : findClient(key);
    return client ? succeed({ kind: 'client', site, ...client }) : fail({ reason: 'KEY_INVALID', readFrom: 'address' });
  }

  /** No address at rest, not even for a day: without the day's salt, which is deleted, a name means nothing. */
  async function count(caller: Caller): Promise<Result<CountedCaller>> {
    if (caller.kind === 'client') return succeed(caller);
    const { address, ...visitor } = caller;
    try {
      return succeed({ ...visitor, prefix: await digestFields(await salt(), ['prefix', address]) });
    } catch (error) {
      return fail(uncounted(error));
    }
  }

  async function admitBurst(request: Request, of?: 'renditions'): Promise<Failure | undefined> {
    // A Worker that calls for others can name any address.
    const key = isRelayed(request) ? 'worker' : prefixOf(request);
    const { success } = (await burst?.limit({ key: of ? `${of}:${key}` : key })) ?? { success: true };
    return success ? undefined : { reason: 'BURST', retryAfterSeconds: BURST_RETRY_SECONDS };
  }

  return {
    admitBurst,
    count,
    async admit(request, origin) {
      const caller = await identify(request, origin);
      const tooMuch = await admitBurst(request);
      if (tooMuch) return fail(tooMuch);
      return caller;
    },
  };
}

/** Who cannot be counted may not spend. */
const uncounted = (error: unknown): Failure => ({
  reason: 'UPSTREAM_UNAVAILABLE',
  ran: 'no',
  retryAfterSeconds: LEDGER_RETRY_SECONDS,
  cause: `a visitor cannot be counted: ${String(error)}`,
});
const LEDGER_RETRY_SECONDS = 5;

/**
 * Whether another Worker has sent it, on behalf of callers whose addresses are unknown
 * (developers.cloudflare.com/fundamentals/reference/http-headers/#cf-worker).
 */
export const isRelayed = (request: Request): boolean => request.headers.has('CF-Worker');
