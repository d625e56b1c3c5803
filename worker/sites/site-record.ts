/**
 * A site as its owner writes it: data in KV under `site:{id}`, and the body of the admin API. Money is in dollars. All
 * but `origins` has a default. It is checked whole, when it is written and whenever it is read.
 */
import * as v from 'valibot';
import { type Catalog, DEFAULT_MODEL, findModel, offeredModels, SIZES } from '../catalog/model.ts';
import { parseJson } from '../shared/json.ts';
import { DEFAULT_DAILY_USD, DOLLAR } from '../shared/money.ts';
import { mostPicturesOf } from '../templates/slots.ts';
import { checkTemplate, TEMPLATE_RECORD, templateOf } from '../templates/template-record.ts';
import { checkOrigins } from './origin-list.ts';
import {
  dollars as amount,
  MAX_COUNT,
  parseFields,
  problemOf,
  type RecordProblem,
  wholeFrom,
} from './record-schema.ts';
import { networkShareOf, visitorShareOf } from './shares.ts';
import { SHOWCASE } from './showcase.ts';
import type { Site, SiteEntry } from './site.ts';
import type { ReadRecord } from './sites.ts';

const count = v.exactOptional(wholeFrom(1, MAX_COUNT, `must be a whole number from 1 to ${MAX_COUNT}`));
const dollars = v.exactOptional(amount);
const percent = v.exactOptional(wholeFrom(0, 100, 'must be a whole number of percent from 0 to 100'));

const oneOf = <const T extends readonly string[]>(accepted: T) =>
  v.exactOptional(v.picklist(accepted, `must be one of ${accepted.join(', ')}`));

const flag = v.exactOptional(v.boolean('must be true or false'));

/** Far more than anybody ends tickets by hand, and far from numbers that do not count on. */
export const MAX_EPOCH = 1_000_000_000;

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
      v.array(v.picklist(SIZES, `must be one of ${SIZES.join(', ')}`), 'must be a list of sizes'),
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
  epoch: v.exactOptional(wholeFrom(0, MAX_EPOCH, `must be a whole number from 0 to ${MAX_EPOCH}`)),
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

/**
 * Checks a record by all rules.
 *
 * @returns The record, or every problem of its form, or, where that is right, every problem of its meaning; of a template
 *   the first.
 */
export async function checkSiteRecord(
  value: unknown,
  context: RecordContext,
): Promise<{ record: SiteRecord } | { problems: RecordProblem[] }> {
  const parsed = parseFields(SITE_RECORD, value);
  if (!parsed.success) return { problems: parsed.issues.map((issue) => problemOf(issue, SITE_RECORD)) };
  const record = parsed.output;
  const problems = [...(await checkOrigins(record.origins, context.isPublicSuffix)), ...checkMeaning(record, context)];
  return problems.length > 0 ? { problems } : { record };
}

/** Rules between fields, and those that depend on the deployment. */
function checkMeaning(record: SiteRecord, { catalog, demo, hasTurnstile }: RecordContext): RecordProblem[] {
  const { models = [], defaultModel, sizes, promptMode, template, grounding, proof, adultsDeclared } = record;
  const problems: RecordProblem[] = [];
  const add = (isBroken: boolean, field: string, rule: string): void => {
    if (isBroken) problems.push({ field, rule });
  };
  const ofCatalog = `must be one of ${catalog.map(({ id }) => id).join(', ')}`;
  const idOf = (name: string): string | undefined => findModel(catalog, name)?.id;
  for (const [at, name] of models.entries()) add(idOf(name) === undefined, `models.${at}`, ofCatalog);
  const ids = models.map(idOf);
  const isMenu = !ids.includes(undefined);
  const ofMenu = `must be one of models: ${ids.join(', ')}`;
  if (defaultModel !== undefined) {
    const id = idOf(defaultModel);
    add(id === undefined, 'defaultModel', ofCatalog);
    add(id !== undefined && isMenu && ids.length > 0 && !ids.includes(id), 'defaultModel', ofMenu);
  }
  const drawn = catalog.filter(({ id }) => ids.length === 0 || ids.includes(id));
  const hasSize = !sizes || drawn.some((model) => sizes.some((size) => model.sizes.includes(size)));
  add(isMenu && !hasSize, 'sizes', 'must have a size that one of the models draws');
  const isTemplate = promptMode === 'template';
  add(isTemplate && !template, 'template', 'must be given where promptMode is template');
  add(!isTemplate && template !== undefined, 'promptMode', 'must be template where template is given');
  if (template) {
    const ofTemplate = checkTemplate(template);
    if (ofTemplate) problems.push(ofTemplate);
    const searches = 'must be false with a template: what the model searches for would tell of it';
    add(grounding === true, 'grounding', searches);
    const most = mostPicturesOf(template);
    const takesAll = drawn.some(({ maxReferences }) => maxReferences >= most);
    const few = `must leave a model that takes ${most} pictures, the changed one too`;
    add(!ofTemplate && isMenu && !takesAll, 'template.pictures', few);
  }
  const keyless = 'must not be turnstile: TURNSTILE_SITE_KEY and TURNSTILE_SECRET_KEY are not set';
  add(proof === 'turnstile' && !hasTurnstile, 'proof', keyless);
  // Gemini's terms (https://ai.google.dev/gemini-api/terms): nobody under 18 may use a site that a real key pays for.
  const minors = 'must be true: the providers allow only visitors of 18 years and more';
  add(!demo && adultsDeclared !== true, 'adultsDeclared', minors);
  return problems;
}

/** Reads the text of a record from KV. */
export async function readSiteRecord(id: string, text: string, context: RecordContext): Promise<ReadRecord> {
  const value = parseJson(text);
  if (value === undefined) return { problem: 'must be JSON' };
  const checked = await checkSiteRecord(value, context);
  if ('problems' in checked) {
    const [problem] = checked.problems;
    return { problem: `${problem?.field} ${problem?.rule}` };
  }
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
  // A model may be there by two of its names.
  const named = record.models && [...new Set(record.models.map((name) => findModel(catalog, name)?.id))];
  const models = offered.map((model) => model.id);
  const menu = named ? named.filter((name): name is string => name !== undefined && models.includes(name)) : models;
  const wanted = findModel(catalog, record.defaultModel ?? named?.[0] ?? DEFAULT_MODEL)?.id;
  const dayBudgetMicros = micros(budgets.dailyUsd, DEFAULT_DAILY_USD * DOLLAR);
  const monthBudgetMicros = micros(budgets.monthlyUsd, 50 * DOLLAR);
  const shared = Math.min(dayBudgetMicros, monthBudgetMicros);
  const { presets = [], ideas = [], wall = [], actions = [], look, notice, showPrices, reports, label } = record;
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
      visitorDayMicros: micros(budgets.visitorDailyUsd, visitorShareOf(shared)),
      networkDayMicros: micros(budgets.prefixDailyUsd, networkShareOf(shared)),
      keptForClients: (budgets.clientsPercent ?? 0) / 100,
      keptOfDeployment: (budgets.deploymentPercent ?? 0) / 100,
    },
    showcase: {
      ...{ presets, ideas, wall, actions: [...new Set(actions)] },
      ...(look && { look }),
      ...(notice !== undefined && { notice }),
      ...(showPrices && { showPrices }),
      ...(reports !== undefined && { reports }),
      ...(label && { label }),
    },
    ...(template && { template }),
    ...(record.adultsDeclared && { adultsDeclared: true }),
  };
}
