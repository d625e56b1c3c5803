/** What an owner types into a field: put right where it can be, refused in words where it cannot. */
import { MEND } from '../words/sites.ts';

export type Mended<T> = { value: T; taken?: string } | { problem: string };

const LOCAL = /^(?:localhost|127\.0\.0\.1|\[::1\]|[a-z0-9-]+\.localhost)$/;
/** Stands for `*` while an address is read. */
const ANY = 'peel-any-host';

/**
 * An address becomes the origin of its page: without path, slash, capitals and the scheme's own port.
 *
 * @returns `taken` where it is not what was typed. An empty value: nothing was typed.
 */
export function mendOrigin(typed: string): Mended<string> {
  const text = typed.trim();
  if (text === '') return { value: '' };
  if (text === 'null') return { problem: MEND.nullOrigin };
  const isLocal = /^(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$)/i.test(text);
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${isLocal ? 'http' : 'https'}://${text}`;
  const plain = address.replace('//*.', `//${ANY}.`);
  const url = URL.canParse(plain) ? new URL(plain) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || /[*%]/.test(url.hostname) || !isHost(url.hostname)) {
    return { problem: MEND.notAnOrigin };
  }
  if (url.protocol === 'http:' && !LOCAL.test(url.hostname)) return { problem: MEND.plainHttp };
  const value = url.origin.replace(`${ANY}.`, '*.');
  return value === typed ? { value } : { value, taken: value };
}

const isHost = (host: string): boolean => LOCAL.test(host) || /^\[|\./.test(host);

export const isWildcard = (origin: string): boolean => origin.startsWith('https://*.');

/** `5`, `5,00`, `$5` and `1.250,50`. @param canBeNothing Whether 0 is a sensible amount. */
export function mendDollars(typed: string, canBeNothing = false): Mended<number | undefined> {
  const text = typed.replace(/[\s$]|usd/gi, '');
  if (text === '') return { value: undefined };
  if (!/^\d[\d.,]*$|^[.,]\d+$/.test(text)) return { problem: MEND.notDollars };
  const last = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','));
  const isMixed = text.includes('.') && text.includes(',');
  const isThousands = !isMixed && /[.,]\d{3}$/.test(text) && !/^0?[.,]/.test(text) && text.includes(',');
  const whole = (isThousands || last < 0 ? text : text.slice(0, last)).replace(/[.,]/g, '');
  const value = Number(isThousands || last < 0 ? whole : `${whole || '0'}.${text.slice(last + 1)}`);
  if (!Number.isFinite(value)) return { problem: MEND.notDollars };
  if (value > 1_000_000) return { problem: MEND.tooMuch };
  if (value === 0 && !canBeNothing) return { problem: MEND.nothing };
  return { value };
}

/** A whole number from `least`, or nothing, which is the default. */
export function mendCount(typed: string, least: number, most: number): Mended<number | undefined> {
  const text = typed.replace(/[\s%]/g, '');
  if (text === '') return { value: undefined };
  const value = Number(text);
  return /^\d+$/.test(text) && value >= least && value <= most ? { value } : { problem: MEND.notCount(least, most) };
}

/** The id of a site from the name that its owner gives it. Empty: no letter is left. */
export const idOfName = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 32)
    .replace(/-+$/, '');
