/**
 * Where alarms may be sent. Only rules that can be checked on the text: what a name resolves to is the resolver's, and
 * Cloudflare's edge has no private network to reach. A message carries no secret but its signature.
 */

const NAMES = [
  // Names for oneself and for private networks (RFC 6761, RFC 6762, RFC 8375; .internal is reserved by ICANN).
  ...['localhost', 'localdomain', 'local', 'internal', 'intranet', 'lan', 'home', 'corp', 'private', 'home.arpa'],
  ...['svc', 'test', 'invalid'],
  'onion',
  // Public names that resolve to any address which is written in them, or to one's own machine.
  ...['nip.io', 'sslip.io', 'xip.io', 'localtest.me', 'lvh.me', 'vcap.me', 'lacolhost.com'],
  ...['traefik.me', 'localho.st'],
];

const HTTPS = 'must be an https address';
const PRIVATE = 'must not be an address inside a private network';

/**
 * Loopback, private, link-local, shared, reserved and multicast ranges
 * (iana.org/assignments/iana-ipv4-special-registry).
 */
function isPrivateV4(host: string): boolean {
  const [a = 0, b = 0, c = 0] = host.split('.').map(Number);
  return (
    a === 0 ||
    a === 10 ||
    a === 127 ||
    a >= 224 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 192 && b === 0 && (c === 0 || c === 2)) ||
    (a === 192 && b === 88 && c === 99) ||
    (a === 198 && (b === 18 || b === 19)) ||
    (a === 198 && b === 51 && c === 100) ||
    (a === 203 && b === 0 && c === 113)
  );
}

/** Only global unicast, `2000::/3`, without the ranges in it that hold other addresses or are for documents. */
function isPrivateV6(host: string): boolean {
  const [first = '', second = ''] = host.split(':');
  const high = Number.parseInt(first || '0', 16);
  const low = Number.parseInt(second || '0', 16);
  if (high < 0x2000 || high > 0x3fff) return true;
  // 6to4, Teredo and other protocol assignments, documentation.
  return high === 0x2002 || (high === 0x2001 && (low < 0x200 || low === 0xdb8)) || high === 0x3fff;
}

/**
 * @param text As the owner writes it.
 * @param allowsLoopback For a developer's machine: `http://127.0.0.1` and `http://localhost` are taken too.
 * @returns The rule that it breaks, such as `must be an https address`; undefined where it is fine.
 */
export function urlProblem(text: string, { allowsLoopback = false } = {}): string | undefined {
  if (text.length > 2_000) return 'must have at most 2,000 characters';
  // The parser of URLs drops line breaks and tabs silently.
  const url = !/[\s\p{Cc}]/u.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return HTTPS;
  // The parser has made one form of each address: 0x7f.1 and 2130706433 are 127.0.0.1 by here.
  const host = url.hostname.replace(/\.{1,253}$/, '');
  if (url.username !== '' || url.password !== '') return 'must not have a name or a password in it';
  if (url.hash !== '') return 'must not have a fragment';
  if (allowsLoopback && url.protocol === 'http:' && (host === 'localhost' || host === '127.0.0.1')) return undefined;
  if (url.protocol !== 'https:') return HTTPS;
  if (host.startsWith('[')) return isPrivateV6(host.slice(1, -1)) ? PRIVATE : undefined;
  if (/^\d+(?:\.\d+){3}$/.test(host)) return isPrivateV4(host) ? PRIVATE : undefined;
  if (!host.includes('.')) return PRIVATE;
  return NAMES.some((name) => host === name || host.endsWith(`.${name}`)) ? PRIVATE : undefined;
}

/** Its origin, then `/…`: chat services put their secret anywhere into the path or the query. */
export function shownUrl(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return `${origin}${pathname + search === '/' ? '/' : '/…'}`;
}
