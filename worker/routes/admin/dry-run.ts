import { audienceOf } from '../../auth/audience.ts';
import type { Caller, CountedCaller } from '../../auth/caller.ts';
import { clientOf, hasExpired, type KnownClient } from '../../auth/client-record.ts';
import { readRequestBody } from '../../gemini/read-request.ts';
import { findStoredManifest } from '../../generation/stored-manifest.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { parseBody } from '../../http/json-body.ts';
import { toWire } from '../../http/wire-error.ts';
import { policiesOf } from '../../limits/policies.ts';
import { pursesOf } from '../../limits/purses.ts';
import { pictureMicros as pictureMicrosOf } from '../../pricing/prices.ts';
import { canonicalKey } from '../../request/canonical-key.ts';
import { type Failure, fail, invalidField, type Result, succeed } from '../../shared/failure.ts';
import { isListed } from '../../sites/origins.ts';
import type { Site } from '../../sites/site.ts';
import { DEFAULT_SITE, isSiteId } from '../../sites/sites.ts';
import { chooseModel, understand } from '../generate/read-request.ts';
import { withSites } from './known-site.ts';
import { type AdminServices, owned } from './owned.ts';
import { DRY_RUN_REQUEST } from './requests.ts';
import { asSaved, findEntry } from './unsaved.ts';

/** A caller without a count today. No ledger has a row of this name. */
const FRESH_CALLER = 'dry-run';

interface Asker {
  kind: Caller['kind'];
  /** The client that was named. */
  client?: KnownClient;
}

function callerOf({ kind, client }: Asker, site: Site, origin: string): { caller: Caller; counted: CountedCaller } {
  if (kind === 'client') {
    const asking = { name: FRESH_CALLER, ...client, kind, site };
    return { caller: asking, counted: asking };
  }
  const { proof: rung, sessionUses: uses } = site;
  const visitor = {
    kind,
    site,
    origin,
    visitor: FRESH_CALLER,
    session: FRESH_CALLER,
    rung,
    uses,
    network: FRESH_CALLER,
  };
  return { caller: { ...visitor, address: FRESH_CALLER }, counted: { ...visitor, prefix: FRESH_CALLER } };
}

const isOrigin = (text: string): boolean => text === 'null' || (URL.canParse(text) && new URL(text).origin === text);
const NO_ORIGIN: Failure = invalidField(
  'origin',
  'must be an origin as browsers send it, such as https://shop.example.',
);

const NO_CLIENT: Failure = invalidField('client', 'must be left out: a visitor is no client.');

