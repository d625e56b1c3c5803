/** What an error says beside its message: of its reason, whose envelope it is, and whether it is a page. */
import { parseJson } from '../../shared/json.ts';
import { at, fieldOf, listOf, textOf } from '../forms/names.ts';
import type { Value } from '../forms/value.ts';

/** The first of a list of errors, as array streams send it. */
const firstOf = (body: string): Value | undefined => {
  const value = parseJson(body) as Value | undefined;
  return Array.isArray(value) ? value[0] : value;
};

/** Details that say a reason in words: `LocalizedMessage`, and a violation of `QuotaFailure` or `PreconditionFailure`. */
const WORDED = ['reason', 'message', 'type', 'subject', 'description', 'quotaId', 'quotaMetric'];
const MAX_WORDS_LENGTH = 500;

/**
 * What an error says of its reason beside its message: `ErrorInfo` reasons of Google, `type` and `code` of those who
 * speak like OpenAI, words of details, and a body of bare words. They stand beside keys and projects, so no caller sees
 * them. Read from their fields alone: a message may repeat a caller's words.
 */
export function reasonsIn(body: string): string[] {
  const value = firstOf(body);
  if (value === undefined) return isPage(body) || body.trim() === '' ? [] : [body.trim().slice(0, MAX_WORDS_LENGTH)];
  const error = fieldOf(value, 'error');
  const details = listOf(fieldOf(error, 'details'));
  const said = [...details, ...details.flatMap((detail) => listOf(fieldOf(detail, 'violations')))];
  const words = [
    ...said.flatMap((detail) => WORDED.map((name) => fieldOf(detail, name))),
    ...[fieldOf(error, 'type'), fieldOf(error, 'code'), fieldOf(value, 'type'), fieldOf(value, 'code')],
  ];
  return words.flatMap((word) => textOf(word)?.slice(0, MAX_WORDS_LENGTH) ?? []);
}

/** gRPC names that Google gives a status of its own making (google/rpc/code.proto). A 502 has none of its own. */
const OWN_NAMES: Readonly<Record<number, RegExp>> = {
  500: /^(INTERNAL|UNKNOWN|DATA_LOSS)$/,
  502: /^[A-Z][A-Z_]{1,39}$/,
  503: /^UNAVAILABLE$/,
  504: /^DEADLINE_EXCEEDED$/,
};

/** Whether a failure of the server is told in Google's own envelope, with a code that fits its status. */
export function isGooglesEnvelope(status: number, body: string): boolean {
  const value = firstOf(body);
  const name = textOf(at(value, 'error', 'status')) ?? '';
  const hasMessage = textOf(at(value, 'error', 'message')) !== undefined;
  return at(value, 'error', 'code') === status && hasMessage && OWN_NAMES[status]?.test(name) === true;
}

/** Markup in place of an answer: a gateway or firewall speaks, and not the provider. */
export const isPage = (body: string): boolean => /^\s*(\ufeff)?<(!doctype|html|head|body|\?xml|!--|title)/i.test(body);

/** Pages that ask for a browser: Cloudflare's and those of other firewalls. Its scripts alone stand on any page. */
const CHALLENGE =
  /just a moment|cf-chl-|attention required|checking your browser|verify(ing)? (that )?you are( a)? human|captcha|enable javascript and cookies|ddos protection|incapsula|request unsuccessful/i;

export const isChallenge = (body: string): boolean => isPage(body) && CHALLENGE.test(body);
