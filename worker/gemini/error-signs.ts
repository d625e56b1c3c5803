/** What an error says beside its message: machine-readable words, whose envelope it is, and whether it is a page. */
import { parseJson } from '../domain/json.ts';
import { at, fieldOf, listOf, textOf } from './names.ts';
import type { Value } from './payload.ts';

/** The first of a list of errors, as array streams send it. */
const firstOf = (body: string): Value | undefined => {
  const value = parseJson(body) as Value | undefined;
  return Array.isArray(value) ? value[0] : value;
};

const MAX_WORD_LENGTH = 80;

/**
 * `ErrorInfo` reasons of Google, `type` and `code` of those who speak like OpenAI. They stand beside keys and projects,
 * so no caller sees them. Read from their fields alone: a message may repeat a caller's words.
 */
export function reasonsIn(body: string): string[] {
  const value = firstOf(body);
  const error = fieldOf(value, 'error');
  const words = [
    ...listOf(fieldOf(error, 'details')).map((detail) => fieldOf(detail, 'reason')),
    ...[fieldOf(error, 'type'), fieldOf(error, 'code'), fieldOf(value, 'type'), fieldOf(value, 'code')],
  ];
  return words
    .flatMap((word) => textOf(word) ?? [])
    .filter((word) => /^[\w:.-]+$/.test(word) && word.length <= MAX_WORD_LENGTH);
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

/** Markup in place of an answer: somebody between the provider and us speaks. */
export const isPage = (body: string): boolean => /^\s*(\ufeff)?<(!doctype|html|head|body|\?xml|!--|title)/i.test(body);

/** Pages that ask for a browser: Cloudflare's and those of other firewalls. Its scripts alone stand on any page. */
const CHALLENGE =
  /just a moment|cf-chl-|attention required|checking your browser|verify(ing)? (that )?you are( a)? human|captcha|enable javascript and cookies|ddos protection|incapsula|request unsuccessful/i;

export const isChallenge = (body: string): boolean => isPage(body) && CHALLENGE.test(body);
