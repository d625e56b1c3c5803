/**
 * Proof of work: sixteen small puzzles on one nonce. With sixteen the time to solve them varies by about a quarter; with
 * one puzzle of the same work it would vary by its whole length, and some visitors would wait several times as long.
 *
 * The nonce is a sealed token, so that a challenge needs no storage until it is used.
 */
import { createHash } from 'node:crypto';
import { type SealContext, seal, unseal } from '../auth/sealed-token.ts';
import type { PowChallenge } from '../shared/failure.ts';

/** Long enough for a visitor who reads the page first. After it, the refusal carries a new challenge. */
export const CHALLENGE_SECONDS = 900;
const PUZZLES = 16;
const ALGORITHM = 'SHA-256';

/** What a proof is bound to: it is valid for one site, from one page and one address. */
export interface ProofBinding {
  site: string;
  /** The exact `Origin` header. */
  origin: string;
  /** From `addressPrefix`. */
  prefix: string;
}

/** A challenge as its nonce tells it. */
export interface IssuedChallenge {
  /** 128 random bits: a challenge is used once by its id. */
  id: string;
  difficulty: number;
  /** Unix seconds. */
  expiresAt: number;
}

const contextOf = ({ site, origin, prefix }: ProofBinding): SealContext => ({
  purpose: 'proof',
  boundTo: [site, origin, prefix],
});

/** Short digits keep the text of a puzzle within two blocks of SHA-256. */
const RADIX = 36;

/**
 * Makes a challenge that is open for {@link CHALLENGE_SECONDS}.
 *
 * @param secrets Newest first.
 * @param id 128 random bits as hex.
 * @param now Unix seconds.
 */
export async function issueChallenge(
  secrets: readonly string[],
  binding: ProofBinding,
  { id, difficulty }: Pick<IssuedChallenge, 'id' | 'difficulty'>,
  now: number,
): Promise<PowChallenge> {
  const expiresAt = now + CHALLENGE_SECONDS;
  const shortId = Uint8Array.fromHex(id).toBase64({ alphabet: 'base64url', omitPadding: true });
  const fields = [shortId, String(difficulty), expiresAt.toString(RADIX)];
  return {
    nonce: await seal(secrets, contextOf(binding), fields),
    algorithm: ALGORITHM,
    difficulty,
    expiresAt: new Date(expiresAt * 1000).toISOString(),
  };
}

/** @returns undefined for a nonce that this deployment did not give for this site, origin and prefix. */
export async function readChallenge(
  secrets: readonly string[],
  binding: ProofBinding,
  nonce: string,
): Promise<IssuedChallenge | undefined> {
  const fields = await unseal(secrets, contextOf(binding), nonce);
  // The seal is valid, so only challenges of another version of Peel are refused here.
  if (fields?.length !== 3) return undefined;
  const [id, difficulty, expiresAt] = fields as [string, string, string];
  return { id, difficulty: Number(difficulty), expiresAt: Number.parseInt(expiresAt, RADIX) };
}

const COUNTER = /^(?:0|[1-9]\d{0,15})$/;

/**
 * Whether a solution solves a challenge.
 *
 * @param solution {@link PUZZLES} counters in decimal, joined by `.`. For each `i` the SHA-256 of the ASCII text
 *   `{nonce}.{i}.{counter}` begins with `difficulty` zero bits.
 */
export function isSolved(nonce: string, difficulty: number, solution: string): boolean {
  const counters = solution.split('.', PUZZLES + 1);
  if (counters.length !== PUZZLES) return false;
  return counters.every((counter, at) => {
    if (!COUNTER.test(counter) || !Number.isSafeInteger(Number(counter))) return false;
    const digest = createHash('sha256').update(`${nonce}.${at}.${counter}`).digest();
    return Math.clz32(digest.readUInt32BE(0)) >= difficulty;
  });
}
