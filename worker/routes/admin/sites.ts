import type { Context } from 'hono';
import { findModel, SIZES } from '../../catalog/model.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { readJson, readJsonBody } from '../../http/json-body.ts';
import { pictureOf } from '../../pricing/prices.ts';
import { type Failure, fail, invalidField, type Result, succeed } from '../../shared/failure.ts';
import { parseJson, parseJsonObject } from '../../shared/json.ts';
import { changedValues } from '../../sites/changed-values.ts';
import { failureOf, type RecordProblem } from '../../sites/record-schema.ts';
import { wallIdsOf } from '../../sites/showcase.ts';
import type { Site } from '../../sites/site.ts';
import { MAX_EPOCH, type SiteRecord } from '../../sites/site-record.ts';
import {
  changedFields,
  recordOf,
  type SeenSite,
  type SiteShare,
  type SiteWriter,
  type StoredSite,
} from '../../sites/site-store.ts';
import {
  overkept,
  RETENTION_CHANGED,
  type SiteWarning,
  siteWarnings,
  turnstileWarning,
} from '../../sites/site-warnings.ts';
import { DEFAULT_SITE, isSiteId } from '../../sites/sites.ts';
import { type AdminServices, owned } from './owned.ts';
import { createPauses, isPausedByRecord } from './pauses.ts';
import { MAX_RECORD_BYTES, NO_FIELDS } from './requests.ts';
import { changeWall, wallGaps } from './wall.ts';

