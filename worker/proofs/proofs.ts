/**
 * What a visitor proves before it gets a ticket. A site asks for Turnstile, for a proof of work, or for nothing. Where it
 * asks for Turnstile, a proof of work is the rung below: a visitor whose browser cannot load Turnstile, and all visitors
 * while Cloudflare does not answer, get a ticket of that rung.
 *
 * A proof raises the price of a script. It does not tell people from scripts, so no limit of money rests on it.
 */
import { createHash } from 'node:crypto';
import type { Rung } from '../auth/caller.ts';
import type { Proof } from '../protocol.ts';
import { type Failure, fail, type PowChallenge, type ProofProblem, type Result, succeed } from '../shared/failure.ts';
import type { Site } from '../sites/site.ts';
import { difficultyOf } from './difficulty.ts';
import { isSolved, issueChallenge, type ProofBinding, readChallenge } from './pow.ts';
import type { Siteverify } from './siteverify.ts';
import { issueTurnstileNonce, isTurnstileNonce } from './turnstile-nonce.ts';

/** The page and address that ask, beside the site. */
type Asker = Omit<ProofBinding, 'site'>;

interface SentPow {
  nonce: string;
  solution: string;
}

/** A proof as the body of `POST /peel/session` carries it. */
interface SentProof {
  turnstile?: string | undefined;
  pow?: SentPow | undefined;
}

export interface Proofs {
  /** The proof that a site asks for. */
  ask(site: Site, asker: Asker): Promise<Proof>;
  /**
   * Checks a proof and uses it up.
   *
   * @returns The rung of the ticket. Fails with `PROOF_INVALID`, or with `UPSTREAM_UNAVAILABLE` where its use cannot be
   *   recorded.
   */
  check(site: Site, asker: Asker, sent: SentProof | undefined): Promise<Result<Rung>>;
}

export interface ProofsOptions {
  /** Newest first. */
  secrets: readonly string[];
  /** Absent: Turnstile is not set up. */
  turnstile?: { siteKey: string; siteverify: Siteverify };
  /** Records a proof's use by its id and end (Unix milliseconds). @returns Whether it was the first. */
  use: (site: string, id: string, expiresAt: number) => Promise<boolean>;
  /** Micro-dollars that a site has spent today, as far as it is known here. */
  spentMicros: (site: string) => Promise<number>;
  /** Unix milliseconds. */
  now: () => number;
  /** 128 random bits as hex. */
  createId: () => string;
}

/** Why a proof gives no ticket, or that it does. */
type Verdict = 'pass' | ProofProblem | Failure;

/** A proof that was not recorded is still valid. */
const RETRY_SECONDS = 5;
/** Life of a Turnstile token (https://developers.cloudflare.com/turnstile/get-started/server-side-validation/). */
const TOKEN_MS = 300_000;

export function createProofs(options: ProofsOptions): Proofs {
  const { secrets, turnstile, use, spentMicros, now, createId } = options;
  const seconds = () => Math.floor(now() / 1000);

  async function challenge({ id: site, dayBudgetMicros }: Site, asker: Asker): Promise<PowChallenge> {
    const difficulty = difficultyOf(await spentMicros(site), dayBudgetMicros, now());
    return issueChallenge(secrets, { site, ...asker }, { id: createId(), difficulty }, seconds());
  }

  async function record(site: string, id: string, expiresAt: number): Promise<Verdict> {
    try {
      return (await use(site, id, expiresAt)) ? 'pass' : 'used';
    } catch (error) {
      const cause = `a proof cannot be recorded: ${String(error)}`;
      return { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: RETRY_SECONDS, cause };
    }
  }

  async function checkPow(binding: ProofBinding, { nonce, solution }: SentPow): Promise<Verdict> {
    // The seal comes first and the work second: only a solved challenge of ours reaches the object.
    const issued = await readChallenge(secrets, binding, nonce);
    if (!issued) return 'invalid';
    if (issued.expiresAt <= seconds()) return 'expired';
    if (!isSolved(nonce, issued.difficulty, solution)) return 'invalid';
    return record(binding.site, issued.id, issued.expiresAt * 1000);
  }

  async function checkTurnstile(binding: ProofBinding, token: string): Promise<Verdict> {
    const outcome = await turnstile?.siteverify.verify(token, {
      hostname: new URL(binding.origin).hostname,
      isOurNonce: (nonce) => isTurnstileNonce(secrets, binding, nonce, seconds()),
    });
    if (outcome === 'unavailable') return outcome;
    if (outcome !== 'pass') return 'invalid';
    // Cloudflare accepts a token once, but has let tokens be used again while its own service was degraded.
    return record(binding.site, createHash('sha256').update(token).digest('base64url'), now() + TOKEN_MS);
  }

  function checkSent(site: Site, asker: Asker, sent: SentProof): [Rung, Promise<Verdict> | Verdict] {
    const binding = { site: site.id, ...asker };
    if (sent.turnstile !== undefined && site.proof === 'turnstile') {
      return ['turnstile', checkTurnstile(binding, sent.turnstile)];
    }
    if (sent.pow) return ['pow', checkPow(binding, sent.pow)];
    return ['none', sent.turnstile === undefined ? 'missing' : 'invalid'];
  }

  return {
    async ask(site, asker) {
      if (site.proof === 'none') return { kind: 'none', nonce: createId() };
      if (site.proof === 'pow' || !turnstile) return { kind: 'pow', ...(await challenge(site, asker)) };
      const nonce = await issueTurnstileNonce(secrets, { site: site.id, ...asker }, seconds());
      return { kind: 'turnstile', siteKey: turnstile.siteKey, nonce };
    },
    async check(site, asker, sent = {}) {
      if (site.proof === 'none') return succeed('none');
      const [rung, checking] = checkSent(site, asker, sent);
      const verdict = await checking;
      if (verdict === 'pass') return succeed(rung);
      if (typeof verdict === 'object') return fail(verdict);
      return fail({ reason: 'PROOF_INVALID', why: verdict, challenge: await challenge(site, asker) });
    },
  };
}
