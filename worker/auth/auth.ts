/**
 * The gate in front of everything that costs money: it identifies the caller and applies the burst limit. Each handler
 * calls the gate itself, because another spelling of a path could bypass a guard on a path prefix.
 */
import { type Failure, fail, type Result, succeed } from '../shared/failure.ts';
import type { PageOrigin } from '../sites/origins.ts';
import type { Site } from '../sites/site.ts';
import { DEFAULT_SITE, type Sites } from '../sites/sites.ts';
import { addressPrefix, networkOf } from './address-prefix.ts';
import type { Caller, CountedCaller } from './caller.ts';
import type { Clients } from './clients.ts';
import { digestFields, looksSealed } from './sealed-token.ts';
import { readTicket, siteIn } from './ticket.ts';

export interface GateOptions {
  secrets: readonly string[];
  sites: Sites;
  /** Finds the client of a virtual key. */
  findClient: Clients['find'];
  /** A site's salt of the current UTC day. Throws if its ledger does not give it. */
  salt: (site: string) => Promise<string>;
  /** Absent: no burst limit. */
  burst?: Pick<RateLimit, 'limit'>;
  /** Unix milliseconds. */
  now: () => number;
}

export interface Gate {
  /**
   * Identifies the caller, judges its page by its site, and counts it against the burst limit. Fails with
   * `TICKET_MISSING`, `TICKET_EXPIRED`, `TICKET_MISMATCH`, `KEY_INVALID`, `ORIGIN_DENIED`, `BURST`, or as
   * {@link Sites.find} does.
   */
  admit(request: Request, origin: PageOrigin): Promise<Result<Caller>>;
  /**
   * Applies only the burst limit, for requests that need no ticket.
   *
   * @param of Renditions that must be made and site facts have separate limits, because a page that shows many pictures,
   *   or several widgets, must not use up the visitor's own; and the owner has its own, so that it can pause from an
   *   office whose visitors have used up theirs.
   * @returns The refusal, or undefined.
   */
  admitBurst(request: Request, of?: BurstOf): Promise<Failure | undefined>;
  /**
   * Returns the caller under the name that limits count: for a visitor, a hash of the address prefix. A cache hit skips
   * this, because the day's salt may need a call to the site's ledger. Fails with `UPSTREAM_UNAVAILABLE`.
   */
  count(caller: Caller): Promise<Result<CountedCaller>>;
  /** The same of a request without a ticket, by the salt of a site. */
  countAddress(site: string, request: Request): Promise<Result<CountedAddress>>;
}

/** Hashes of an address prefix and of the network around it, which end with their UTC day. */
interface CountedAddress {
  prefix: string;
  network: string;
}

/** What has a burst limit of its own. */
type BurstOf = 'renditions' | 'facts' | 'owner' | 'pause';

/** The binding's window in seconds. The binding does not say when it opens again. */
const BURST_RETRY_SECONDS = 10;

/** The key or ticket of a request, from `x-goog-api-key` (the SDK's header) or `Authorization: Bearer`. */
export function credentialOf(request: Request): string | undefined {
  const key = request.headers.get('x-goog-api-key')?.trim();
  if (key) return key;
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.get('Authorization')?.trim() ?? '');
  return bearer?.[1];
}

/**
 * The site that a request says it is for, unproven: by its ticket, else by `?site=`, else `default`. It decides only
 * which pages may read a refusal that no site has judged: without a usable credential, say, or of an unknown path. The
 * widget's requests have their ticket. A page of another site that sends none reads `ORIGIN_DENIED` without `?site=`.
 */
export function claimedSite(request: Request): string {
  const credential = credentialOf(request);
  const claimed = credential === undefined ? undefined : siteIn(credential);
  return claimed ?? new URL(request.url).searchParams.get('site') ?? DEFAULT_SITE;
}

/** The visitor's address prefix. Cloudflare's edge writes this header; visitors can forge every other one. */
export const prefixOf = (request: Request): string => addressPrefix(request.headers.get('CF-Connecting-IP'));

