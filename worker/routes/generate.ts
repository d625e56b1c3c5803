import { type Context, Hono } from 'hono';
import { answerLive, createEventReader, type EventReader, HEARTBEAT_MS } from '../answers/live.ts';
import { type AnswerBody, answerWhole, CONTENT_TYPES } from '../answers/whole.ts';
import { canonicalKey } from '../domain/canonical.ts';
import { DEADLINE_SECONDS } from '../domain/deadline.ts';
import { type Failure, fail, type Result, succeed } from '../domain/failure.ts';
import { rateLimitFields } from '../domain/rate-limit-fields.ts';
import type { Caller } from '../domain/site.ts';
import { parseTarget } from '../domain/target.ts';
import { policiesOf } from '../domain/windows.ts';
import { type App, mark, NO_STORE, sendFailure } from '../http.ts';
import type { GenerationJob, Manifest } from '../ports.ts';
import type { Services } from '../services.ts';
import type { PolicyState } from '../storage/limits.ts';
import { type Ask, readAsk } from './ask.ts';
import { countTokens } from './count-tokens.ts';
import { passThrough } from './pass-through.ts';

/**
 * `POST /v1beta/models/{model}:generateContent`, `:streamGenerateContent` and `:countTokens`: Gemini's own surface. A
 * request names its picture, so the kept answer is looked for first, whatever the limits say: it costs nothing.
 */
export const generateRoutes = (services: Services) =>
  new Hono<App>().post('/:version{v1beta|v1}/models/:target{[^/]*:[^/]*}', async (c) => {
    const target = parseTarget(c.req.param('target'), c.req.query('alt'));
    if (!target.ok) return sendFailure(c, target.failure);
    const caller = await services.gate.admit(c.req.raw, c.get('origin'));
    if (!caller.ok) return sendFailure(c, caller.failure);
    mark(c, 'gate');
    const ask = await readAsk(c, target.value, caller.value, services);
    if (!ask.ok) return sendFailure(c, ask.failure);
    mark(c, 'parse');
    if (target.value.action === 'countTokens') return countTokens(c, ask.value, services);
    try {
      return await generate(c, ask.value, caller.value, services);
    } catch (error) {
      ask.value.holding.release();
      throw error;
    }
  });

async function generate(c: Context<App>, ask: Ask, caller: Caller, services: Services) {
  if (!ask.noStore) {
    const key = await canonicalKey({ ...ask, site: ask.site.id });
    const hit = await findKept(key, ask, services);
    mark(c, 'manifest');
    if (!hit) return startGeneration(c, key, ask, caller, services);
    ask.holding.release();
    return sendAnswer(c, hit.body, { ...describe(hit.manifest, caller, 0), 'Cache-Status': 'peel; hit' });
  }
  const worst = await admitPaid(c, ask, caller, services);
  return worst.ok ? passThrough(c, ask, worst.value, services) : sendFailure(c, worst.failure);
}

async function findKept(key: string, ask: Ask, services: Services) {
  const manifest = await services.manifests.get(ask.site, key, services.now());
  const body = manifest && (await answerWhole(manifest, ask.wanted, services.delivery));
  return body && { manifest, body };
}

/** Counts, asks, and answers as the caller wants it: whole when all is stored, or live. */
async function startGeneration(c: Context<App>, key: string, ask: Ask, caller: Caller, services: Services) {
  const worst = await admitPaid(c, ask, caller, services);
  if (!worst.ok) return sendFailure(c, worst.failure);
  ask.holding.extend((DEADLINE_SECONDS + 60) * 1000);
  const job: GenerationJob = {
    key,
    site: ask.site,
    request: ask.request,
    model: ask.model,
    inputs: ask.inputs,
    form: ask.wanted.form,
    worstMicros: worst.value,
    releaseInputs: ask.holding.release,
  };
  const events = createEventReader(await services.generations.ask(job), services.pause);
  return ask.wanted.form === 'json'
    ? answerWhenDone(c, events, ask, caller, services)
    : answerAsItComes(c, events, ask, job.worstMicros, caller, services);
}

/**
 * What a kept answer never needs: a known price, and the cheap refusal at the edge before anything is started. What
 * starts is counted.
 *
 * @returns The dearest it can become, in micro-dollars. A refusal has given the inputs' memory back.
 */
