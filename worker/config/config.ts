/**
 * All defaults and parsing. A configuration is valid as a whole or refused as a whole. In a half-working deployment the
 * missing half is usually the one that protects the owner's money.
 */

import type { Secrets } from '../auth/sealed-token.ts';
import { type Catalog, DEFAULT_MODEL, findModel, KEYED_PROVIDERS, SIZES, type Size } from '../catalog/model.ts';
import { applyCatalogOverrides } from '../catalog/overrides.ts';
import { SEED_CATALOG } from '../catalog/seed.ts';
import type { ModerationConfig } from '../generation/moderation.ts';
import type { ProviderConfig } from '../providers/provider-config.ts';
import type { VariableReader } from '../providers/provider-entry.ts';
import { REGISTRY } from '../providers/registry.ts';
import { parseJson } from '../shared/json.ts';
import { DEFAULT_DAILY_USD, DOLLAR } from '../shared/money.ts';
import { networkShareOf, visitorShareOf } from '../sites/shares.ts';
import type { RetentionClass, Showcase, Site } from '../sites/site.ts';
import { misspelt } from './misspelt.ts';
import { readShowcase } from './showcase.ts';
import { readProof, readTurnstile, type TurnstileConfig, warningsOfProofs } from './turnstile.ts';
import type { Variables } from './variables.ts';
import * as read from './variables.ts';

export interface Config {
  /** No provider key is set: pictures are drawn inside the worker. */
  demo: boolean;
  /** In the order they are tried. */
  providers: readonly ProviderConfig[];
  secrets: Secrets;
  clients: readonly read.NamedKey[];
  site: Site;
  showcase: Showcase;
  /** The owner has set what the site may spend a day. */
  saysBudget: boolean;
  /** The owner's word that the pages of the variables' site are not for people under 18. */
  adultsDeclared: boolean;
  /** Absent: Turnstile is not set up. */
  turnstile?: TurnstileConfig;
  catalog: Catalog;
  burst: boolean;
  /** Micro-dollars for each UTC day and month, all sites together. */
  deploymentDayBudgetMicros: number;
  deploymentMonthBudgetMicros: number;
  /** Where new `Generation` objects run. Absent: near the first caller of each. */
  location?: DurableObjectLocationHint;
  /** With neither of them the admin API does not exist. */
  adminToken?: string;
  /** Cloudflare Access in front of the owner's paths. */
  access?: { teamDomain: string; audience: string };
  /** The owner's moderation endpoint. Absent: there is none. */
  moderation?: ModerationConfig;
  /** Where alarms are sent. Absent: the desk may name an address. */
  alertWebhook?: string;
  /** Milliseconds of silence after which a stream sends white space. */
  heartbeatMs: number;
  /** Allowed settings that are worth a line in the log. */
  warnings: readonly string[];
}

/** Deployments of variables draw without it, so its lack refuses nothing. */
const NO_ADULTS =
  'ADULTS_DECLARED is not yes: the providers allow only visitors of 18 years and more, and unless its record says so, the site default draws without your word on it';

/** In demo mode the worker draws pictures itself at no cost, so a public secret may sign its tickets. */
const DEMO_SECRET = 'peel demo mode: no key, no cost, nothing to protect';

/**
 * Reads and checks every variable.
 *
 * @throws {read.VariableError} The message names the variable and its rule, never its value.
 */
