import { type Context, Hono } from 'hono';
import { createEventReader } from '../answers/live.ts';
import { answerWhole } from '../answers/whole.ts';
import { canonicalKey } from '../domain/canonical.ts';
import type { Failure } from '../domain/failure.ts';
import type { Caller } from '../domain/site.ts';
import { latencyName } from '../domain/tally.ts';
import { parseTarget } from '../domain/target.ts';
import { policiesOf } from '../domain/windows.ts';
import { type App, mark, sendFailure } from '../http.ts';
import type { AskedInputs, GenerationJob, KeptInput } from '../ports.ts';
import type { Services } from '../services.ts';
import { admitPaid } from './admission.ts';
import { answerRun, sendAnswer, sourceOf } from './answer-run.ts';
import { type Ask, readAsk } from './ask.ts';
import { countTokens } from './count-tokens.ts';
import { passThrough } from './pass-through.ts';

/**
 * `POST /v1beta/models/{model}:generateContent`, `:streamGenerateContent` and `:countTokens`: Gemini's own surface. A
 * request names its picture, so the kept answer is looked for first, whatever the limits say: it costs nothing.
 */
export const generateRoutes = (services: Services) =>
  new Hono<App>().post('/:version{v1beta|v1}/models/:target{[^/]*:[^/]*}', async (c) => {
    const response = await answer(c, services);
    const { startedAt, now, failure } = c.get('timing');
    services.tally(latencyName(now() - startedAt), ...(failure ? [`refused:${failure.reason}`] : []));
    return response;
  });

async function answer(c: Context<App>, services: Services): Promise<Response> {
  const target = parseTarget(c.req.param('target') ?? '', c.req.query('alt'));
  if (!target.ok) return sendFailure(c, target.failure);
  const caller = await services.gate.admit(c.req.raw, c.get('origin'));
  if (!caller.ok) return sendFailure(c, caller.failure);
  mark(c, 'gate');
  const ask = await readAsk(c, target.value, caller.value, services);
  if (!ask.ok) return sendFailure(c, ask.failure);
  mark(c, 'parse');
  if (target.value.action === 'countTokens') return countTokens(c, ask.value, services);
  const progress: Progress = { isHandedOver: false };
  try {
    return await generate(c, ask.value, caller.value, services, progress);
  } catch (error) {
    ask.value.holding.release();
    if (progress.isHandedOver) throw error;
    services.log('unexpected', { id: c.get('requestId'), error: String(error) });
    return sendFailure(c, notBegun(error));
  }
}

/** How far a request came: nothing is charged before it is handed over. */
interface Progress {
  isHandedOver: boolean;
}

const RETRY_SECONDS = 5;

/** Storage did not answer before anything was begun. */
const notBegun = (error: unknown): Failure => ({
  reason: 'UPSTREAM_UNAVAILABLE',
  ran: 'no',
  retryAfterSeconds: RETRY_SECONDS,
  cause: String(error),
});

async function generate(
  c: Context<App>,
  ask: Ask,
  caller: Caller,
  services: Services,
  progress: Progress,
): Promise<Response> {
  const key = ask.noStore ? undefined : await canonicalKey({ ...ask, site: ask.site.id });
  if (key !== undefined) {
    const hit = await findKept(key, ask, services);
    mark(c, 'manifest');
    if (hit) {
      ask.holding.release();
      services.tally('hit');
      return sendAnswer(c, hit.body, {
        'Cache-Status': 'peel; hit',
        ...sourceOf(hit.manifest),
        ...(caller.kind === 'client' && { 'Peel-Cost': '0' }),
      });
    }
  }
  const admission = await admitPaid(c, ask, caller, services);
  if (!admission.ok) {
    ask.holding.release();
    return sendFailure(c, admission.failure);
  }
  progress.isHandedOver = true;
  if (key === undefined) return passThrough(c, ask, caller, admission.value, services);
  const job = jobOf(key, ask, caller, admission.value.worstMicros);
  const events = createEventReader(services.generations.ask(job, askedInputsOf(ask, services)), services.pause);
  return answerRun(c, { events, ask, caller, admission: admission.value }, services);
}

async function findKept(key: string, ask: Ask, services: Services) {
  const manifest = await services.manifests.get(ask.site, key, services.now());
  const body = manifest && (await answerWhole(manifest, ask.wanted, services.delivery));
  return body && { manifest, body };
}

const jobOf = (key: string, ask: Ask, caller: Caller, worstMicros: number): GenerationJob => ({
  key,
  site: ask.site,
  request: ask.request,
  form: ask.wanted.form,
  worstMicros,
  policies: policiesOf(caller),
  ...(caller.kind === 'visitor' && { prefix: caller.prefix }),
});

/** What came inline stays in this worker's memory until the run that needs it holds its money. */
function askedInputsOf({ inputs, site, holding }: Ask, services: Services): AskedInputs {
  if (inputs.every((input): input is KeptInput => 'object' in input)) return inputs;
  // Renewed while it may still be asked for.
  holding.extend(INPUTS_WAIT_MS);
  return async () => services.inputs.keep(inputs, site.id, services.createId);
}

/** Reserving takes milliseconds; a crowd that joins waits for the first of it. */
const INPUTS_WAIT_MS = 120_000;
