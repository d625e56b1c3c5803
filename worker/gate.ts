/**
 * The gate before everything that costs: who asks, and is it too much at once. Called inside each handler it guards,
 * because a guard on a path prefix is skipped by whoever finds another spelling of the path.
 */
import { addressPrefix } from './domain/address.ts';
import { type Failure, fail, type Result, succeed } from './domain/failure.ts';
import { digestFields, looksSealed } from './domain/sealed.ts';
import type { Caller, Site } from './domain/site.ts';
import { readTicket } from './domain/ticket.ts';

export interface GateOptions {
  secrets: readonly string[];
  site: Site;
  /** Names the client of a virtual key; undefined for a key that is none of ours. */
  findClient: (key: string) => { name: string; perMinute?: number } | undefined;
  /** Absent: no burst limit. */
  burst?: Pick<RateLimit, 'limit'>;
  /** Unix milliseconds. */
  now: () => number;
}

export interface Gate {
  /** @param origin As `cors` let it through; undefined where there is no page. */
  admit(request: Request, origin: string | undefined): Promise<Result<Caller>>;
  /** Only the burst limit: for what a caller may ask without a ticket. */
  admitBurst(request: Request): Promise<Failure | undefined>;
  /** The name under which an address prefix is counted today. */
  hidePrefix(prefix: string): Promise<string>;
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

export function createGate({ secrets, site, findClient, burst, now }: GateOptions): Gate {
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
    return succeed({ kind: 'visitor', site, origin, visitor, session, prefix: await hidePrefix(prefix) });
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

  /** No address at rest, not even for a day: with tomorrow's salt, today's names mean nothing. */
  function hidePrefix(prefix: string): Promise<string> {
    const day = new Date(now()).toISOString().slice(0, 10);
    return digestFields(secrets[0] as string, ['prefix', day, prefix]);
  }

  async function admitBurst(request: Request): Promise<Failure | undefined> {
    // A Worker that calls for others can name any address (developers.cloudflare.com/fundamentals/reference/http-headers).
    const key = request.headers.has('CF-Worker') ? 'worker' : prefixOf(request);
    const { success } = (await burst?.limit({ key })) ?? { success: true };
    return success ? undefined : { reason: 'BURST', retryAfterSeconds: BURST_RETRY_SECONDS };
  }

  return {
    admitBurst,
    hidePrefix,
    async admit(request, origin) {
      const caller = await identify(request, origin);
      const tooMuch = await admitBurst(request);
      if (tooMuch) return fail(tooMuch);
      return caller;
    },
  };
}
