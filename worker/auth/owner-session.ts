/**
 * The owner's session in a browser: a sealed cookie. It carries no more than its times and is bound to the admin token,
 * so another token ends every session. Nothing about it is stored, so a log-out only takes it from the browser.
 */
import { createHash } from 'node:crypto';
import { type SealContext, seal, unseal } from './sealed-token.ts';

/** Browsers take a `__Host-` cookie only from this host itself, over https or from this machine. */
const COOKIE = '__Host-peel-admin';
export const SESSION_SECONDS = 8 * 3600;
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';

const context = (adminToken: string): SealContext => ({
  purpose: 'owner',
  boundTo: [createHash('sha256').update(adminToken).digest('hex')],
});

/** @param now Unix seconds. @returns The value of `Set-Cookie`. */
export async function sessionCookie(secrets: readonly string[], adminToken: string, now: number): Promise<string> {
  const session = await seal(secrets, context(adminToken), [String(now), String(now + SESSION_SECONDS)]);
  return `${COOKIE}=${session}; ${ATTRIBUTES}; Max-Age=${SESSION_SECONDS}`;
}

/** The value of `Set-Cookie` that takes the session from the browser. */
export const NO_SESSION_COOKIE = `${COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;

/**
 * Whether a request's cookies hold a session of this admin token.
 *
 * @param cookies The header `Cookie`.
 * @param now Unix seconds.
 */
export async function holdsSession(
  secrets: readonly string[],
  adminToken: string,
  cookies: string,
  now: number,
): Promise<boolean> {
  const prefix = `${COOKIE}=`;
  const found = cookies
    .split(';')
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(prefix));
  if (found === undefined) return false;
  const fields = await unseal(secrets, context(adminToken), found.slice(prefix.length));
  if (fields?.length !== 2) return false;
  const [issuedAt, expiresAt] = fields.map(Number) as [number, number];
  // Sealed by a version with longer sessions, it would outlive what this one allows.
  return expiresAt - issuedAt === SESSION_SECONDS && now < expiresAt;
}