/** The sites of the deployment as data. A change holds within a minute in every isolate. */
export const siteAdminRoutes = (services: AdminServices) => {
  const { owners, sites, siteStore, templatePictures, config, pricing, deploymentLedger, audit } = services;
  const { clients, clientStore } = services;
  const pauses = createPauses(services);

  /** What the owner reads of one site. A record that breaks a rule is shown as it is, with its problems. */
  async function describe(id: string, { source, text }: StoredSite, ofDeployment: Promise<boolean | null>) {
    const value = parseJson(text);
    // The variables were checked when they were read.
    const checked = source === 'variables' ? undefined : await siteStore.check(value);
    // A site that has never drawn has not heard of the deployment's pause.
    const all = [isPausedByRecord(text), ...(await Promise.all([pauses.ofSite(id), ofDeployment]))];
    const paused = all.includes(true) || (all.includes(null) ? null : false);
    return {
      ...{ id, source, record: value ?? text, paused },
      ...(checked && 'problems' in checked && { problems: checked.problems }),
    };
  }

  /** What the smallest picture of the default model holds, with an empty prompt. */
  function pictureMicros({ defaultModel, sizes }: Site): number | undefined {
    const model = findModel(config.catalog, defaultModel);
    const size = model && SIZES.find((each) => sizes.includes(each) && model.sizes.includes(each));
    if (!model || !size) return undefined;
    return pricing.worst(pictureOf(model, size), model);
  }

  function warningsOf(site: Site, record: SiteRecord, others: readonly SiteShare[]): SiteWarning[] {
    const { demo, deploymentDayBudgetMicros: deploymentDayMicros } = config;
    const beside = { demo, record, others, deploymentDayMicros, pictureMicros: pictureMicros(site) };
    return siteWarnings(site, beside);
  }

  /** Checks a record that an owner sends, beside the other sites. */
  async function judge(id: string, value: unknown) {
    const checked = await siteStore.check(value);
    if ('problems' in checked) return checked;
    const { record } = checked;
    const problems = await unsentPictures(id, record, templatePictures);
    const { site } = await siteStore.entryOf(id, record);
    const others = (await siteStore.shares()).filter((other) => other.id !== id);
    const kept = overkept(site, others);
    if (kept !== undefined) {
      const rule = `must leave the sum of all sites at 100 or less, which would be ${kept}`;
      problems.push({ field: 'budgets.deploymentPercent', rule });
    }
    return problems.length > 0 ? { problems } : { record, site, warnings: warningsOf(site, record, others) };
  }

  /** Changes a site that is as its owner has seen it. */
  async function change<T>(
    c: Context<App>,
    id: string,
    step: (seen: SeenSite, writer: SiteWriter) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    if (!isSiteId(id)) return fail(INVALID_ID);
    const changed = await siteStore.change(id, async (seen, writer) => {
      const unseen = refuseUnseen(c.req.header('If-Match'), c.req.header('If-None-Match'), seen);
      return unseen ? fail(unseen) : step(seen, writer);
    });
    sites.forget(id);
    return changed;
  }

  /**
   * The ledger gets the share before the record is written. A share without a record is harmless; a record without its
   * share would let other sites spend it.
   */
  async function save(id: string, record: SiteRecord, writer: SiteWriter) {
    await deploymentLedger().keepShare(id, (record.budgets?.deploymentPercent ?? 0) / 100);
    return writer.keep(record);
  }

  /**
   * Names of the fields that a record changes. A field that it leaves out, and that stays as it was by a default, has not
   * changed.
   */
  async function changedBy(id: string, old: object | undefined, record: SiteRecord): Promise<string[]> {
    const inForce = changedFields(old, recordOf(await siteStore.entryOf(id, record)));
    const named = new Set(changedFields({}, record));
    return changedFields(old, record).filter((field) => named.has(field) || inForce.includes(field));
  }

  return new Hono<App>()
    .get('/peel/admin/api/sites', owned(owners), async (c) => {
      const ofDeployment = pauses.ofDeployment();
      const all = (await siteStore.shares()).map(async ({ id }) => {
        const stored = await siteStore.read(id);
        return stored && describe(id, stored, ofDeployment);
      });
      return c.json({ sites: (await Promise.all(all)).filter((site) => site !== undefined) }, 200, NO_STORE);
    })
    .get('/peel/admin/api/sites/:id', owned(owners), async (c) => {
      const id = c.req.param('id');
      const stored = isSiteId(id) ? await siteStore.read(id) : undefined;
      if (!stored) return sendFailure(c, { reason: 'SITE_UNKNOWN' });
      return c.json(await describe(id, stored, pauses.ofDeployment()), 200, { ...NO_STORE, ETag: stored.etag });
    })
    .put('/peel/admin/api/sites/:id', owned(owners), async (c) => {
      const id = c.req.param('id');
      if (!isSiteId(id)) return sendFailure(c, INVALID_ID);
      const body = await readJson(c.req.raw, { maxBytes: MAX_RECORD_BYTES });
      if (!body.ok) return sendFailure(c, body.failure);
      const judged = await judge(id, body.value);
      if ('problems' in judged) return sendFailure(c, invalidRecord(judged.problems));
      const { origin } = new URL(c.req.url);
      const saved = await change(c, id, async ({ stored, isStale }, writer) => {
        const old = stored && parseJsonObject(stored.text);
        const before = wallIdsOf(old && 'wall' in old && old.wall);
        const gaps = await wallGaps(services, { origin, site: id, before: isStale ? [] : before }, judged.record.wall);
        if (gaps.length > 0) return fail(invalidRecord(gaps));
        const { record, etag } = await save(id, judged.record, writer);
        const fields = await changedBy(id, old, record);
        // Within the change, so that the next one finds a wall that is as its record says.
        if (fields.includes('wall')) {
          await changeWall(services, { origin, site: id, before, after: wallIdsOf(record.wall) });
        }
        const isNew = stored === undefined;
        return succeed({ record, etag, fields, isNew, values: changedValues(old, record, fields) });
      });
      if (!saved.ok) return sendFailure(c, saved.failure);
      const { record, etag, fields, isNew, values } = saved.value;
      await audit({ what: isNew ? 'site_made' : 'site_saved', who: c.get('owner').who, site: id, fields, values });
      const isOfHosts = !config.demo && (fields.includes('origins') || fields.includes('proof'));
      const hosts = isOfHosts ? turnstileWarning(judged.site) : undefined;
      const again = !isNew && fields.includes('retention') ? RETENTION_CHANGED : undefined;
      const warnings = [...judged.warnings, hosts, again].filter((warning) => warning !== undefined);
      const answer = { id, source: 'record' as const, record, changed: fields, warnings };
      return c.json(answer, 200, { ...NO_STORE, ETag: etag });
    })
    .delete('/peel/admin/api/sites/:id', owned(owners), async (c) => {
      const id = c.req.param('id');
      const after = id === DEFAULT_SITE ? wallIdsOf(config.showcase.wall) : [];
      const { origin } = new URL(c.req.url);
      const deleted = await change(c, id, async ({ recordEtag }, writer) => {
        if (recordEtag !== undefined) {
          await writer.erase();
          await deploymentLedger().keepShare(id, 0);
        }
        await changeWall(services, { origin, site: id, after });
        return succeed(recordEtag !== undefined);
      });
      if (!deleted.ok) return sendFailure(c, deleted.failure);
      // A deletion that broke off here is finished by the next one. `default` goes on, and so do its clients.
      const keys = id === DEFAULT_SITE ? [] : await clientStore.revoke(id);
      for (const hash of keys) clients.forget(hash);
      if (!deleted.value && keys.length === 0) return sendFailure(c, noRecord(id));
      await audit({ what: 'site_deleted', who: c.get('owner').who, site: id });
      return c.body(null, 204, NO_STORE);
    })
    .post('/peel/admin/api/sites/:id/check', owned(owners), async (c) => {
      const id = c.req.param('id');
      if (!isSiteId(id)) return sendFailure(c, INVALID_ID);
      const body = await readJson(c.req.raw, { maxBytes: MAX_RECORD_BYTES });
      if (!body.ok) return sendFailure(c, body.failure);
      const judged = await judge(id, body.value);
      const found = 'problems' in judged ? judged : { warnings: judged.warnings };
      return c.json({ problems: [], warnings: [], ...found }, 200, NO_STORE);
    })
    .post('/peel/admin/api/sites/:id/end-tickets', owned(owners), async (c) => {
      const id = c.req.param('id');
      const asked = await readJsonBody(c.req.raw, NO_FIELDS);
      if (!asked.ok) return sendFailure(c, asked.failure);
      const ended = await change(c, id, async ({ stored, recordEtag, isStale, epoch }, writer) => {
        if (recordEtag === undefined) return fail(noRecord(id));
        if (isStale || !stored) return fail(unshown(id));
        const checked = await siteStore.check(parseJson(stored.text));
        if ('problems' in checked) return fail(invalidRecord(checked.problems));
        if (epoch >= MAX_EPOCH) return fail(invalidRecord([{ field: 'epoch', rule: `is at its end, ${MAX_EPOCH}` }]));
        return succeed(await save(id, { ...checked.record, epoch: epoch + 1 }, writer));
      });
      if (!ended.ok) return sendFailure(c, ended.failure);
      const { record, etag } = ended.value;
      await audit({ what: 'tickets_ended', who: c.get('owner').who, site: id });
      return c.json({ id, epoch: record.epoch }, 200, { ...NO_STORE, ETag: etag });
    });
};

