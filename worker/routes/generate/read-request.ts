/** Reads and checks a request: its model, its inputs, and the form of its answer. */
import type { Context } from 'hono';
import type { Wanted } from '../../answers/delivery.ts';
import { askerOf } from '../../auth/audience.ts';
import { type Caller, siteOf } from '../../auth/caller.ts';
import { inSizesOf } from '../../catalog/menu.ts';
import type { CatalogModel } from '../../catalog/model.ts';
import { findOfferedModel } from '../../catalog/offered-model.ts';
import type { Holding } from '../../gemini/byte-budget.ts';
import { type RequestBody, readRequestBody } from '../../gemini/read-request.ts';
import type { App } from '../../http/failure-response.ts';
import type { RequestContext } from '../../request/context.ts';
import { asksNoStore, chooseVariant, parseDelivery } from '../../request/headers.ts';
import type { Input } from '../../request/inputs.ts';
import { namesInputTwice, parseGenerateRequest } from '../../request/parse.ts';
import type { GenerateRequest } from '../../request/request.ts';
import type { Target } from '../../request/target.ts';
import type { Services } from '../../services.ts';
import { type Failure, fail, invalidField, type Result, succeed } from '../../shared/failure.ts';
import { dayOf } from '../../shared/utc.ts';
import type { Site } from '../../sites/site.ts';
import { isForm, parseForm } from '../../templates/parse-form.ts';
import type { Template } from '../../templates/template.ts';
import { resolveInputs } from './resolve-inputs.ts';

export interface ReadRequest {
  site: Site;
  /** The request has filled this version of the site's template. */
  templateVersion?: string;
  model: CatalogModel;
  request: GenerateRequest;
  /** The request's parts name these by index. Inline inputs come first, then those already in R2. */
  inputs: readonly Input[];
  holding: Holding;
  variant: string;
  wanted: Wanted;
  /** For clients only: the answer passes straight through, and nothing is stored. */
  noStore: boolean;
}

const NAMED_TWICE: Failure = invalidField('contents', 'must hold each picture where it stands, not by a name.');

/**
 * Reads the body within the isolate's budget and resolves its references. After success the caller must release
 * `holding`; after a failure nothing is held.
 */
export async function readAsked(
  c: Context<App>,
  target: Target,
  caller: Caller,
  services: Pick<Services, 'config' | 'bodies' | 'startBodyTime' | 'sites' | 'inputs' | 'log' | 'createId' | 'now'>,
): Promise<Result<ReadRequest>> {
  const { site } = caller;
  const chosen = chooseModel(target.model, caller, services);
  if (!chosen.ok) return chosen;
  const model = chosen.value;
  const said = { header: c.req.header('Peel-Variant'), cacheControl: c.req.header('Cache-Control') };
  const variant = chooseVariant(said, caller, services.createId);
  if (!variant.ok) return variant;
  // If the answer is lost, the caller can request the same picture by this name.
  if (variant.value.isFresh) c.header('Peel-Variant', variant.value.name);
  const delivery = parseDelivery(c.req.header('Peel-Images'));
  if (!delivery.ok) return delivery;
  const noStore = caller.kind === 'client' && asksNoStore(c.req.header('Cache-Control'));
  if (noStore && delivery.value === 'link') {
    return fail({
      reason: 'INVALID_FIELD',
      field: 'Peel-Images',
      rule: 'cannot be link where nothing is kept (no-store)',
    });
  }

  const owner = caller.kind === 'visitor' ? caller.address : undefined;
  const time = services.startBodyTime();
  const body = await readRequestBody(c.req.raw, { budget: services.bodies, time, owner });
  if (!body.ok) return body;
  const { holding } = body.value;
  const wanted: Wanted = {
    ...{ form: target.form, delivery: delivery.value, origin: new URL(c.req.url).origin, site: site.id },
    ...(readsOnlyPictures(caller) && { isOnlyPictures: true }),
  };
  const { value, inputs } = body.value;
  const asked = { value: target.action === 'countTokens' ? unwrapCountTokens(value) : value, inputs };
  const understood = await understand(asked, { caller, model, origin: wanted.origin }, services);
  if (!understood.ok) {
    holding.release();
    return understood;
  }
  return succeed({ site, model, ...understood.value, holding, variant: variant.value.name, wanted, noStore });
}

