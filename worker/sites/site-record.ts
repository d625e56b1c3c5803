/**
 * A site as its owner writes it: data in KV under `site:{id}`, and the body of the admin API. Money is in dollars. All
 * but `origins` has a default. It is checked whole, when it is written and whenever it is read.
 */
import * as v from 'valibot';
import { type Catalog, DEFAULT_MODEL, findModel, offeredModels, SIZES } from '../catalog/model.ts';
import { parseJson } from '../shared/json.ts';
import { mostPicturesOf } from '../templates/slots.ts';
import { checkTemplate, TEMPLATE_RECORD, templateOf } from '../templates/template-record.ts';
import { checkOrigins, type RecordProblem } from './origin-list.ts';
import { NETWORK_SHARE, shareOf, VISITOR_SHARE } from './shares.ts';
import { SHOWCASE } from './showcase.ts';
import type { Site, SiteEntry } from './site.ts';
import type { ReadRecord } from './sites.ts';

const DOLLAR = 1_000_000;
const MAX_DOLLARS = 1_000_000;
const MAX_COUNT = 1_000_000;

const COUNT_RULE = `must be a whole number from 1 to ${MAX_COUNT}`;
const count = v.exactOptional(
  v.pipe(v.number(COUNT_RULE), v.integer(COUNT_RULE), v.minValue(1, COUNT_RULE), v.maxValue(MAX_COUNT, COUNT_RULE)),
);

const DOLLARS_RULE = `must be an amount of dollars from 0 to ${MAX_DOLLARS}, such as 5 or 0.25`;
const dollars = v.exactOptional(
  v.pipe(v.number(DOLLARS_RULE), v.minValue(0, DOLLARS_RULE), v.maxValue(MAX_DOLLARS, DOLLARS_RULE)),
);

const PERCENT_RULE = 'must be a whole number of percent from 0 to 100';
const percent = v.exactOptional(
  v.pipe(v.number(PERCENT_RULE), v.integer(PERCENT_RULE), v.minValue(0, PERCENT_RULE), v.maxValue(100, PERCENT_RULE)),
);

const oneOf = <const T extends readonly string[]>(accepted: T) =>
  v.exactOptional(v.picklist(accepted, `must be one of ${accepted.join(', ')}`));

const flag = v.exactOptional(v.boolean('must be true or false'));

/** Far more than anybody ends tickets by hand, and far from numbers that do not count on. */
export const MAX_EPOCH = 1_000_000_000;
const EPOCH_RULE = `must be a whole number from 0 to ${MAX_EPOCH}`;

export const SITE_RECORD = v.strictObject({
  origins: v.pipe(
    v.array(v.string('must be text'), 'must be a list of origins'),
    v.maxLength(50, 'must have at most 50 entries'),
  ),
  models: v.exactOptional(
    v.pipe(
      v.array(v.string('must be text'), 'must be a list of models'),
      v.nonEmpty('must name a model, or be left out'),
    ),
  ),
  defaultModel: v.exactOptional(v.string('must name a model')),
  sizes: v.exactOptional(
    v.pipe(
      v.array(v.picklist(SIZES, `must list sizes of ${SIZES.join(', ')}`), 'must be a list of sizes'),
      v.nonEmpty('must name a size, or be left out'),
    ),
  ),
  limits: v.exactOptional(
    v.strictObject({ visitorPerMinute: count, visitorPerDay: count, sessionUses: count, perMinute: count }),
  ),
  budgets: v.exactOptional(
    v.strictObject({
      dailyUsd: dollars,
      monthlyUsd: dollars,
      visitorDailyUsd: dollars,
      prefixDailyUsd: dollars,
      /** Part of both budgets that visitors leave to API clients. */
      clientsPercent: percent,
      /** Part of the deployment's budgets that other sites leave to this one. */
      deploymentPercent: percent,
    }),
  ),
  promptMode: oneOf(['free', 'template']),
  template: v.exactOptional(TEMPLATE_RECORD),
  proof: oneOf(['turnstile', 'pow', 'none']),
  grounding: flag,
  retention: oneOf(['7d', '30d', '90d']),
  ...SHOWCASE.entries,
  adultsDeclared: flag,
  paused: flag,
  epoch: v.exactOptional(
    v.pipe(v.number(EPOCH_RULE), v.integer(EPOCH_RULE), v.minValue(0, EPOCH_RULE), v.maxValue(MAX_EPOCH, EPOCH_RULE)),
  ),
});

