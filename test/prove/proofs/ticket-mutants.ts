/** A process of tickets.ts: makes its share of mutants and reads each as the worker does. */
import { createHash } from 'node:crypto';
import { decodeFields, encodeFields, seal } from '../../../worker/auth/sealed-token.ts';
import { issueTicket, readTicket, siteIn, type TicketBinding, visitorOf } from '../../../worker/auth/ticket.ts';

export interface MutantErrand {
  seed: number;
  mutants: number;
}

export interface MutantFindings {
  originals: number;
  /** Of the originals, those that were refused. */
  refusedOriginals: number;
  /** Mutants by the way in which they were made. */
  tried: Record<string, number>;
  /** Mutants that were accepted. */
  accepted: string[];
}

const { seed, mutants } = JSON.parse(process.argv[2] as string) as MutantErrand;
const NOW = 1_790_000_000;
/** Two are live. The third was one before. */
const [newest, older, ended] = [1, 2, 3].map((n) => createHash('sha256').update(`secret ${n}`).digest('hex')) as [
  string,
  string,
  string,
];
const LIVE = [newest, older];

/** The same numbers for a seed (mulberry32). */
let state = seed;
function below(limit: number): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
}
const oneOf = <T>(values: readonly T[]): T => values[below(values.length)] as T;
const hex = (length: number): string => Array.from({ length }, () => oneOf([...'0123456789abcdef'])).join('');

interface Original {
  token: string;
  binding: TicketBinding;
  fields: string[];
  payload: Uint8Array;
  mac: Uint8Array;
}

const BASE64URL = { alphabet: 'base64url', omitPadding: true } as const;
const toText = (bytes: Uint8Array): string => bytes.toBase64(BASE64URL);
const toBytes = (text: string): Uint8Array => Uint8Array.fromBase64(text, { alphabet: 'base64url' });
const join = (payload: Uint8Array | string, mac: Uint8Array | string): string =>
  `v1.${typeof payload === 'string' ? payload : toText(payload)}.${typeof mac === 'string' ? mac : toText(mac)}`;

const partsOf = (token: string): [string, string] => token.split('.').slice(1) as [string, string];

async function createOriginal(): Promise<Original> {
  const binding = { origin: `https://${hex(6)}.example`, prefix: `4:${hex(8)}` };
  const ids = { site: oneOf(['default', 'shop', 'a']), visitor: hex(32), session: hex(32) };
  const rest = { rung: oneOf(['none', 'pow', 'turnstile'] as const), epoch: below(5), uses: 1 + below(30) };
  const token = await issueTicket([oneOf(LIVE)], binding, { ...ids, ...rest }, NOW - below(500));
  const [payload, mac] = partsOf(token).map(toBytes) as [Uint8Array, Uint8Array];
  return { token, binding, fields: decodeFields(payload) as string[], payload, mac };
}

const flip = (bytes: Uint8Array): Uint8Array => {
  const flipped = bytes.slice();
  const bit = below(bytes.length * 8);
  flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
  return flipped;
};

const ALPHABET = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
/** Characters that decoders forgive, or that look like those of the alphabet. */
const STRANGE = [' ', '\n', '\t', '=', '+', '/', '.', '\0', '\u200b', 'Ａ', 'ａ', '%2D', '~', ','];

const replaceAt = (text: string, at: number, by: string): string => text.slice(0, at) + by + text.slice(at + 1);

/** Fields that differ, under the real MAC. */
function otherFields(fields: readonly string[]): string[] {
  const at = below(fields.length);
  const changed = [...fields];
  switch (below(6)) {
    case 0: {
      const other = below(fields.length);
      [changed[at], changed[other]] = [fields[other] as string, fields[at] as string];
      return changed;
    }
    case 1:
      changed[at] = String(Number(fields[at]) + 1 + below(1000));
      return changed;
    case 2: {
      // A field's end moves into its neighbour: the text of all fields stays the same.
      const next = (at + 1) % fields.length;
      changed[at] = (fields[at] as string).slice(0, -1);
      changed[next] = (fields[at] as string).slice(-1) + fields[next];
      return changed;
    }
    case 3:
      return changed.toSpliced(at, 1);
    case 4:
      return changed.toSpliced(at, 0, oneOf(['', '0', 'admin', fields[at] as string]));
    default:
      changed[at] = oneOf(['', 'shop', 'turnstile', hex(32), '99', '9999999999', `${fields[at]} `]);
      return changed;
  }
}

type Mutate = (one: Original, two: Original) => Promise<string> | string;

