/** Reads what an error says beside its message: the reason, whether the envelope is Google's, whether it is a page. */
import { parseJson } from '../../shared/json.ts';
import { errorCodesOf, layersOf } from '../forms/error-shape.ts';
import { at, fieldOf, listOf, textOf } from '../forms/names.ts';
import type { Value } from '../forms/value.ts';

/** The first of a list of errors, as array streams send it. */
const firstOf = (body: string): Value | undefined => {
  const value = parseJson(body) as Value | undefined;
  return Array.isArray(value) ? value[0] : value;
};

/** Fields with a reason, in `ErrorInfo`, `LocalizedMessage`, violations of `QuotaFailure` and `PreconditionFailure`. */
const WORDED = ['reason', 'message', 'type', 'subject', 'description', 'quotaId', 'quotaMetric'];
const MAX_WORDS_LENGTH = 500;

/**
 * Collects the words on an error's reason: Google's `ErrorInfo` reasons, `type` and `code` of providers that imitate
 * OpenAI, texts of details, and a body that is plain text. They stand beside keys and projects, so callers never see
 * them. The error's message is not read, because it may repeat a caller's words.
 *
 * @returns Each cut to 500 characters.
 */
export function reasonsIn(body: string): string[] {
  const value = firstOf(body);
  if (value === undefined) return isPage(body) || body.trim() === '' ? [] : [body.trim().slice(0, MAX_WORDS_LENGTH)];
  const details = layersOf(value).flatMap((layer) => listOf(fieldOf(layer, 'details')));
  const said = [...details, ...details.flatMap((detail) => listOf(fieldOf(detail, 'violations')))];
  const words = [
    ...said.flatMap((detail) => WORDED.map((name) => fieldOf(detail, name))),
    ...errorCodesOf(value).map((code) => code.value),
  ];
  return words.flatMap((word) => textOf(word)?.slice(0, MAX_WORDS_LENGTH) ?? []);
}

/**
 * The gRPC names that fit a status (https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto). No
 * gRPC name maps to 502, so any name fits it.
 */
const OWN_NAMES: Readonly<Record<number, RegExp>> = {
  500: /^(INTERNAL|UNKNOWN|DATA_LOSS)$/,
  502: /^[A-Z][A-Z_]{1,39}$/,
  503: /^UNAVAILABLE$/,
  504: /^DEADLINE_EXCEEDED$/,
};

/** Whether a 5xx comes in Google's own envelope, with `code` and `status` that fit the HTTP status. */
export function isGooglesEnvelope(status: number, body: string): boolean {
  const value = firstOf(body);
  const name = textOf(at(value, 'error', 'status')) ?? '';
  const hasMessage = textOf(at(value, 'error', 'message')) !== undefined;
  return at(value, 'error', 'code') === status && hasMessage && OWN_NAMES[status]?.test(name) === true;
}

/** Whether the body is markup. Then a gateway or firewall wrote it, not the provider. */
export const isPage = (body: string): boolean => /^\s*(\ufeff)?<(!doctype|html|head|body|\?xml|!--|title)/i.test(body);

/** Pages of Cloudflare and other firewalls that ask for a browser. A script alone is no sign: any page may have one. */
const CHALLENGE =
  /just a moment|cf-chl-|attention required|checking your browser|verify(ing)? (that )?you are( a)? human|captcha|enable javascript and cookies|ddos protection|incapsula|request unsuccessful/i;

/** Whether the body is a firewall's page that asks for a browser. */
export const isChallenge = (body: string): boolean => isPage(body) && CHALLENGE.test(body);
