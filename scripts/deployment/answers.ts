/** What a person types at `npm run setup`, read into values or refused with the rule. */

import { picturesFor } from '../../widget/admin/sites/affordable.ts';
import { DEFAULT_MODEL } from '../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { tableInForce } from '../../worker/pricing/price-table.ts';
import { pictureMicros, pictureOf, worstMicrosAt } from '../../worker/pricing/prices.ts';
import { checkOrigins } from '../../worker/sites/origin-list.ts';

export type Parsed<T> = { ok: true; value: T } | { ok: false; rule: string };

const taken = <T>(value: T): Parsed<T> => ({ ok: true, value });
const refused = (rule: string): Parsed<never> => ({ ok: false, rule });

export interface Pages {
  origins: readonly string[];
  /** Entries that were more than an origin: what they are taken as. */
  shortened: readonly string[];
}

/** Whole addresses are shortened to their origins, and a bare host is taken as https, or as http on this machine. */
export async function parsePages(text: string): Promise<Parsed<Pages>> {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  const pages = entries.map((entry) => originOf(entry));
  const broken = pages.indexOf(undefined);
  if (broken >= 0) return refused(`"${entries[broken]}" is no address of a page, such as https://shop.example.`);
  const origins = [...new Set(pages as string[])];
  // The worker knows the public suffixes and judges wildcards itself.
  const [problem] = await checkOrigins(origins, async () => false);
  if (problem) return refused(`"${origins[Number(problem.field.split('.')[1])]}" ${problem.rule}.`);
  return taken({ origins, shortened: origins.filter((origin) => !entries.includes(origin)) });
}

function originOf(entry: string): string | undefined {
  const scheme = /^(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$)/i.test(entry) ? 'http' : 'https';
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(entry) ? entry : `${scheme}://${entry}`;
  if (!URL.canParse(address)) return undefined;
  const { origin, hostname } = new URL(address);
  return origin !== 'null' && (/^\[|\./.test(hostname) || hostname === 'localhost') ? origin : undefined;
}

/** The same pages with and without `www.`, since a browser takes them for different ones. */
export function twinsOf(origins: readonly string[]): string[] {
  return origins.flatMap((origin) => {
    const { protocol, hostname, port } = new URL(origin);
    // Only of a name that is bought, such as shop.example: below it there is hardly ever a www.
    if (protocol !== 'https:' || port !== '' || !/^(?:www\.)?[a-z0-9-]+\.[a-z-]+$/.test(hostname)) return [];
    const twin = hostname.startsWith('www.') ? hostname.slice('www.'.length) : `www.${hostname}`;
    return origins.includes(`https://${twin}`) ? [] : [`https://${twin}`];
  });
}

export function parseDollars(text: string): Parsed<number> {
  const written = text.replace(/^\$\s*/, '').replace(',', '.');
  if (!/^\d{1,6}(?:\.\d{1,2})?$/.test(written) || Number(written) === 0)
    return refused('Type an amount in dollars, such as 5 or 2.50: more than 0, and less than 1,000,000.');
  return taken(Number(written));
}

export function parseYesOrNo(text: string): Parsed<boolean> {
  const answer = text.toLowerCase();
  if (answer === 'y' || answer === 'yes') return taken(true);
  return answer === 'n' || answer === 'no' ? taken(false) : refused('Type y or n.');
}

export type Proof = 'pow' | 'turnstile';

export function parseProof(text: string): Parsed<Proof> {
  if (text === '1' || text === 'pow') return taken('pow');
  return text === '2' || text === 'turnstile' ? taken('turnstile') : refused('Type 1 or 2.');
}

/** About how many pictures of the default model, 1K and by Google's price of that day, an amount pays for. */
export function estimatePictures(dollars: number, today: string): { pictures: number; model: string } | undefined {
  const model = SEED_CATALOG.find(({ id }) => id === DEFAULT_MODEL);
  const table = model && tableInForce(model, 'google', 'per-token', today);
  const price = model && table && pictureMicros(table, model, '1K');
  if (!model || !table || price === undefined) return undefined;
  const held = worstMicrosAt(table, pictureOf(model), model);
  return { pictures: picturesFor(dollars * 1_000_000, price, held), model: model.displayName };
}

/** @returns Why this machine cannot go on. */
export function refuseMachine(node: string): string | undefined {
  const [major = ''] = node.split('.');
  return major === '24' ? undefined : `Peel needs Node 24; this is ${major}. \`npm ci\` brings it.`;
}
