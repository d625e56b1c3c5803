/** What the counts cost on Cloudflare, and how many fit into a day of its free plan. */
import { type Counts, sum, totalOf } from './counts.ts';

/** Time that a provider takes for a picture, seconds. The request's object is in memory for that time. */
const PROVIDER_SECONDS = 20;
/** Memory that an object is billed for while it works, GB. */
const OBJECT_GB = 0.128;

/** An operation that is billed: its price beyond what is included, and its free quota. */
interface Billed {
  name: string;
  /** Where price and quota stand. */
  source: string;
  /** Dollars per million, paid plan. */
  dollars: number;
  /** A day's quota on the free plan. */
  freePerDay: number;
  count(counts: Counts): number;
}

/** The longest month. R2's quotas are by the month. */
const MONTH_DAYS = 31;

const WORKERS = 'https://developers.cloudflare.com/workers/platform/pricing/';
const KV = 'https://developers.cloudflare.com/kv/platform/pricing/';
const OBJECTS = 'https://developers.cloudflare.com/durable-objects/platform/pricing/';
const R2 = 'https://developers.cloudflare.com/r2/pricing/';

const BILLED: readonly Billed[] = [
  {
    ...{ name: 'Worker requests', source: WORKERS, dollars: 0.3, freePerDay: 100_000 },
    count: ({ requests }) => requests,
  },
  { ...{ name: 'KV keys read', source: KV, dollars: 0.5, freePerDay: 100_000 }, count: ({ kvReads }) => kvReads },
  { ...{ name: 'KV keys written', source: KV, dollars: 5, freePerDay: 1_000 }, count: ({ kvWrites }) => kvWrites },
  {
    ...{ name: 'object requests', source: OBJECTS, dollars: 0.15, freePerDay: 100_000 },
    count: ({ objects }) => totalOf(objects),
  },
  { ...{ name: 'object GB-s', source: OBJECTS, dollars: 12.5, freePerDay: 13_000 }, count: gbSecondsOf },
  {
    ...{ name: 'rows read', source: OBJECTS, dollars: 0.001, freePerDay: 5_000_000 },
    count: ({ rowsRead }) => totalOf(rowsRead),
  },
  {
    ...{ name: 'rows written', source: OBJECTS, dollars: 1, freePerDay: 100_000 },
    count: ({ rowsWritten }) => totalOf(rowsWritten),
  },
  { ...{ name: 'R2 class A', source: R2, dollars: 4.5, freePerDay: 1e6 / MONTH_DAYS }, count: ({ r2A }) => r2A },
  { ...{ name: 'R2 class B', source: R2, dollars: 0.36, freePerDay: 1e7 / MONTH_DAYS }, count: ({ r2B }) => r2B },
];

/** The object of a request is billed while its provider works. Only its first caller's call adds to that. */
function gbSecondsOf({ providerCalls, objects }: Counts): number {
  return Math.min(providerCalls, objects['generation.ask'] ?? 0) * PROVIDER_SECONDS * OBJECT_GB;
}

/** Dollars for a thousand requests, at the price beyond what a plan includes. */
export const dollarsPerThousand = (counts: Counts): number =>
  sum(BILLED.map(({ dollars, count }) => (dollars * count(counts)) / 1000));

export interface Wall {
  name: string;
  /** Of a day on the free plan. */
  quota: number;
  /** Used by all of the requests together. */
  used: number;
  /** How often they fit into the quota. */
  fits: number;
}

/** How often a group of requests fits into each quota, the nearest wall first. Quotas that it does not use are left out. */
export const wallsOf = (requests: readonly Counts[]): Wall[] =>
  BILLED.map(({ name, freePerDay, count }) => ({ name, quota: freePerDay, used: sum(requests.map(count)) }))
    .filter(({ used }) => used > 0)
    .map((wall) => ({ ...wall, fits: Math.floor(wall.quota / wall.used) }))
    .toSorted((a, b) => a.fits - b.fits);