/** A site as its owner writes it. */
export type SiteRecord = v.InferOutput<typeof SITE_RECORD>;

/** What the variables say that a record depends on. */
export interface RecordContext {
  catalog: Catalog;
  /** UTC, `YYYY-MM-DD`. */
  today: () => string;
  /** No provider key is set. */
  demo: boolean;
  /** The proof of a site that names none; `turnstile` only where its keys are set. */
  defaultProof: Site['proof'];
  hasTurnstile: boolean;
  /** Whether a host is one below which anybody can get a name, such as `co.uk` or `pages.dev`. */
  isPublicSuffix: (host: string) => Promise<boolean>;
}

/** Checks a record by all rules. @returns The first problem, or the record. */
export async function checkSiteRecord(
  value: unknown,
  context: RecordContext,
): Promise<{ record: SiteRecord } | { problem: RecordProblem }> {
  // Valibot takes an array for an object without fields.
  const parsed = v.safeParse(SITE_RECORD, Array.isArray(value) ? undefined : value);
  if (!parsed.success) return { problem: problemOf(parsed.issues[0]) };
  const record = parsed.output;
  const problem = (await checkOrigins(record.origins, context.isPublicSuffix)) ?? checkMeaning(record, context);
  return problem ? { problem } : { record };
}

export function problemOf(issue: v.BaseIssue<unknown>): RecordProblem {
  const field = v.getDotPath(issue) ?? 'body';
  if (issue.type !== 'strict_object') return { field, rule: issue.message };
  return issue.expected === 'never'
    ? { field, rule: 'is not known here' }
    : { field, rule: issue.expected === 'Object' ? 'must be an object' : 'must be given' };
}

/** Rules between fields, and those that depend on the deployment. */
function checkMeaning(record: SiteRecord, { catalog, demo, hasTurnstile }: RecordContext): RecordProblem | undefined {
  const { models = [], defaultModel, sizes, promptMode, template, grounding, proof, adultsDeclared } = record;
  const names = catalog.map(({ id }) => id).join(', ');
  const unknown = models.findIndex((name) => !findModel(catalog, name));
  if (unknown >= 0) return { field: `models.${unknown}`, rule: `must be one of ${names}` };
  const ids = models.map((name) => findModel(catalog, name)?.id);
  if (defaultModel !== undefined) {
    const id = findModel(catalog, defaultModel)?.id;
    if (id === undefined) return { field: 'defaultModel', rule: `must be one of ${names}` };
    if (ids.length > 0 && !ids.includes(id)) return { field: 'defaultModel', rule: 'must be one of models' };
  }
  const drawn = catalog.filter(({ id }) => ids.length === 0 || ids.includes(id));
  if (sizes && !drawn.some((model) => sizes.some((size) => model.sizes.includes(size)))) {
    return { field: 'sizes', rule: 'must have a size that one of the models draws' };
  }
  if ((promptMode === 'template') !== (template !== undefined)) {
    return { field: 'template', rule: 'must be given where promptMode is template, and only there' };
  }
  const ofTemplate = template && checkTemplate(template);
  if (ofTemplate) return ofTemplate;
  if (template && grounding) {
    return { field: 'grounding', rule: 'must be false with a template: what the model searches for would tell of it' };
  }
  const most = template ? mostPicturesOf(template) : 0;
  if (!drawn.some(({ maxReferences }) => maxReferences >= most)) {
    return { field: 'template.pictures', rule: `must leave a model that takes ${most} pictures, the changed one too` };
  }
  if (proof === 'turnstile' && !hasTurnstile) {
    return { field: 'proof', rule: 'must not be turnstile: TURNSTILE_SITE_KEY and TURNSTILE_SECRET_KEY are not set' };
  }
  // Gemini's terms (https://ai.google.dev/gemini-api/terms): nobody under 18 may use a site that a real key pays for.
  if (!demo && adultsDeclared !== true) {
    return { field: 'adultsDeclared', rule: 'must be true: the providers allow only visitors of 18 years and more' };
  }
  return undefined;
}