export function createGate({ secrets, sites, findClient, salt, burst, now }: GateOptions): Gate {
  /** Finds a site and judges the page by it. */
  async function findFor(id: string, origin: PageOrigin): Promise<Result<Site>> {
    const found = await sites.find(id);
    if (!found.ok) return found;
    const denied = origin.refusedBy(found.value.site);
    return denied ? fail(denied) : succeed(found.value.site);
  }

  /** Refuses a request without a usable credential. Its page is judged by the site of {@link claimedSite}. */
  async function refuse(failure: Failure, request: Request, origin: PageOrigin): Promise<Result<never>> {
    const site = await findFor(claimedSite(request), origin);
    return !site.ok && site.failure.reason === 'ORIGIN_DENIED' ? site : fail(failure);
  }

  /** @param isFlood The caller is refused anyway, so nothing is read for its key. */
  async function identify(request: Request, origin: PageOrigin, isFlood: boolean): Promise<Result<Caller>> {
    const credential = credentialOf(request);
    if (credential === undefined) return identifyByAddress(request, origin, isFlood);
    if (!looksSealed(credential)) return identifyClient(request, credential, origin, isFlood);
    const id = siteIn(credential);
    const found = id === undefined ? undefined : await findFor(id, origin);
    if (!found) return refuse({ reason: 'TICKET_MISMATCH' }, request, origin);
    if (!found.ok) return found.failure.reason === 'SITE_UNKNOWN' ? fail({ reason: 'TICKET_MISMATCH' }) : found;
    if (origin.name === undefined) return fail({ reason: 'TICKET_MISMATCH' });
    const site = found.value;
    const address = prefixOf(request);
    const binding = { origin: origin.name, prefix: address };
    const ticket = await readTicket(secrets, binding, credential, Math.floor(now() / 1000));
    if (!ticket.ok) return ticket;
    const { visitor, session, rung, epoch, uses } = ticket.value;
    // The owner has ended the tickets of earlier epochs, and the widget asks for a new one. A site's epoch never falls: a
    // ticket of a later one is from an isolate that has already read the change, which this one has not.
    if (epoch < site.epoch) return fail({ reason: 'TICKET_EXPIRED' });
    const network = networkOf(address);
    return succeed({ kind: 'visitor', site, origin: origin.name, visitor, session, rung, uses, address, network });
  }

  async function identifyClient(
    request: Request,
    key: string,
    origin: PageOrigin,
    isFlood: boolean,
    invalid: Failure = { reason: 'KEY_INVALID' },
  ): Promise<Result<Caller>> {
    const client = await findClient(key, isFlood);
    if (!client.ok || !client.value) return refuse(client.ok ? invalid : client.failure, request, origin);
    const site = await findFor(client.value.site, origin);
    return site.ok ? succeed({ kind: 'client', ...client.value, site: site.value }) : site;
  }

  /**
   * Reads `?key=`, as Google's older samples, n8n and AI Studio's exports send it. Only clients' keys are accepted:
   * addresses get shared, and a ticket would be shared with them.
   */
  async function identifyByAddress(request: Request, origin: PageOrigin, isFlood: boolean): Promise<Result<Caller>> {
    const key = new URL(request.url).searchParams.get('key')?.trim();
    if (!key) return refuse({ reason: 'TICKET_MISSING' }, request, origin);
    const invalid: Failure = { reason: 'KEY_INVALID', readFrom: 'address' };
    return looksSealed(key) ? refuse(invalid, request, origin) : identifyClient(request, key, origin, isFlood, invalid);
  }

  /** No address is ever stored. After the day's salt is deleted, the hash no longer identifies one. */
  async function countAddress(site: string, address: string, network: string): Promise<Result<CountedAddress>> {
    try {
      const secret = await salt(site);
      const [prefix, around] = await Promise.all([
        digestFields(secret, ['prefix', address]),
        digestFields(secret, ['network', network]),
      ]);
      return succeed({ prefix, network: around });
    } catch (error) {
      return fail(uncounted(error));
    }
  }

  async function count(caller: Caller): Promise<Result<CountedCaller>> {
    if (caller.kind === 'client') return succeed(caller);
    const { address, network, ...visitor } = caller;
    const counted = await countAddress(caller.site.id, address, network);
    return counted.ok ? succeed({ ...visitor, ...counted.value }) : counted;
  }

  async function admitBurst(request: Request, of?: BurstOf): Promise<Failure | undefined> {
    // A Worker that calls on behalf of others can claim any address.
    const key = isRelayed(request) ? 'worker' : prefixOf(request);
    const { success } = (await burst?.limit({ key: of ? `${of}:${key}` : key })) ?? { success: true };
    return success ? undefined : { reason: 'BURST', retryAfterSeconds: BURST_RETRY_SECONDS };
  }

  return {
    admitBurst,
    count,
    countAddress: (site, request) => countAddress(site, prefixOf(request), networkOf(prefixOf(request))),
    async admit(request, origin) {
      const tooMuch = await admitBurst(request);
      // A page may read the refusal if its site allows it, so it is identified all the same.
      const caller = await identify(request, origin, tooMuch !== undefined);
      return tooMuch ? fail(tooMuch) : caller;
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