/** A visitor of a template. An API client is its owner, and reads whole answers. */
export const readsOnlyPictures = ({ kind, site }: Caller): boolean =>
  kind === 'visitor' && site.promptMode === 'template';

/** The model of a name, if this caller may use it. */
export function chooseModel(
  name: string,
  caller: Caller,
  { config, now }: Pick<Services, 'config' | 'now'>,
): Result<CatalogModel> {
  const offered = findOfferedModel(config.catalog, name, dayOf(now()));
  if (!offered.ok) return offered;
  const { models } = siteOf(caller);
  if (models.includes(offered.value.id)) return offered;
  return fail({ reason: 'MODEL_NOT_ALLOWED', model: offered.value.id, accepted: models });
}

type Understood = Pick<ReadRequest, 'request' | 'inputs'> & { templateVersion?: string };

/** Who sends a body, for which model. `origin`: the worker's own, by which bodies name kept pictures. */
interface Asking {
  caller: Caller;
  model: CatalogModel;
  origin: string;
}

/** Checks a body and resolves what it names: the request, as it would go up. */
export async function understand(
  { value: asked, inputs: inline }: Pick<RequestBody, 'value' | 'inputs'>,
  { caller, model, origin }: Asking,
  services: Pick<Services, 'config' | 'sites' | 'inputs' | 'log'>,
): Promise<Result<Understood>> {
  const { site } = caller;
  const context: Omit<RequestContext, 'inputs'> = {
    ...{ model: inSizesOf(site, model), caller: caller.kind, grounding: site.grounding, origin, site: site.id },
    ...{ secrets: services.config.secrets, asker: askerOf(caller) },
  };
  const template = await findTemplate(asked, caller, services);
  if (template && !template.ok) return template;
  if (template) return fillIn(template.value, asked, context, caller, services);
  const parsed = parseGenerateRequest(asked, { ...context, inputs: inline });
  if (!parsed.ok) return parsed;
  if (namesInputTwice(parsed.value.request, inline.length)) return fail(NAMED_TWICE);
  return resolveInputs(parsed.value, inline, context.model, services);
}

/** @returns The template that the request has to fill; undefined if it may say what it likes. */
async function findTemplate(
  asked: unknown,
  caller: Caller,
  { sites }: Pick<Services, 'sites'>,
): Promise<Result<Template> | undefined> {
  const { site } = caller;
  if (site.promptMode !== 'template' || !(caller.kind === 'visitor' || isForm(asked))) return undefined;
  const found = await sites.find(site.id);
  if (!found.ok) return found;
  // The owner has changed the site since the caller was admitted.
  const changed: Failure = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'the site has no template now' };
  return found.value.template ? succeed(found.value.template) : fail(changed);
}

async function fillIn(
  template: Template,
  asked: unknown,
  context: Omit<RequestContext, 'inputs'>,
  caller: Caller,
  services: Pick<Services, 'inputs' | 'log'>,
): Promise<Result<Understood>> {
  const parsed = parseForm(asked, { ...context, template });
  if (!parsed.ok) return parsed;
  const resolved = await resolveInputs(parsed.value, [], context.model, services);
  if (resolved.ok) return succeed({ ...resolved.value, templateVersion: template.version });
  // The rule about all pictures together has the bytes of the owner's in it.
  const { failure } = resolved;
  const isOfAll = failure.reason === 'INVALID_FIELD' && 'field' in failure && failure.field === 'contents';
  return isOfAll && readsOnlyPictures(caller) ? fail({ ...failure, rule: 'come to too many bytes.' }) : resolved;
}

/** `:countTokens` accepts `contents` alone, or a whole request in `generateContentRequest`. */
function unwrapCountTokens(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const { generateContentRequest, generate_content_request, ...own } = body as Record<string, unknown>;
  return generateContentRequest ?? generate_content_request ?? own;
}