/** Reads the text of a record from KV. */
export async function readSiteRecord(id: string, text: string, context: RecordContext): Promise<ReadRecord> {
  const value = parseJson(text);
  if (value === undefined) return { problem: 'must be JSON' };
  const checked = await checkSiteRecord(value, context);
  if ('problem' in checked) return { problem: `${checked.problem.field} ${checked.problem.rule}` };
  const { record } = checked;
  const template = record.template && (await templateOf(record.template));
  return { entry: () => entryOf(id, record, template, context) };
}

const micros = (usd: number | undefined, otherwise: number): number =>
  usd === undefined ? otherwise : Math.round(usd * DOLLAR);

/** What a record means today: the catalog decides which models there are. */
function entryOf(
  id: string,
  record: SiteRecord,
  template: SiteEntry['template'],
  { catalog, today, defaultProof }: RecordContext,
): SiteEntry {
  const { limits = {}, budgets = {}, sizes = SIZES } = record;
  // A model that cannot take all pictures of the template would refuse every change.
  const most = record.template ? mostPicturesOf(record.template) : 0;
  const offered = offeredModels(catalog, today()).filter(
    (model) => model.sizes.some((size) => sizes.includes(size)) && model.maxReferences >= most,
  );
  const named = record.models?.map((name) => findModel(catalog, name)?.id);
  const models = offered.map((model) => model.id);
  const menu = named ? named.filter((name): name is string => name !== undefined && models.includes(name)) : models;
  const wanted = findModel(catalog, record.defaultModel ?? named?.[0] ?? DEFAULT_MODEL)?.id;
  const dayBudgetMicros = micros(budgets.dailyUsd, 5 * DOLLAR);
  const monthBudgetMicros = micros(budgets.monthlyUsd, 50 * DOLLAR);
  const shared = Math.min(dayBudgetMicros, monthBudgetMicros);
  const { presets = [], ideas = [], wall = [], actions = [], look, notice, showPrices } = record;
  return {
    site: {
      id,
      origins: record.origins,
      models: menu,
      defaultModel: (wanted !== undefined && menu.includes(wanted) ? wanted : menu[0]) ?? DEFAULT_MODEL,
      sizes,
      grounding: record.grounding ?? false,
      retention: record.retention ?? '30d',
      paused: record.paused ?? false,
      proof: record.proof ?? defaultProof,
      epoch: record.epoch ?? 0,
      promptMode: record.promptMode ?? 'free',
      ...(template && { templateVersion: template.version }),
      visitorPerMinute: limits.visitorPerMinute ?? 3,
      visitorPerDay: limits.visitorPerDay ?? 20,
      sessionUses: limits.sessionUses ?? 20,
      sitePerMinute: limits.perMinute ?? 120,
      dayBudgetMicros,
      monthBudgetMicros,
      visitorDayMicros: micros(budgets.visitorDailyUsd, shareOf(shared, VISITOR_SHARE)),
      networkDayMicros: micros(budgets.prefixDailyUsd, shareOf(shared, NETWORK_SHARE)),
      keptForClients: (budgets.clientsPercent ?? 0) / 100,
      keptOfDeployment: (budgets.deploymentPercent ?? 0) / 100,
    },
    showcase: {
      ...{ presets, ideas, wall, actions },
      ...(look && { look }),
      ...(notice !== undefined && { notice }),
      ...(showPrices && { showPrices }),
    },
    ...(template && { template }),
  };
}
