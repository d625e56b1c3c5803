/**
 * Maps an address to the prefix that limits count: all of an IPv4 address, the /64 of an IPv6 address. A home gets a
 * whole /64 and could otherwise use a new address for every request. Every spelling of an address gives the same key.
 */

/** All callers whose address cannot be read share this key, and so share one limit. */
export const UNKNOWN_ADDRESS = 'unknown';

/**
 * The limiting prefix of an address, in one spelling: `4:` and 8 hex digits, or `6:` and 16.
 *
 * @param address The value of `CF-Connecting-IP`. Visitors can forge every other header, so none is read.
 */
export function addressPrefix(address: string | null | undefined): string {
  if (!address) return UNKNOWN_ADDRESS;
  const v4 = parseIpv4(address);
  if (v4) return `4:${hex(v4)}`;
  const v6 = parseIpv6(address);
  if (!v6) return UNKNOWN_ADDRESS;
  // `::ffff:a.b.c.d` is the IPv4 address a.b.c.d in IPv6 notation.
  const mapped = v6.slice(0, 10).every((byte) => byte === 0) && v6[10] === 0xff && v6[11] === 0xff;
  return mapped ? `4:${hex(v6.slice(12))}` : `6:${hex(v6.slice(0, 8))}`;
}

/**
 * The network around a prefix: the /24 of an IPv4 address, the /48 of an IPv6 address. One customer often has a whole
 * /48, which is 65,536 prefixes.
 *
 * @param prefix From {@link addressPrefix}.
 */
export function networkOf(prefix: string): string {
  if (prefix === UNKNOWN_ADDRESS) return prefix;
  return prefix.startsWith('4:') ? `${prefix.slice(0, 8)}/24` : `${prefix.slice(0, 14)}/48`;
}

function parseIpv4(text: string): number[] | undefined {
  const fields = text.split('.');
  if (fields.length !== 4) return undefined;
  const bytes = fields.map((field) => (/^(0|[1-9]\d{0,2})$/.test(field) ? Number(field) : Number.NaN));
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

/** Parses RFC 4291 §2.2, with an embedded IPv4 tail. A zone id is dropped. */
function parseIpv6(text: string): number[] | undefined {
  const [address = ''] = text.split('%', 1);
  if (address.length > 45 || !address.includes(':')) return undefined;
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : parseGroups(half)));
  if (!head || (halves.length === 2 && !tail)) return undefined;
  const missing = 16 - head.length - (tail?.length ?? 0);
  if (tail ? missing < 2 : missing !== 0) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...(tail ?? [])];
}

function parseGroups(text: string): number[] | undefined {
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (index === groups.length - 1 && group.includes('.')) {
      const v4 = parseIpv4(group);
      if (!v4) return undefined;
      bytes.push(...v4);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    }
  }
  return bytes.length <= 16 ? bytes : undefined;
}

const hex = (bytes: readonly number[]): string => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