export function readConfig(environment: Variables): Config {
  // What is read here is what there is, so the known names need no list of their own.
  const known = new Set<string>();
  const variables = new Proxy(environment, {
    get(target, name: read.VariableName) {
      known.add(name);
      return target[name];
    },
  });
  const providers = readProviders(variables);
  const demo = providers.every(({ name }) => name === 'demo');
  const warnings: string[] = [];
  for (const config of providers) if (config.name !== 'demo') warnings.push(...warningsOf(config));
  const burst = read.oneOf(variables, 'BURST', ['on', 'off'], 'on') === 'on';
  if (!burst) warnings.push('BURST=off: no burst limit');
  const catalog = readCatalog(variables);
  const turnstile = readTurnstile(variables, demo);
  const site = readSite(variables, catalog, turnstile !== undefined);
  if (!demo) warnings.push(...warningsOfProofs(site.proof, turnstile));
  // The owner's desk must be reachable for the first page to be named there.
  if (!demo && site.origins.length === 0) warnings.push('SITE_ORIGINS is empty: no page may use the site default');
  const adultsDeclared = read.oneOf(variables, 'ADULTS_DECLARED', ['yes', 'no'], 'no') === 'yes';
  if (!demo && !adultsDeclared) warnings.push(NO_ADULTS);
  const location = read.location(variables, 'GENERATION_LOCATION');
  const adminToken = read.token(variables, 'ADMIN_TOKEN');
  const access = readAccess(variables);
  const alertWebhook = read.webhook(variables, 'ALERT_WEBHOOK_URL', demo);
  const secrets = read.secrets(variables, 'PEEL_SECRET');
  const clients = read.namedKeys(variables, 'CLIENT_KEYS');
  if (!demo) {
    read.refuseWeak('PEEL_SECRET', secrets ?? []);
    read.refuseWeak('ADMIN_TOKEN', adminToken === undefined ? [] : [adminToken]);
    read.refuseWeak(
      'CLIENT_KEYS',
      clients.map(({ key }) => key),
    );
  }
  const showcase = readShowcase(variables);
  const moderation = readModeration(variables);
  const deploymentDayBudgetMicros = read.dollars(variables, 'DEPLOYMENT_DAILY_BUDGET_USD', 20 * DOLLAR);
  const deploymentMonthBudgetMicros = read.dollars(variables, 'DEPLOYMENT_MONTHLY_BUDGET_USD', 200 * DOLLAR);
  // A variable for tests, which cannot wait 10 s. Proxies cut connections that stay silent for longer.
  const heartbeatMs = read.countWithin(variables, 'STREAM_HEARTBEAT_MS', { min: 50, max: 60_000 }, 10_000);
  warnings.push(...misspelt(environment, known));
  return {
    demo,
    providers,
    secrets: secrets ?? (demo ? [DEMO_SECRET] : read.missing('PEEL_SECRET', 'with a provider key')),
    clients,
    site,
    showcase,
    adultsDeclared,
    saysBudget: (variables.SITE_DAILY_BUDGET_USD ?? '').trim() !== '',
    ...(turnstile && { turnstile }),
    ...(moderation && { moderation }),
    catalog,
    burst,
    deploymentDayBudgetMicros,
    deploymentMonthBudgetMicros,
    heartbeatMs,
    ...(location && { location }),
    ...(adminToken && { adminToken }),
    ...(access && { access }),
    ...(alertWebhook && { alertWebhook }),
    warnings,
  };
}

function readModeration(variables: Variables): ModerationConfig | undefined {
  const url = read.baseUrl(variables, 'MODERATION_URL');
  const [secret] = read.secrets(variables, 'MODERATION_SECRET') ?? [];
  const onFailure = read.oneOf(variables, 'MODERATION_FAILS', ['closed', 'open'], 'closed');
  if (url === undefined && secret === undefined) return undefined;
  if (url === undefined) read.missing('MODERATION_URL', 'with MODERATION_SECRET');
  if (secret === undefined) read.missing('MODERATION_SECRET', 'with MODERATION_URL');
  return { url, secret, onFailure };
}

function readAccess(variables: Variables): Config['access'] {
  const [teamDomain, ...others] = read.hosts(variables, 'ACCESS_TEAM_DOMAIN') ?? [];
  if (others.length > 0) throw new read.VariableError('ACCESS_TEAM_DOMAIN', 'must be a single host name');
  const audience = read.token(variables, 'ACCESS_AUD');
  if (teamDomain === undefined && audience === undefined) return undefined;
  if (teamDomain === undefined) read.missing('ACCESS_TEAM_DOMAIN', 'with ACCESS_AUD');
  if (audience === undefined) read.missing('ACCESS_AUD', 'with ACCESS_TEAM_DOMAIN');
  return { teamDomain, audience };
}

function warningsOf(config: ProviderConfig): string[] {
  const { baseUrl, warningsOf: own } = REGISTRY[config.name as keyof typeof REGISTRY];
  if (own) return own(config);
  return config.baseUrl === baseUrl ? [] : [`${config.name} is called at ${new URL(config.baseUrl).host}`];
}

function readProviders(variables: Variables): ProviderConfig[] {
  const reader: VariableReader = {
    oneOf: (name, accepted, otherwise) => read.oneOf(variables, name as read.VariableName, accepted, otherwise),
    baseUrl: (name) => read.baseUrl(variables, name as read.VariableName),
    hosts: (name) => read.hosts(variables, name as read.VariableName),
  };
  const keyed = KEYED_PROVIDERS.map((name) => {
    const prefix = name.toUpperCase() as Uppercase<typeof name>;
    // Read even if unused, so that a typing error is reported at once.
    const baseUrl = read.baseUrl(variables, `${prefix}_BASE_URL`) ?? REGISTRY[name].baseUrl;
    const settings = REGISTRY[name].readSettings(reader, baseUrl);
    return { name, baseUrl, ...settings, keysVariable: `${prefix}_API_KEYS` as const };
  });
  const withKeys = keyed.filter(({ keysVariable }) => read.list(variables, keysVariable).length > 0);
  const order = read.list(variables, 'PROVIDERS');
  const names = order.length > 0 ? order : withKeys.map(({ name }) => name);
  if (names.length === 0 || (names.length === 1 && names[0] === 'demo')) {
    return [{ name: 'demo', keys: [], baseUrl: '', billing: 'per-token' }];
  }
  return names.map((name, at) => {
    const found = keyed.find((each) => each.name === name);
    if (!found) {
      const list = `${KEYED_PROVIDERS.slice(0, -1).join(', ')} and ${KEYED_PROVIDERS.at(-1)}`;
      throw new read.VariableError('PROVIDERS', read.brokenBy(`must list ${list}, or demo alone`, at));
    }
    const { keysVariable, ...config } = found;
    if (!withKeys.includes(found)) {
      throw new read.VariableError('PROVIDERS', `names ${name}, but ${keysVariable} is not set`);
    }
    return { ...config, keys: read.providerKeys(variables, keysVariable) };
  });
}

