/**
 * The `cData` of a Turnstile challenge. Cloudflare returns it with the verdict, so that a token which was solved for
 * another site, page or address is refused. It is a MAC, so that nothing needs to be stored.
 */
import { digestFields } from '../auth/sealed-token.ts';
import { isSameText } from '../auth/timing-safe-equal.ts';
import type { ProofBinding } from './pow.ts';

const HOUR_SECONDS = 3600;
/** A page may stay open for long before its visitor acts. The token itself is valid for five minutes only. */
const MAX_AGE_HOURS = 24;

const nonceOf = async (secret: string, { site, origin, prefix }: ProofBinding, hour: number): Promise<string> =>
  `${hour}-${await digestFields(secret, ['turnstile', site, origin, prefix, String(hour)])}`;

/**
 * @param secrets Newest first.
 * @param now Unix seconds.
 * @returns Characters of `[A-Za-z0-9_-]`, fewer than the 255 that Turnstile takes.
 */
export function issueTurnstileNonce(secrets: readonly string[], binding: ProofBinding, now: number): Promise<string> {
  const [newest] = secrets;
  if (newest === undefined) throw new Error('a nonce needs a secret');
  return nonceOf(newest, binding, Math.floor(now / HOUR_SECONDS));
}

/** Whether this deployment gave a nonce for this site, origin and prefix within the last day. @param now Unix seconds. */
export async function isTurnstileNonce(
  secrets: readonly string[],
  binding: ProofBinding,
  nonce: string,
  now: number,
): Promise<boolean> {
  const hour = Number(/^(\d{1,9})-/.exec(nonce)?.[1]);
  const age = Math.floor(now / HOUR_SECONDS) - hour;
  // Clocks of isolates differ, so a nonce of the next hour is accepted.
  if (!(age >= -1 && age <= MAX_AGE_HOURS)) return false;
  const known = await Promise.all(secrets.map((secret) => nonceOf(secret, binding, hour)));
  return known.some((each) => isSameText(each, nonce));
}
