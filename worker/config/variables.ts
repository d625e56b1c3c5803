/**
 * Parsers of single variables. Each returns a valid value or throws a {@link VariableError} that names the variable,
 * the rule and, in a list, the place of the entry. The message never contains the value: every caller can read it, and
 * a key may be in the wrong variable. Parsers without a default return undefined for an absent variable.
 */
import { urlProblem } from '../alarms/webhook-url.ts';
import type { Secrets } from '../auth/sealed-token.ts';
import type { KeyedProvider } from '../catalog/model.ts';
import { parseJson } from '../shared/json.ts';
import { isStrong, MIN_BITS } from './strength.ts';

export class VariableError extends Error {
  override name = 'VariableError';
  constructor(
    readonly variable: VariableName,
    readonly rule: string,
  ) {
    super(`${variable} ${rule}`);
  }
}

/** HMAC-SHA-256 needs a key at least as long as its output (RFC 2104 §3). */
const MIN_SECRET_BYTES = 32;
/** Rotation needs one beside the newest. Each more makes every forged token dearer to refuse. */
const MAX_SECRETS = 2;
/** A secret with fewer different characters is a placeholder or base64 of zeros. */
const MIN_SECRET_CHARACTERS = 8;

export function missing(name: VariableName, when: string): never {
  throw new VariableError(name, `must be set ${when}`);
}

/** @param at Index in {@link list}, from 0. The message counts from 1. */
export const brokenBy = (rule: string, at: number): string => `${rule}; entry ${at + 1} is not`;

