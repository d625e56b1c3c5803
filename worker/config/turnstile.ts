/** The variables of proofs: Turnstile's keys, and what visitors prove on sites that do not say it themselves. */
import { SITEVERIFY_URL } from '../proofs/siteverify.ts';
import type { ProofKind } from '../sites/site.ts';
import type { Variables } from './variables.ts';
import * as read from './variables.ts';

export interface TurnstileConfig {
  siteKey: string;
  secretKey: string;
  verifyUrl: string;
  /** The keys are among Cloudflare's published test keys, which let everybody pass or nobody. */
  isTest: boolean;
}

/** @see https://developers.cloudflare.com/turnstile/troubleshooting/testing/ */
const TEST_KEY = /^[123]x0{16,}/;

/** @returns undefined where Turnstile is not set up. */
export function readTurnstile(variables: Variables, demo: boolean): TurnstileConfig | undefined {
  const siteKey = read.turnstileKey(variables, 'TURNSTILE_SITE_KEY');
  const secretKey = read.turnstileKey(variables, 'TURNSTILE_SECRET_KEY');
  const verifyUrl = read.baseUrl(variables, 'TURNSTILE_VERIFY_URL') ?? SITEVERIFY_URL;
  const allowsTest = read.oneOf(variables, 'ALLOW_TEST_TURNSTILE', ['on', 'off'], 'off') === 'on';
  if (siteKey === undefined) {
    return secretKey === undefined ? undefined : read.missing('TURNSTILE_SITE_KEY', 'with TURNSTILE_SECRET_KEY');
  }
  if (secretKey === undefined) read.missing('TURNSTILE_SECRET_KEY', 'with TURNSTILE_SITE_KEY');
  if (!demo && !allowsTest) {
    const rule = 'must not be a test key where a provider key is set, unless ALLOW_TEST_TURNSTILE is on';
    if (TEST_KEY.test(siteKey)) throw new read.VariableError('TURNSTILE_SITE_KEY', rule);
    if (TEST_KEY.test(secretKey)) throw new read.VariableError('TURNSTILE_SECRET_KEY', rule);
  }
  return { siteKey, secretKey, verifyUrl, isTest: TEST_KEY.test(secretKey) };
}

export function readProof(variables: Variables, hasTurnstile: boolean): ProofKind {
  const proof = read.oneOf(variables, 'SITE_PROOF', ['none', 'turnstile', 'pow'], hasTurnstile ? 'turnstile' : 'pow');
  if (proof === 'turnstile' && !hasTurnstile) {
    const rule = 'must not be turnstile unless TURNSTILE_SITE_KEY and TURNSTILE_SECRET_KEY are set';
    throw new read.VariableError('SITE_PROOF', rule);
  }
  return proof;
}

/** What the owner should know of settings that are allowed beside a provider key. */
export function warningsOfProofs(proof: ProofKind, turnstile: TurnstileConfig | undefined): string[] {
  const warnings = proof === 'none' ? ['SITE_PROOF=none: visitors prove nothing'] : [];
  if (!turnstile) return warnings;
  if (TEST_KEY.test(turnstile.siteKey) || turnstile.isTest) {
    warnings.push('ALLOW_TEST_TURNSTILE=on: Turnstile has test keys, which prove nothing');
  }
  const { host } = new URL(turnstile.verifyUrl);
  if (turnstile.verifyUrl !== SITEVERIFY_URL) warnings.push(`Turnstile is asked at ${host}`);
  return warnings;
}