function readCatalog(variables: Variables): Catalog {
  const overrides = variables.CATALOG?.trim();
  if (!overrides) return SEED_CATALOG;
  const applied = applyCatalogOverrides(SEED_CATALOG, overrides);
  if ('problem' in applied) throw new read.VariableError('CATALOG', withoutValues(applied.problem, overrides));
  return applied.catalog;
}

/** Texts up to this length are shorter than any key. */
const MAX_HARMLESS_LENGTH = 7;

/**
 * Keeps the path and the rule of a problem. A path consists of the owner's ids and known field names. Any other text
 * that the owner wrote, as a value or in place of a name, becomes `…`.
 */
function withoutValues(problem: string, json: string): string {
  // A problem quotes parsed text, so remove each text both as written and as parsed: escapes can hide a key.
  const written = [...json.matchAll(/"(?:[^"\\]|\\.)*"/g)].flatMap(([text]) => [text.slice(1, -1), parseText(text)]);
  return written
    .filter((text) => text.length > MAX_HARMLESS_LENGTH && !isName(text))
    .sort((a, b) => b.length - a.length)
    .reduce((told, text) => told.replaceAll(text, '…'), problem.replace(/"(?:[^"\\]|\\.)*"/g, '"…"'));
}

/** @returns '' if the text is not a JSON string. */
function parseText(text: string): string {
  const parsed = parseJson(text);
  return typeof parsed === 'string' ? parsed : '';
}

/**
 * Matches a field or an id, such as `outputCap` or `gemini-3.1-flash-image`. Keys have long runs of letters and digits.
 */
const isName = (text: string): boolean =>
  /^[a-z]+(?:[A-Z][a-z]+)*$/.test(text) || /^(?!sk-)[a-z0-9]{1,12}(?:[._-][a-z0-9]{1,12}){0,7}$/.test(text);

function readSite(variables: Variables, catalog: Catalog, hasTurnstile: boolean): Site {
  const origins = read.origins(variables, 'SITE_ORIGINS');
  const chosen = read.chosen(variables, 'SITE_SIZES', SIZES);
  const sizes = chosen.length > 0 ? chosen : SIZES;
  const dayBudgetMicros = read.dollars(variables, 'SITE_DAILY_BUDGET_USD', DEFAULT_DAILY_USD * DOLLAR);
  const monthBudgetMicros = read.dollars(variables, 'SITE_MONTHLY_BUDGET_USD', 50 * DOLLAR);
  const shared = Math.min(dayBudgetMicros, monthBudgetMicros);
  return {
    id: 'default',
    origins,
    ...readModels(variables, catalog, sizes),
    sizes,
    // Off by default: searches cost extra, and the page has to show Google's suggestions.
    grounding: read.oneOf(variables, 'SITE_GROUNDING', ['on', 'off'], 'off') === 'on',
    epoch: 0,
    promptMode: 'free',
    retention: read.oneOf<RetentionClass>(variables, 'SITE_RETENTION', ['7d', '30d', '90d'], '30d'),
    paused: false,
    proof: readProof(variables, hasTurnstile),
    visitorPerMinute: read.count(variables, 'VISITOR_PER_MINUTE', 3),
    visitorPerDay: read.count(variables, 'VISITOR_PER_DAY', 20),
    sessionUses: read.count(variables, 'SESSION_USES', 20),
    sitePerMinute: read.count(variables, 'SITE_PER_MINUTE', 120),
    dayBudgetMicros,
    visitorDayMicros: read.dollars(variables, 'VISITOR_DAILY_USD', visitorShareOf(shared)),
    networkDayMicros: read.dollars(variables, 'PREFIX_DAILY_USD', networkShareOf(shared)),
    keptForClients: 0,
    keptOfDeployment: 0,
    monthBudgetMicros,
  };
}

/** The owner's own menu, whose first model is the default, or all models that draw one of the sizes. */
function readModels(variables: Variables, catalog: Catalog, sizes: readonly Size[]) {
  const all = catalog.filter((model) => model.sizes.some((size) => sizes.includes(size))).map(({ id }) => id);
  if (all.length === 0) throw new read.VariableError('SITE_SIZES', 'must have a size that some model draws');
  const find = (name: string) => findModel(catalog, name)?.id;
  const menu = read.chosen(variables, 'SITE_MODELS', all, (name) => all.find((id) => id === find(name)));
  const [first = all.includes(DEFAULT_MODEL) ? DEFAULT_MODEL : all[0]] = menu;
  return { models: menu.length > 0 ? menu : all, defaultModel: first as string };
}
