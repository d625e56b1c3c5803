/** Which entries an owner may write in a site's list of origins. */
import { WILDCARD } from './origins.ts';
import type { RecordProblem } from './record-schema.ts';

const RULE = 'must be an origin such as https://shop.example, or https://*.shop.example for all hosts below it';

/** `http` is for pages in development. Nobody else's page is on this machine. */
const LOCAL = /^(?:localhost|127\.0\.0\.1|\[::1\]|[a-z0-9-]+\.localhost)$/;

/** @returns What is wrong with each entry that breaks a rule. */
export async function checkOrigins(
  origins: readonly string[],
  isPublicSuffix: (host: string) => Promise<boolean>,
): Promise<RecordProblem[]> {
  const rules = await Promise.all(origins.map((entry) => ruleBroken(entry, isPublicSuffix)));
  return rules.flatMap((rule, at) => (rule === undefined ? [] : { field: `origins.${at}`, rule }));
}

async function ruleBroken(
  entry: string,
  isPublicSuffix: (host: string) => Promise<boolean>,
): Promise<string | undefined> {
  const isWildcard = entry.startsWith(WILDCARD);
  const plain = isWildcard ? entry.replace('*.', '') : entry;
  const url = URL.canParse(plain) ? new URL(plain) : undefined;
  if (url && /[^ -~]/.test(entry) && url.origin !== 'null')
    return `${RULE}, in the letters that browsers send: ${sentOf(url, isWildcard)}`;
  if (!url || url.origin !== plain || plain.includes('*') || !/^https?:$/.test(url.protocol)) return RULE;
  if (url.protocol === 'http:' && !LOCAL.test(url.hostname)) return 'must be https, except on this machine (localhost)';
  if (url.hostname.endsWith('.')) return 'must have no dot at the end of its host';
  if (!isWildcard) return undefined;
  if (/^[\d.]+$|^\[/.test(url.hostname)) return RULE;
  // Below such a name anybody can get a host: https://*.pages.dev would let every page there in.
  return (await isPublicSuffix(url.hostname))
    ? `must not be a wildcard below ${url.hostname}, where anybody can get a name`
    : undefined;
}

const sentOf = ({ origin }: URL, isWildcard: boolean): string =>
  isWildcard ? origin.replace('https://', WILDCARD) : origin;
