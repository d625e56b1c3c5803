/**
 * Asks Cloudflare whether a Turnstile token is valid. There are exactly three outcomes, and only one answer is a pass: an
 * HTTP 200 with `success: true` for the right page, action and nonce. Everything that says nothing about the token is
 * `unavailable`, and the visitor can do a proof of work instead.
 *
 * The visitor's address is not sent along. The nonce binds the token to it already, and Cloudflare saw it when it made
 * the token.
 *
 * @see https://developers.cloudflare.com/turnstile/get-started/server-side-validation/
 */
import { readBoundedText } from '../shared/bounded-text.ts';
import { parseJsonObject } from '../shared/json.ts';
import type { Log } from '../shared/log.ts';

export const SITEVERIFY_URL = 'https://challenges.cloudflare.com/turnstile/v0/siteverify';
/** The widget renders Turnstile with this action. */
const TURNSTILE_ACTION = 'peel-session';

/** Two tries together. A visitor waits no longer for a service that may not answer at all. */
const TIMEOUT_MS = 2_000;
/** After a failure an isolate does not ask for this long, so that one visitor waits and not every one. */
export const REST_MS = 10_000;
/**
 * A token (https://developers.cloudflare.com/turnstile/get-started/server-side-validation/). Any other text could be
 * chosen to make the service answer with an error, and so to send all visitors to the rung below.
 */
const TOKEN = /^[\w.-]{1,2048}$/;
const TRIES = 2;
/** A verdict has some 400 bytes. What is cut off is no verdict. */
const MAX_VERDICT_BYTES = 16 * 1024;

export type Outcome = 'pass' | 'fail' | 'unavailable';

/** The page and nonce for which a token must have been made. */
interface Expected {
  hostname: string;
  isOurNonce: (cdata: string) => Promise<boolean>;
}

export interface Siteverify {
  verify(token: string, expected: Expected): Promise<Outcome>;
}

export interface SiteverifyOptions {
  secretKey: string;
  verifyUrl: string;
  /** The keys are Cloudflare's published test keys. Their answers name a page of their own and no nonce. */
  isTest: boolean;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Aborts after a number of milliseconds. */
  abortAfter: (ms: number) => AbortSignal;
  /** A UUID. */
  createKey: () => string;
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
  /** Told each time that nothing was learnt. */
  onSilent?: () => void;
}

/** Errors that tell about our own request or Cloudflare's service and nothing about the token. */
const NOT_THE_TOKEN: readonly unknown[] = ['internal-error', 'missing-input-secret', 'invalid-input-secret'];

export function createSiteverify(options: SiteverifyOptions): Siteverify {
  const { secretKey, verifyUrl, isTest, fetch, abortAfter, createKey, now, log, onSilent } = options;
  /** No call is made before. Unix milliseconds. */
  let restsUntil = 0;

  async function ask(body: string, signal: AbortSignal): Promise<object> {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(verifyUrl, { method: 'POST', headers, body, signal, redirect: 'manual' });
    const verdict = parseJsonObject(await readBoundedText(answer.body, MAX_VERDICT_BYTES));
    const [error] = errorsOf(verdict).filter((code) => NOT_THE_TOKEN.includes(code));
    if (error !== undefined) throw new Error(`siteverify says ${error}`);
    if (!verdict || !('success' in verdict) || typeof verdict.success !== 'boolean') {
      throw new Error(`siteverify answered ${answer.status} without a verdict`);
    }
    // An error page may look like a verdict, and only a refusal may come with another status.
    if (verdict.success && answer.status !== 200) throw new Error(`siteverify answered ${answer.status}`);
    return verdict;
  }

  /** @throws if no try had an answer that tells about the token. */
  async function askTwice(token: string): Promise<object> {
    const signal = abortAfter(TIMEOUT_MS);
    // Under the same key Cloudflare answers a second try as the first, although a token is valid once.
    const body = JSON.stringify({ secret: secretKey, response: token, idempotency_key: createKey() });
    for (let tried = 1; ; tried += 1) {
      try {
        return await ask(body, signal);
      } catch (error) {
        if (tried === TRIES || signal.aborted) throw error;
      }
    }
  }

  async function isFor({ hostname, isOurNonce }: Expected, verdict: object): Promise<boolean> {
    if (isTest) return true;
    const { hostname: page, action, cdata } = verdict as Record<string, unknown>;
    return page === hostname && action === TURNSTILE_ACTION && typeof cdata === 'string' && (await isOurNonce(cdata));
  }

  return {
    async verify(token, expected) {
      if (!TOKEN.test(token)) return 'fail';
      const startedAt = now();
      if (startedAt < restsUntil) return 'unavailable';
      // After a rest one visitor tries, and the others do not wait with it.
      if (restsUntil > 0) restsUntil = startedAt + REST_MS;
      let verdict: object;
      try {
        verdict = await askTwice(token);
      } catch (error) {
        restsUntil = now() + REST_MS;
        log('turnstile_unavailable', { error: String(error), alarm: true });
        onSilent?.();
        return 'unavailable';
      }
      restsUntil = 0;
      const { success } = verdict as { success: boolean };
      return success && (await isFor(expected, verdict)) ? 'pass' : 'fail';
    },
  };
}

function errorsOf(verdict: object | undefined): unknown[] {
  const codes = verdict && 'error-codes' in verdict ? verdict['error-codes'] : [];
  return Array.isArray(codes) ? codes : [];
}