/** A result that equals the first ticket is left out. */
const WAYS: Record<string, Mutate> = {
  'a flipped bit': ({ payload, mac }) => (below(2) ? join(flip(payload), mac) : join(payload, flip(mac))),
  'another character': ({ token }) => replaceAt(token, below(token.length), oneOf(ALPHABET)),
  'a strange character': ({ token }) => replaceAt(token, below(token.length), oneOf(STRANGE)),
  'a character more': ({ token }) => {
    const at = below(token.length + 1);
    return token.slice(0, at) + oneOf([...ALPHABET, ...STRANGE]) + token.slice(at);
  },
  'other fields': ({ fields, mac }) => join(encodeFields(otherFields(fields)), mac),
  'a moved length': ({ payload, mac }) => {
    const moved = payload.slice();
    const view = new DataView(moved.buffer);
    view.setUint32(0, Math.max(0, view.getUint32(0) + oneOf([-1, 1, 4, 2 ** 31])));
    return join(moved, mac);
  },
  truncation: ({ token }) => token.slice(below(2) ? 0 : below(token.length), below(token.length)),
  'another alphabet': ({ payload, mac }) =>
    join(
      oneOf([payload.toBase64(), payload.toHex(), toText(payload).replaceAll('-', '+').replaceAll('_', '/')]),
      oneOf([mac.toBase64(), mac.toHex(), `${toText(mac)}=`]),
    ),
  'loose end bits': ({ token }) => {
    // The last character of 43 has two bits that no byte needs.
    const last = ALPHABET.indexOf(token.at(-1) as string);
    return token.slice(0, -1) + ALPHABET[(last & ~3) | ((last + 1 + below(3)) & 3)];
  },
  'spliced tokens': (one, two) =>
    oneOf([
      two.token,
      join(one.payload, two.mac),
      join(two.payload, one.mac),
      `${one.token}.${two.token}`,
      one.token + two.token,
    ]),
  'spliced bytes': (one, two) => {
    const at = below(one.payload.length);
    return join(new Uint8Array([...one.payload.slice(0, at), ...two.payload.slice(at)]), one.mac);
  },
  'another version': ({ token }) => oneOf(['v0', 'v2', 'V1', 'v01', '', 'none', 'v1.v1']) + token.slice(2),
  'no MAC': ({ payload }) => oneOf([join(payload, ''), `v1.${toText(payload)}`, join(payload, new Uint8Array(32))]),
  'another purpose': ({ binding, fields }) => {
    const boundTo = [binding.origin, binding.prefix];
    const purpose = oneOf(['proof', 'upload', 'Ticket', 'ticket ', '', 'owner']);
    return seal(LIVE, { purpose, boundTo: oneOf([boundTo, [], [fields[0] as string, ...boundTo]]) }, fields);
  },
  'another binding': ({ binding: { origin, prefix }, fields }) => {
    const boundTo = oneOf([
      [prefix, origin],
      [`${origin}${prefix}`, ''],
      [`${origin}${prefix[0]}`, prefix.slice(1)],
      [origin.slice(0, -1), origin.slice(-1) + prefix],
      [origin.toUpperCase(), prefix],
      [`${origin}/`, prefix],
      [origin, `4:${hex(8)}`],
      [origin],
      [],
    ]);
    return seal(LIVE, { purpose: 'ticket', boundTo }, fields);
  },
  'an ended secret': ({ binding, fields }) =>
    seal([ended], { purpose: 'ticket', boundTo: [binding.origin, binding.prefix] }, fields),
};

/** Tickets that are mutated before others take their place. */
const USES = 500;
const findings: MutantFindings = { originals: 0, refusedOriginals: 0, tried: {}, accepted: [] };
/** The visitor of a renewal for whatever site the ticket claims. */
const renewedBy = (binding: TicketBinding, token: string): Promise<string | undefined> =>
  visitorOf(LIVE, binding, siteIn(token) ?? '', token, NOW);
const isAccepted = async (binding: TicketBinding, token: string): Promise<boolean> =>
  (await readTicket(LIVE, binding, token, NOW)).ok || (await renewedBy(binding, token)) !== undefined;

const ways = Object.entries(WAYS);
for (let made = 0; made < mutants; ) {
  const [one, two] = [await createOriginal(), await createOriginal()];
  for (const { token, binding } of [one, two]) {
    findings.originals += 1;
    const isRead = (await readTicket(LIVE, binding, token, NOW)).ok;
    if (!isRead || (await renewedBy(binding, token)) === undefined) findings.refusedOriginals += 1;
  }
  for (let use = 0; use < USES && made < mutants; use += 1) {
    const [way, mutate] = oneOf(ways);
    const token = await mutate(one, two);
    if (token === one.token) continue;
    made += 1;
    findings.tried[way] = (findings.tried[way] ?? 0) + 1;
    if (await isAccepted(one.binding, token)) findings.accepted.push(`${way}: ${token} of ${one.token}`);
  }
}
// A megabyte takes a moment, and a channel that is closed before loses it.
process.send?.(findings, () => process.disconnect());