async function admitPaid(c: Context<App>, ask: Ask, caller: Caller, services: Services): Promise<Result<number>> {
  const worstMicros = services.pricing.worst(ask.request, ask.model);
  const admitted: Result<number> =
    worstMicros === undefined ? fail({ reason: 'PRICE_UNKNOWN', model: ask.model.id }) : succeed(worstMicros);
  const refused = admitted.ok ? await refuseOrCount(c, caller, services) : admitted.failure;
  if (!refused) return admitted;
  ask.holding.release();
  return fail(refused);
}

async function refuseOrCount(c: Context<App>, caller: Caller, services: Services): Promise<Failure | undefined> {
  if (caller.site.paused) return { reason: 'SITE_PAUSED' };
  const policies = policiesOf(caller);
  const states = await services.limits.read(policies);
  const spent = states.find(({ state }) => state.remaining === 0);
  // Where it starts, it is counted: what is left is told without it.
  const left = spent ? states : states.map(afterOne);
  for (const [name, value] of Object.entries(rateLimitFields(left))) c.header(name, value);
  if (spent) {
    const { reason, limit } = spent.policy;
    return { reason, limit, retryAfterSeconds: spent.state.retryAfterSeconds };
  }
  services.waitUntil(services.limits.count(policies));
  return undefined;
}

const afterOne = ({ policy, state }: PolicyState): PolicyState => ({
  policy,
  state: { ...state, remaining: state.remaining - 1 },
});

async function answerWhenDone(c: Context<App>, events: EventReader, ask: Ask, caller: Caller, services: Services) {
  for (;;) {
    const step = await events.next(HEARTBEAT_MS);
    if (step === undefined) return sendFailure(c, { reason: 'OUTCOME_UNKNOWN', ran: 'unknown' });
    if (step === 'quiet') continue;
    if (step.type === 'failed') return sendFailure(c, step.failure);
    if (step.type !== 'done') continue;
    const body = await answerWhole(step.manifest, ask.wanted, services.delivery);
    if (!body) return sendFailure(c, { reason: 'UPSTREAM_BROKEN', ran: 'unknown', cause: 'a stored picture is gone' });
    const cacheStatus = step.kept ? 'peel; fwd=uri-miss; stored' : 'peel; fwd=uri-miss';
    const headers = describe(step.manifest, caller, step.manifest.costMicros);
    return sendAnswer(c, body, { ...headers, 'Cache-Status': cacheStatus });
  }
}

/** Headers wait for the first sign of the supplier, so that a refused call has its own status, but not for ever. */
async function answerAsItComes(
  c: Context<App>,
  events: EventReader,
  ask: Ask,
  worstMicros: number,
  caller: Caller,
  services: Services,
) {
  const first = await events.next(HEARTBEAT_MS);
  if (first === undefined) return sendFailure(c, { reason: 'OUTCOME_UNKNOWN', ran: 'unknown' });
  if (first !== 'quiet' && first.type === 'failed') return sendFailure(c, first.failure);
  const body = answerLive(first, events, { delivery: services.delivery, wanted: ask.wanted, log: services.log });
  const headers: Record<string, string> = {
    'Content-Type': CONTENT_TYPES[ask.wanted.form],
    'Cache-Status': 'peel; fwd=uri-miss; stored',
  };
  if (first !== 'quiet' && first.type === 'started') headers['Peel-Provider'] = first.provider;
  if (caller.kind === 'client') headers['Peel-Cost-Reserved'] = String(worstMicros);
  return sendAnswer(c, { body, headers }, {});
}

/** @param costMicros What this answer cost: nothing for a hit. */
function describe(manifest: Manifest, caller: Caller, costMicros: number): Record<string, string> {
  const headers: Record<string, string> = { 'Peel-Provider': manifest.provider };
  if (caller.kind === 'client') headers['Peel-Cost'] = String(costMicros);
  return headers;
}

function sendAnswer(c: Context<App>, { body, headers }: AnswerBody, more: Record<string, string>) {
  return c.body(body, 200, { ...NO_STORE, ...headers, ...more });
}
