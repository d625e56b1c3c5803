import type { Context } from 'hono';
import type { Wanted } from '../../answers/delivery.ts';
import { createEventReader } from '../../answers/live.ts';
import { tellOnlyPictures } from '../../answers/only-pictures.ts';
import { askerOf, audienceOf } from '../../auth/audience.ts';
import { isRelayed } from '../../auth/auth.ts';
import type { Caller } from '../../auth/caller.ts';
import type { GenerationEvent, GenerationJob, RequestInputs } from '../../generation/job.ts';
import { dataPointOf } from '../../http/data-point.ts';
import { type App, mark, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { latencyName } from '../../ledger/metrics.ts';
import { canonicalKey } from '../../request/canonical-key.ts';
import type { KeptInput } from '../../request/inputs.ts';
import { parseTarget } from '../../request/target.ts';
import type { Services } from '../../services.ts';
import type { Failure } from '../../shared/failure.ts';
import { forFormVisitor, forVisitor } from '../../shared/told.ts';
import { type Admission, admitPaid, readStanding } from './admission.ts';
import { countTokens } from './count-tokens.ts';
import { type ReadRequest, readAsked, readsOnlyPictures } from './read-request.ts';
import { answerRun, sendAnswer, sourceOf } from './respond.ts';

/**
 * `POST /v1beta/models/{model}:generateContent`, `:streamGenerateContent` and `:countTokens`, as in Gemini's API. A
 * stored answer to the same request is served first. It costs nothing, so picture limits and budgets do not apply to
 * it.
 */
export const generateRoutes = (services: Services) =>
  new Hono<App>().post('/:version{v1beta|v1}/models/:target{[^/]*:[^/]*}', async (c) => {
    const response = await answer(c, services);
    const { startedAt, now, failure } = c.get('timing');
    // What no site has admitted is no site's business.
    const site = c.get('site');
    const how = failure ? 'failure' : isHit(response) ? 'hit' : 'run';
    const names = [latencyName(how, now() - startedAt), ...(failure ? [`refused:${failure.reason}`] : [])];
    if (site === undefined) return response;
    services.count(site, ...names);
    services.writePoint?.(
      dataPointOf({
        ...{ site, asked: c.get('asked'), status: response.status, headers: response.headers },
        ...{ reason: failure?.reason, colo: String(c.req.raw.cf?.colo ?? ''), durationMs: now() - startedAt },
      }),
    );
    return response;
  });

const isHit = ({ headers }: Response): boolean => headers.get('Cache-Status') === 'peel; hit';

async function answer(c: Context<App>, services: Services): Promise<Response> {
  if (isRelayed(c.req.raw)) return sendFailure(c, { reason: 'ORIGIN_DENIED', by: 'another worker' });
  const target = parseTarget(c.req.param('target') ?? '', c.req.query('alt'));
  if (!target.ok) return sendFailure(c, target.failure);
  const caller = await services.gate.admit(c.req.raw, c.get('origin'));
  if (!caller.ok) return sendFailure(c, caller.failure);
  c.set('site', caller.value.site.id);
  // How long the owner's words and pictures take is no visitor's business, nor how many tokens they are.
  const isForm = readsOnlyPictures(caller.value);
  if (isForm && target.value.action === 'countTokens') return sendFailure(c, NO_COUNTS);
  if (!isForm) mark(c, 'gate');
  const read = await readAsked(c, target.value, caller.value, services);
  if (!read.ok) return sendFailure(c, read.failure);
  if (!isForm) mark(c, 'parse');
  const { request } = read.value;
  c.set('asked', { kind: caller.value.kind, model: request.model, size: request.size });
  if (target.value.action === 'countTokens') return countTokens(c, read.value, caller.value, services);
  try {
    return await generate(c, read.value, caller.value, services);
  } catch (error) {
    read.value.holding.release();
    throw error;
  }
}

const NO_COUNTS: Failure = {
  reason: 'NOT_FOUND',
  what: 'This method',
  hint: 'Visitors of this site fill in a form, and its tokens are not counted for them.',
};

/** Answers a request that was read and understood: by a kept answer, or by a run that is admitted and paid for. */
export async function generate(
  c: Context<App>,
  read: ReadRequest,
  caller: Caller,
  services: Services,
): Promise<Response> {
  // A visitor's limits are read beside the manifest, and a hit does not wait for them. A client's are the ledger's.
  const reading = caller.kind === 'visitor' ? readStanding(read, caller, services) : undefined;
  // A miss hears of an error below. On a hit there is no handler, and an error must not end the isolate.
  reading?.catch(() => undefined);
  const key = read.noStore
    ? undefined
    : await canonicalKey({ ...read, site: read.site.id, audience: audienceOf(caller, read.request) });
  if (key !== undefined) {
    const hit = await services.keptAnswers.find(read.site, key, read.wanted, services);
    if (!read.wanted.isOnlyPictures) mark(c, 'manifest');
    if (hit) {
      read.holding.release();
      services.count(read.site.id, 'hit');
      return sendAnswer(c, hit.body, {
        'Cache-Status': 'peel; hit',
        ...sourceOf(hit.manifest),
        ...(caller.kind === 'client' && { 'Peel-Cost': '0' }),
      });
    }
  }
  const standing = await (reading ?? readStanding(read, caller, services));
  const admission = standing.ok ? admitPaid(c, standing.value, services) : standing;
  if (!admission.ok) {
    read.holding.release();
    return sendFailure(c, admission.failure);
  }
  if (key === undefined) {
    const { passThrough } = await import('./no-store.ts');
    return passThrough(c, read, admission.value, services);
  }
  const job = jobOf(key, read, admission.value);
  const inputs = requestInputsOf(read, services);
  c.set('mayBePaid', true);
  const told = tellTo(caller, read.wanted, services.generations.ask(job, inputs));
  const events = createEventReader(told, services.pause);
  return answerRun(c, { events, read, caller, admission: admission.value }, services);
}

/** What a caller may read of a run. An API client reads all of it, and of a form the owner sees what a visitor reads. */
function tellTo(
  caller: Caller,
  { isOnlyPictures }: Wanted,
  events: AsyncIterable<GenerationEvent>,
): AsyncIterable<GenerationEvent> {
  const told = isOnlyPictures ? tellOnlyPictures(events) : events;
  if (caller.kind === 'client') return told;
  return withFailures(isOnlyPictures ? forFormVisitor : forVisitor, told);
}

/** Replaces a provider's messages by those that are known to be harmless. */
async function* withFailures(
  tell: (failure: Failure) => Failure,
  events: AsyncIterable<GenerationEvent>,
): AsyncIterable<GenerationEvent> {
  for await (const event of events) {
    yield event.type === 'failed' ? { ...event, failure: tell(event.failure) } : event;
  }
}

const jobOf = (key: string, read: ReadRequest, { caller, limits, worstMicros }: Admission): GenerationJob => ({
  key,
  site: read.site,
  origin: read.wanted.origin,
  ...(read.templateVersion !== undefined && { templateVersion: read.templateVersion }),
  request: read.request,
  form: read.wanted.form,
  worstMicros,
  ...limits,
  ...(caller.kind === 'visitor' ? { prefix: caller.prefix } : { client: caller.name }),
  ...(read.request.grounding && { asker: askerOf(caller) }),
});

/** Inline inputs stay in this worker's memory until the run that needs them has reserved its money. */
function requestInputsOf({ inputs, site, holding }: ReadRequest, services: Services): RequestInputs {
  if (inputs.every((input): input is KeptInput => 'object' in input)) return inputs;
  // The run may still ask for the inputs, so extend the hold on their memory.
  holding.extend(INPUTS_WAIT_MS);
  return async () => services.inputs.keep(inputs, site.id, services.createId);
}

/** Reserving takes milliseconds, but a crowd of joined callers also waits for the first of them. */
const INPUTS_WAIT_MS = 120_000;
