/**
 * The gate in front of everything that costs money: it identifies the caller and applies the burst limit. Each handler
 * calls the gate itself, because another spelling of a path could bypass a guard on a path prefix.
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
  /** Finds the client of a virtual key; undefined for an unknown key. */
  findClient: (key: string) => KnownClient | undefined;
  /** The salt of the current UTC day. Throws if the ledger does not give it. */
  salt: () => Promise<string>;
  /** Absent: no burst limit. */
  burst?: Pick<RateLimit, 'limit'>;
  /** Unix milliseconds. */
  now: () => number;
}

export interface Gate {
  /**
   * Identifies the caller and counts it against the burst limit. Fails with `TICKET_MISSING`, `TICKET_EXPIRED`,
   * `TICKET_MISMATCH`, `KEY_INVALID` or `BURST`.
   *
   * @param origin As `cors` allowed it; undefined if the request comes from no page.
   */
  admit(request: Request, origin: string | undefined): Promise<Result<Caller>>;
  /**
   * Applies only the burst limit, for requests that need no ticket.
   *
   * @param of Renditions and site facts have separate limits, because a page that shows many pictures, or several
   *   widgets, must not use up the visitor's own.
   * @returns The refusal, or undefined.
   */
  admitBurst(request: Request, of?: 'renditions' | 'facts'): Promise<Failure | undefined>;
  /**
   * Returns the caller under the name that limits count: for a visitor, a hash of the address prefix. A cache hit skips
   * this, because the day's salt may need a call to the site's ledger. Fails with `UPSTREAM_UNAVAILABLE`.
   */
  count(caller: Caller): Promise<Result<CountedCaller>>;
}

/** The binding's window in seconds. The binding does not say when it opens again. */
const BURST_RETRY_SECONDS = 10;

/** The key or ticket of a request, from `x-goog-api-key` (the SDK's header) or `Authorization: Bearer`. */
export function credentialOf(request: Request): string | undefined {
  const key = request.headers.get('x-goog-api-key')?.trim();
  if (key) return key;
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.get('Authorization')?.trim() ?? '');
  return bearer?.[1];
}

/** The visitor's address prefix. Cloudflare's edge writes this header; visitors can forge every other one. */
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
   * Reads `?key=`, as Google's older samples, n8n and AI Studio's exports send it. Only clients' keys are accepted:
   * addresses get shared, and a ticket would be shared with them.
   */
  function identifyByAddress({ url }: Request): Result<Caller> {
    const key = new URL(url).searchParams.get('key')?.trim();
    if (!key) return fail({ reason: 'TICKET_MISSING' });
    const client = looksSealed(key) ? undefined : findClient(key);
    return client ? succeed({ kind: 'client', site, ...client }) : fail({ reason: 'KEY_INVALID', readFrom: 'address' });
  }

  /** No address is ever stored. After the day's salt is deleted, the hash no longer identifies one. */
  async function count(caller: Caller): Promise<Result<CountedCaller>> {
    if (caller.kind === 'client') return succeed(caller);
    const { address, ...visitor } = caller;
    try {
      return succeed({ ...visitor, prefix: await digestFields(await salt(), ['prefix', address]) });
    } catch (error) {
      return fail(uncounted(error));
    }
  }

  async function admitBurst(request: Request, of?: 'renditions' | 'facts'): Promise<Failure | undefined> {
    // A Worker that calls on behalf of others can claim any address.
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

/** A visitor that cannot be counted may not spend money. */
const uncounted = (error: unknown): Failure => ({
  reason: 'UPSTREAM_UNAVAILABLE',
  ran: 'no',
  retryAfterSeconds: LEDGER_RETRY_SECONDS,
  cause: `a visitor cannot be counted: ${String(error)}`,
});
const LEDGER_RETRY_SECONDS = 5;

/**
 * Whether another Worker sent the request, on behalf of callers whose addresses are unknown
 * (https://developers.cloudflare.com/fundamentals/reference/http-headers/#cf-worker).
 */
export const isRelayed = (request: Request): boolean => request.headers.has('CF-Worker');