/** Splits at commas, trims, and drops empty entries. */
export const list = (variables: Variables, name: VariableName): string[] =>
  (variables[name] ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** As {@link list}, or a JSON array where the text begins with `[`. */
export function listOrJson(variables: Variables, name: VariableName): unknown[] {
  const value = variables[name]?.trim() ?? '';
  if (!value.startsWith('[')) return list(variables, name);
  const entries = parseJson(value);
  if (Array.isArray(entries)) return entries;
  throw new VariableError(name, 'must be a JSON array where it begins with [');
}

/**
 * Entries of a closed list, in the owner's order.
 *
 * @param find Absent: an entry is written exactly as in `accepted`.
 */
export function chosen<T extends string>(
  variables: Variables,
  name: VariableName,
  accepted: readonly T[],
  find: (entry: string) => T | undefined = (entry) => accepted.find((each) => each === entry),
): T[] {
  const found = listOrJson(variables, name).map((entry, at) => {
    const known = typeof entry === 'string' ? find(entry.trim()) : undefined;
    if (known === undefined) throw new VariableError(name, brokenBy(`must list names of ${accepted.join(', ')}`, at));
    return known;
  });
  if (new Set(found).size < found.length) throw new VariableError(name, 'must not repeat an entry');
  return found;
}

export function oneOf<T extends string>(
  variables: Variables,
  name: VariableName,
  accepted: readonly T[],
  otherwise: T,
): T {
  const value = variables[name]?.trim();
  if (!value) return otherwise;
  const found = accepted.find((entry) => entry === value);
  if (found === undefined) throw new VariableError(name, `must be one of ${accepted.join(', ')}`);
  return found;
}

export function count(variables: Variables, name: VariableName, otherwise: number): number {
  const value = variables[name]?.trim();
  if (!value) return otherwise;
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new VariableError(name, 'must be a whole number of 1 or more');
  return Number(value);
}

export function countWithin(
  variables: Variables,
  name: VariableName,
  { min, max }: { min: number; max: number },
  otherwise: number,
): number {
  const value = count(variables, name, otherwise);
  if (value < min || value > max) throw new VariableError(name, `must be a whole number from ${min} to ${max}`);
  return value;
}

/** @returns Integer micro-dollars. Digits are read separately, so no float ever holds money. */
export function dollars(variables: Variables, name: VariableName, otherwise: number): number {
  const value = variables[name]?.trim();
  if (!value) return otherwise;
  const match = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(value);
  if (!match) throw new VariableError(name, 'must be an amount such as 5 or 0.25');
  const [, whole = '', fraction = ''] = match;
  return Number(whole) * 1_000_000 + Number(fraction.padEnd(6, '0'));
}

export function secrets(variables: Variables, name: VariableName): Secrets | undefined {
  const [newest, ...older] = list(variables, name);
  if (newest === undefined) return variables[name] === undefined ? undefined : tooShort(name);
  const values: Secrets = [newest, ...older];
  if (values.length > MAX_SECRETS) {
    throw new VariableError(
      name,
      `must have at most ${MAX_SECRETS} entries: the one that signs, and the one before it`,
    );
  }
  for (const [at, value] of values.entries()) {
    const bytes = new TextEncoder().encode(value).length;
    if (bytes < MIN_SECRET_BYTES || new Set(value).size < MIN_SECRET_CHARACTERS) tooShort(name, at);
  }
  return values;
}

function tooShort(name: VariableName, at = 0): never {
  const rule = `must be ${MIN_SECRET_BYTES} random bytes or more, such as from \`openssl rand -hex 32\``;
  throw new VariableError(name, brokenBy(rule, at));
}

/** Cloudflare's location hints (https://developers.cloudflare.com/durable-objects/reference/data-location/). */
const LOCATIONS = ['wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'apac-ne', 'apac-se', 'oc', 'afr', 'me'] as const;

export function location(variables: Variables, name: VariableName): DurableObjectLocationHint | undefined {
  if (!variables[name]?.trim()) return undefined;
  return oneOf(variables, name, LOCATIONS, LOCATIONS[0]) as DurableObjectLocationHint;
}

/** With fewer characters no token is strong. In a demo, where nothing is at stake, no more is asked for. */
const MIN_TOKEN_CHARACTERS = 16;

/** The rule that always holds, as the documents have it. */
const TOKEN_RULE = `must have ${MIN_BITS} random bits: 22 letters and digits or more, or 32 hexadecimal digits, and no blanks`;

export function token(variables: Variables, name: VariableName): string | undefined {
  const value = variables[name]?.trim();
  if (!value) return undefined;
  if (value.length < MIN_TOKEN_CHARACTERS || !/^[\x21-\x7e]+$/.test(value)) {
    throw new VariableError(name, TOKEN_RULE);
  }
  return value;
}

/** A site key or secret key, such as `0x4AAAAAAA…`. */
export function turnstileKey(variables: Variables, name: VariableName): string | undefined {
  const value = variables[name]?.trim();
  if (!value) return undefined;
  if (!/^\dx[\w-]{20,120}$/.test(value))
    throw new VariableError(name, 'must be a key of Turnstile such as 0x4AAAAAAA…');
  return value;
}

/** A client of `CLIENT_KEYS`. */
export interface NamedKey {
  name: string;
  key: string;
  /** Every request makes a new picture, unless it names its variant. */
  fresh?: true;
  /** The client shares stored pictures with the site's visitors. */
  joinsSite?: true;
}

const NAMED_KEY = /^([A-Za-z0-9_-]{1,32}):(pk_[A-Za-z0-9_-]{1,128})((?::[a-z]+)*)$/;
const KEY_OPTIONS: readonly string[] = ['fresh', 'site'];

export function namedKeys(variables: Variables, name: VariableName): NamedKey[] {
  const entries = list(variables, name).map((entry, at) => {
    const [, client, key, written] = NAMED_KEY.exec(entry) ?? [];
    const options = written?.split(':').slice(1) ?? [];
    const isKnown = options.every((option) => KEY_OPTIONS.includes(option));
    if (client === undefined || key === undefined || !isKnown || new Set(options).size < options.length) {
      const rule = 'must be entries such as `name:pk_…`, with `:fresh` or `:site` after them, separated by commas';
      throw new VariableError(name, brokenBy(rule, at));
    }
    return {
      ...{ name: client, key },
      ...(options.includes('fresh') && { fresh: true as const }),
      ...(options.includes('site') && { joinsSite: true as const }),
    };
  });
  if (new Set(entries.map(({ key }) => key)).size < entries.length)
    throw new VariableError(name, 'must not repeat a key');
  if (new Set(entries.map((entry) => entry.name)).size < entries.length) {
    throw new VariableError(name, 'must not repeat a name');
  }
  return entries;
}

/** With a real provider key, every secret that gives access to it must be hard to guess. */
export function refuseWeak(name: VariableName, values: readonly string[]): void {
  if (name === 'ADMIN_TOKEN' && !values.every(isStrong)) throw new VariableError(name, TOKEN_RULE);
  const at = values.findIndex((value) => !isStrong(value));
  if (at < 0) return;
  const rule = `must have ${MIN_BITS} random bits or more where a provider key is set, such as from \`openssl rand -hex 16\``;
  throw new VariableError(name, brokenBy(rule, at));
}

/** No provider issues shorter keys. The redactor would find a shorter one in ordinary words of prompts. */
const MIN_PROVIDER_KEY_CHARACTERS = 16;

export function providerKeys(variables: Variables, name: VariableName): string[] {
  const keys = list(variables, name);
  const at = keys.findIndex((key) => key.length < MIN_PROVIDER_KEY_CHARACTERS);
  if (at < 0) return keys;
  throw new VariableError(name, brokenBy(`must be keys of ${MIN_PROVIDER_KEY_CHARACTERS} characters or more`, at));
}

/** Exact origins. A wildcard would admit foreign subdomains, and `null` is the origin of every sandboxed page. */
export function origins(variables: Variables, name: VariableName): string[] {
  return list(variables, name).map((entry, at) => {
    const url = URL.canParse(entry) ? new URL(entry) : undefined;
    const exact = url !== undefined && (url.protocol === 'https:' || url.protocol === 'http:') && url.origin === entry;
    if (!exact || entry.includes('*')) {
      throw new VariableError(name, brokenBy('must be exact origins such as https://shop.example', at));
    }
    return entry;
  });
}

export function baseUrl(variables: Variables, name: VariableName): string | undefined {
  const value = variables[name]?.trim();
  if (!value) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new VariableError(name, 'must be an address such as https://gateway.example, without query or credentials');
  }
  return value.replace(/\/+$/, '');
}

/** A host name ends in letters, which no key does. `localhost` and numeric addresses are allowed too. */
const HOST =
  /^(?:localhost|\[::1\]|\d{1,3}(?:\.\d{1,3}){3}|(?:[a-z0-9][a-z0-9-]{0,62}\.)+(?:xn--[a-z0-9-]{1,59}|[a-z]{2,63}))(?::\d{1,5})?$/;

/** Exact host names, with a port if it is not the default. A wildcard would admit foreign hosts. */
export function hosts(variables: Variables, name: VariableName): string[] | undefined {
  const entries = list(variables, name).map((entry) => entry.toLowerCase());
  const at = entries.findIndex((entry) => !HOST.test(entry));
  if (at >= 0) throw new VariableError(name, brokenBy('must be exact host names such as v3.fal.media', at));
  return entries.length > 0 ? entries : undefined;
}

/** Where alarms are sent. @param allowsLoopback For a developer's machine. */
export function webhook(variables: Variables, name: VariableName, allowsLoopback: boolean): string | undefined {
  const value = variables[name]?.trim();
  if (!value) return undefined;
  const rule = urlProblem(value, { allowsLoopback });
  if (rule !== undefined) throw new VariableError(name, rule);
  return value;
}

export type VariableName =
  | `${Uppercase<KeyedProvider>}_API_KEYS`
  | `${Uppercase<KeyedProvider>}_BASE_URL`
  | 'FAL_QUEUE_BASE_URL'
  | 'FAL_MEDIA_HOSTS'
  | 'APIYI_BILLING'
  | 'PROVIDERS'
  | 'PEEL_SECRET'
  | 'CLIENT_KEYS'
  | 'SITE_ORIGINS'
  | 'SITE_DAILY_BUDGET_USD'
  | 'SITE_MONTHLY_BUDGET_USD'
  | 'DEPLOYMENT_DAILY_BUDGET_USD'
  | 'DEPLOYMENT_MONTHLY_BUDGET_USD'
  | 'VISITOR_PER_MINUTE'
  | 'VISITOR_DAILY_USD'
  | 'PREFIX_DAILY_USD'
  | 'VISITOR_PER_DAY'
  | 'SESSION_USES'
  | 'SITE_PER_MINUTE'
  | 'ADULTS_DECLARED'
  | 'SITE_GROUNDING'
  | 'SITE_PROOF'
  | 'TURNSTILE_SITE_KEY'
  | 'TURNSTILE_SECRET_KEY'
  | 'TURNSTILE_VERIFY_URL'
  | 'ALLOW_TEST_TURNSTILE'
  | 'SITE_RETENTION'
  | 'SITE_MODELS'
  | 'SITE_SIZES'
  | 'SITE_IDEAS'
  | 'SITE_WALL'
  | 'SITE_ACTIONS'
  | 'SITE_NOTICE'
  | 'MODERATION_URL'
  | 'MODERATION_SECRET'
  | 'MODERATION_FAILS'
  | 'SITE_REPORTS'
  | 'SITE_AI_LABEL'
  | 'BURST'
  | 'CATALOG'
  | 'GENERATION_LOCATION'
  | 'ADMIN_TOKEN'
  | 'ALERT_WEBHOOK_URL'
  | 'ACCESS_TEAM_DOMAIN'
  | 'ACCESS_AUD'
  | 'STREAM_HEARTBEAT_MS';

/** Variables whose names say that they are secret. */
type SecretVariable = Extract<
  VariableName,
  `${string}_KEYS` | `${string}_SECRET` | `${string}_TOKEN` | `${string}_SECRET_KEY`
>;

/** The compiler finds one that is missing: a secret that is not here could be in a message that every page can read. */
const SECRETS: Readonly<Record<SecretVariable, true>> = {
  ...{ GOOGLE_API_KEYS: true, APIYI_API_KEYS: true, FAL_API_KEYS: true },
  ...{ PEEL_SECRET: true, CLIENT_KEYS: true, ADMIN_TOKEN: true, TURNSTILE_SECRET_KEY: true, MODERATION_SECRET: true },
};

export const SECRET_VARIABLES = Object.keys(SECRETS) as readonly SecretVariable[];

/** Every variable is text or absent. `readConfig` checks each of them. */
export type Variables = {
  readonly [name in VariableName]?: string;
};