/** What a failure would tell the caller. */
function refusalOf(failure: Failure) {
  const { status, body, retryAfterSeconds } = toWire(failure);
  const { field, rule } = failure as { field?: string; rule?: string };
  return {
    ...{ allowed: false, reason: failure.reason, status, message: body.error.message },
    ...(field !== undefined && { field }),
    ...(rule !== undefined && { rule }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}

/**
 * `POST …/dry-run`: would this request be allowed, and at what price? The body is checked as a real one is, and the
 * site's ledger decides as it would, but nothing goes up, and nothing is written or counted.
 */
export const dryRunAdminRoutes = (services: AdminServices) => {
  const { owners, siteStore, clientStore, bodies, startBodyTime, config, pricing, ledger, ledgers } = services;

  /** Providers that would be asked, in their order: those with a price for the model. */
  const providersOf = (model: Parameters<typeof pricing.table>[0]): string[] =>
    config.providers.map(({ name }) => name).filter((name) => pricing.table(model, name) !== undefined);

  /** The client of a name, with its own models and limits, as its key would identify it. */
  async function findClient(site: string, name: string): Promise<Result<{ client: KnownClient; hasExpired: boolean }>> {
    const ofVariables = site === DEFAULT_SITE ? config.clients : [];
    const known = ofVariables.find((client) => client.name === name);
    if (known) return succeed({ client: { ...known, site }, hasExpired: false });
    const made = (await clientStore.list()).filter((client) => client.site === site);
    const record = made.find((client) => client.name === name);
    if (record) return succeed({ client: clientOf(record), hasExpired: hasExpired(record, services.now()) });
    const names = [...ofVariables, ...made].map((client) => client.name);
    const rule =
      names.length > 0 ? `must be one of ${names.join(', ')}.` : 'must be left out: the site has no clients.';
    return fail({ reason: 'INVALID_FIELD', field: 'client', rule });
  }

  return new Hono<App>().post('/peel/admin/api/dry-run', owned(owners), async (c) => {
    const body = await readRequestBody(c.req.raw, { budget: bodies, time: startBodyTime() });
    if (!body.ok) return sendFailure(c, body.failure);
    const { value, inputs, holding } = body.value;
    try {
      const asked = parseBody(value, DRY_RUN_REQUEST);
      if (!asked.ok) return sendFailure(c, asked.failure);
      const { site: id, record, origin: page } = asked.value;
      if (!isSiteId(id)) return sendFailure(c, await withSites({ reason: 'SITE_UNKNOWN' }, { siteStore }));
      if (page !== undefined && !isOrigin(page)) return sendFailure(c, NO_ORIGIN);
      const found = await findEntry(id, record, services);
      if (!found.ok) return sendFailure(c, await withSites(found.failure, { siteStore }));
      const { site } = found.value;
      const { as: kind, client: name } = asked.value;
      if (kind === 'visitor' && name !== undefined) return sendFailure(c, NO_CLIENT);
      const client = name === undefined ? undefined : await findClient(id, name);
      if (client && !client.ok) return sendFailure(c, client.failure);
      const { origin } = new URL(c.req.url);
      const { caller, counted } = callerOf({ kind, ...(client && { client: client.value.client }) }, site, origin);
      const refuse = (failure: Failure, known = {}) => c.json({ ...refusalOf(failure), ...known }, 200, NO_STORE);

      if (client?.value.hasExpired) return refuse({ reason: 'KEY_INVALID' }, { field: 'client' });
      if (page !== undefined && !isListed(site.origins, page) && !(config.demo && page === origin)) {
        return refuse({ reason: 'ORIGIN_DENIED', origin: page }, { field: 'origin' });
      }
      const chosen = chooseModel(asked.value.model ?? site.defaultModel, caller, services);
      if (!chosen.ok) return refuse(chosen.failure, { field: 'model' });
      const model = chosen.value;
      const understood = await understand(
        { value: asked.value.request, inputs },
        { caller, model, origin },
        asSaved(found.value, services),
      );
      if (!understood.ok) return refuse(understood.failure, { model: model.id });
      const { request } = understood.value;
      const worstMicros = pricing.worst(request, model);
      const [provider] = providersOf(model);
      const table = pricing.table(model);
      const pictureMicros = table && pictureMicrosOf(table, model, request.size);
      const known = {
        ...{ model: model.id, size: request.size, provider, providers: providersOf(model), worstMicros },
        ...(pictureMicros !== undefined && { pictureMicros }),
      };
      if (worstMicros === undefined) return refuse({ reason: 'PRICE_UNKNOWN', model: model.id }, known);

      const key = await canonicalKey({ ...understood.value, site: site.id, audience: audienceOf(caller, request) });
      // A kept answer is sent whatever the limits and budgets say, and costs nothing.
      const { manifests, images, now } = services;
      // A client that takes new pictures by default asks for no kept one.
      const asksAnew = caller.kind === 'client' && caller.fresh === true;
      const hit = !asksAnew && (await findStoredManifest({ site, key, origin: '' }, { manifests, images, now }));
      if (hit) return c.json({ allowed: true, hit: true, ...known }, 200, NO_STORE);
      if (site.paused) return refuse({ reason: 'SITE_PAUSED' }, known);
      const limits = { policies: policiesOf(counted), purses: pursesOf(counted) };
      const { caps } = ledgers(site, limits);
      const refused = await ledger(site.id).judge({ micros: worstMicros, caps, ...limits });
      return refused ? refuse(refused, known) : c.json({ allowed: true, hit: false, ...known }, 200, NO_STORE);
    } finally {
      holding.release();
    }
  });
};
