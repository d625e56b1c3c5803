/**
 * The owner proves itself with the admin token, with a session that this token began, or through Cloudflare Access. The
 * browser sends the last two with every request, also with those that a foreign page causes, so requests with them must
 * come from the worker's own pages. The owner's paths are in no site's list: a page of any other origin is refused.
 */
import { type Failure, fail, type Result, succeed } from '../shared/failure.ts';
import { keepNewest } from '../shared/newest.ts';
import type { PageOrigin } from '../sites/origins.ts';
import { credentialOf, type Gate, prefixOf } from './auth.ts';
import { holdsSession, sessionCookie } from './owner-session.ts';
import { digestFields, looksSealed, type Secrets } from './sealed-token.ts';
import { isSameText } from './timing-safe-equal.ts';

/** Who acts as the owner. */
export interface Owner {
  /** For the audit trail: `token`, or `access:` and an e-mail address. */
  who: string;
}

export interface OwnersOptions {
  /** Absent: only Access opens the owner's paths. */
  adminToken?: string;
  /** The name behind a token of Cloudflare Access; undefined for one that is not valid. Throws if it cannot be checked. */
  access?: (token: string) => Promise<string | undefined>;
  secrets: Secrets;
  gate: Pick<Gate, 'admitBurst'>;
  /**
   * Counts a wrong token of an address, exactly.
   *
   * @param prefix A hash of the address prefix.
   * @returns Seconds for which the address is locked, and a right token of it too; 0: it is not.
   */
  judgeTry: (prefix: string, isRight: boolean) => Promise<number>;
  /** Unix milliseconds. */
  now: () => number;
}

export type OwnerBurst = 'owner' | 'pause';

export interface Owners {
  /**
   * Fails with `ORIGIN_DENIED`, `BURST`, `KEY_INVALID`, or `UPSTREAM_UNAVAILABLE`.
   *
   * @param of The burst limit that counts a request without a valid session: the pause has its own, so that a program
   *   which asked too often for figures can still stop what costs money. A valid session is not counted, because it
   *   cannot be guessed, and open pages of the desk add up to many requests at once.
   */
  admit(request: Request, page: PageOrigin, of?: OwnerBurst): Promise<Result<Owner>>;
  /** Whether the owner's browser, with a valid session, sent a request of a path that is not the owner's alone. */
  isHere(request: Request): Promise<boolean>;
  /** Begins a session. @returns The value of `Set-Cookie`. Fails as {@link Owners.admit} does. */
  logIn(request: Request, page: PageOrigin, token: string): Promise<Result<string>>;
}

/** An address whose right token was judged is not judged again for this long. */
const CLEARED_MS = 60_000;
const MAX_CLEARED = 100;
const RETRY_SECONDS = 5;
/** The header in which Access sends its token. */
const ACCESS_HEADER = 'Cf-Access-Jwt-Assertion';

export function createOwners({ adminToken, access, secrets, gate, judgeTry, now }: OwnersOptions): Owners {
  /** When each address was found to be free, Unix milliseconds. */
  const cleared = new Map<string, number>();

  /** Judges a token of an address. @returns Why it does not open. */
  async function refuseToken(request: Request, token: string): Promise<Failure | undefined> {
    const isRight = adminToken !== undefined && isSameText(token, adminToken);
    // A client or a visitor that asks a path of the owner's has not guessed.
    if (!isRight && (token.startsWith('pk_') || looksSealed(token))) return { reason: 'KEY_INVALID' };
    const prefix = await digestFields(secrets[0], ['owner', prefixOf(request)]);
    if (isRight && now() - (cleared.get(prefix) ?? Number.NEGATIVE_INFINITY) < CLEARED_MS) return undefined;
    if (!isRight) cleared.delete(prefix);
    try {
      const retryAfterSeconds = await judgeTry(prefix, isRight);
      if (retryAfterSeconds > 0) return { reason: 'BURST', retryAfterSeconds, of: 'tokens' };
      if (isRight) keepNewest(cleared, prefix, now(), MAX_CLEARED);
      return isRight ? undefined : { reason: 'KEY_INVALID' };
    } catch (error) {
      // The owner must reach the pause while its ledger is slow. A wrong token that is not counted is not answered.
      return isRight ? undefined : unjudged(error);
    }
  }

  async function identifyBrowser(request: Request): Promise<Result<Owner>> {
    const name = await nameOfBrowser(request);
    if (!name.ok || !name.value) return name.ok ? fail({ reason: 'KEY_INVALID' }) : name;
    return isOwnPage(request) ? succeed({ who: name.value }) : fail({ reason: 'ORIGIN_DENIED' });
  }

  /** What the browser, or Access on its behalf, adds to every request. */
  async function nameOfBrowser(request: Request): Promise<Result<string | undefined>> {
    const cookies = request.headers.get('Cookie') ?? '';
    if (adminToken && (await holdsSession(secrets, adminToken, cookies, Math.floor(now() / 1000)))) {
      return succeed('token');
    }
    const assertion = request.headers.get(ACCESS_HEADER);
    if (!access || !assertion) return succeed(undefined);
    try {
      const name = await access(assertion);
      return succeed(name && `access:${name}`);
    } catch (error) {
      return fail(unjudged(error));
    }
  }

  return {
    async admit(request, page, of = 'owner') {
      const foreign = page.refusedUnlessOwn();
      if (foreign) return fail(foreign);
      const token = credentialOf(request);
      if (token === undefined) {
        const owner = await identifyBrowser(request);
        return owner.ok ? owner : fail((await gate.admitBurst(request, of)) ?? owner.failure);
      }
      const refused = (await gate.admitBurst(request, of)) ?? (await refuseToken(request, token));
      return refused ? fail(refused) : succeed({ who: 'token' });
    },
    isHere: async (request) => (await identifyBrowser(request)).ok,
    async logIn(request, page, token) {
      const refused =
        page.refusedUnlessOwn() ?? (await gate.admitBurst(request, 'owner')) ?? (await refuseToken(request, token));
      if (refused || adminToken === undefined) return fail(refused ?? { reason: 'KEY_INVALID' });
      return succeed(await sessionCookie(secrets, adminToken, Math.floor(now() / 1000)));
    },
  };
}

const unjudged = (error: unknown): Failure => ({
  reason: 'UPSTREAM_UNAVAILABLE',
  ran: 'no',
  retryAfterSeconds: RETRY_SECONDS,
  cause: `the owner cannot be judged: ${String(error)}`,
});

const READS: readonly string[] = ['GET', 'HEAD'];

/**
 * Whether a page of this worker sent the request. A read may also come from the address bar. Pages cannot forge these
 * headers. Programs behind Access send `Origin` themselves.
 */
function isOwnPage(request: Request): boolean {
  const site = request.headers.get('Sec-Fetch-Site') ?? 'same-origin';
  if (READS.includes(request.method)) return site === 'same-origin' || site === 'none';
  return site === 'same-origin' && request.headers.get('Origin') === new URL(request.url).origin;
}