/** The pictures of a record's template that are not kept for the site. */
export async function unsentPictures(
  id: string,
  { template }: SiteRecord,
  { missing }: Pick<AdminServices['templatePictures'], 'missing'>,
): Promise<RecordProblem[]> {
  const pictures = template?.pictures ?? [];
  const rule = `must be the id of a picture that was sent to PUT /peel/admin/api/sites/${id}/pictures`;
  return (await missing(id, pictures)).map((name) => ({ field: `template.pictures.${pictures.indexOf(name)}`, rule }));
}

const INVALID_ID: Failure = invalidField('id', 'must have 1 to 32 of a-z, 0-9 and -, with no - at either end.');

/** The refusal of a record. @param at Path of the record in the body; absent: it is the body. */
export function invalidRecord([problem]: readonly RecordProblem[], at?: string): Failure {
  const { field, ...rest } = problem ?? { field: BODY, rule: 'is not valid' };
  if (at === undefined) return failureOf({ field, ...rest });
  return failureOf({ field: field === BODY ? at : `${at}.${field}`, ...rest });
}
const BODY = 'body';

/** The owner reads what it changes: another window, or another owner, may have changed it since. */
function refuseUnseen(
  ifMatch: string | undefined,
  ifNoneMatch: string | undefined,
  { etag, recordEtag }: SeenSite,
): Failure | undefined {
  const has = (list: string, etag: string | undefined): boolean =>
    list.split(',').some((each) => (each.trim() === '*' ? etag !== undefined : each.trim() === etag));
  if (ifMatch !== undefined && !has(ifMatch, etag)) {
    const rule = 'must be the ETag of the site: it was changed since it was read. Read it again.';
    return invalidField('If-Match', rule);
  }
  // The variables do not count as a record that a new one would replace.
  if (ifNoneMatch === undefined || !has(ifNoneMatch, recordEtag)) return undefined;
  return invalidField('If-None-Match', 'must not match: this site exists.');
}

/** The record would be written as KV shows it, without the change that it does not show yet. */
const unshown = (id: string): Failure => ({
  ...{ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: 60 },
  cause: `KV does not show the last change of the site ${id} here yet`,
});

function noRecord(id: string): Failure {
  if (id !== DEFAULT_SITE) return { reason: 'SITE_UNKNOWN' };
  const hint = `The site ${DEFAULT_SITE} comes from the variables until a record is saved.`;
  return { reason: 'NOT_FOUND', what: 'A record of this site', hint };
}
