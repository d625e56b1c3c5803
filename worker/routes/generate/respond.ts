/**
 * Answers a run: whole after everything is stored, or live. Callers that started or joined the run get the same answer.
 */
import type { Context } from 'hono';
import { type AnswerBody, answerWhole, CONTENT_TYPES } from '../../answers/answer-whole.ts';
import { answerLive, type EventReader, type Step } from '../../answers/live.ts';
import { answerWithdrawn } from '../../answers/withdrawn.ts';
import type { Caller } from '../../auth/caller.ts';
import type { ProviderName } from '../../catalog/model.ts';
import { type App, mark, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import type { Fallback } from '../../request/last-picture.ts';
import type { Services } from '../../services.ts';
import type { Failure } from '../../shared/failure.ts';
import type { Admission } from './admission.ts';
import type { ReadRequest } from './read-request.ts';

export interface RunAnswer {
  events: EventReader;
  read: ReadRequest;
  caller: Caller;
  admission: Admission;
}

/** How a caller came to a run: it started the run, joined it, or found its outcome known. */
type CallerRole = 'started' | 'joined' | 'known';

const NO_WORD: Failure = { reason: 'OUTCOME_UNKNOWN', ran: 'unknown' };

export async function answerRun(c: Context<App>, run: RunAnswer, services: Services): Promise<Response> {
  const { role, first, fallback } = await readFirst(c, run, services);
  const events = role === 'started' ? countStart(first, run) : run.events;
  if (first === undefined) return sendFailure(c, NO_WORD);
  if (first !== 'quiet' && first.type === 'failed') {
    run.admission.noteRefusal(first.failure);
    run.admission.tellLimits(first.failure);
    return sendFailure(c, first.failure);
  }
  run.admission.tellLimits(role === 'started' ? 'counted' : 'not counted');
  // A run that is over has its answer whole.
  const isWhole = run.read.wanted.form === 'json' || (role === 'known' && first !== 'quiet');
  return isWhole
    ? answerWhenDone(c, { ...run, events }, first, role, services)
    : answerAsItComes(c, { ...run, events }, first, { role, ...(fallback && { fallback }) }, services);
}

/**
 * Reads events up to the provider's first sign, so that a refused call gets its own status. Each wait ends after one
 * heartbeat.
 */
async function readFirst(c: Context<App>, { events, read, admission }: RunAnswer, { count, config }: Services) {
  let role: CallerRole = 'known';
  let fallback: Fallback | undefined;
  for (;;) {
    const first = await events.next(config.heartbeatMs);
    // By the first event the run has either read our inputs or will never need them, so release the memory.
    if (first !== 'quiet') read.holding.release();
    if (first !== undefined && first !== 'quiet' && first.type === 'admitted') {
      role = first.joined ? 'joined' : 'started';
      markOf(c, read, 'ledger');
      if (role === 'started') admission.countAttempt();
      continue;
    }
    if (first !== undefined && first !== 'quiet' && first.type === 'fallback') {
      fallback = first.fallback;
      continue;
    }
    if (role !== 'known') markOf(c, read, 'provider');
    count(read.site.id, role);
    return { role, first, fallback };
  }
}

/** How long the owner's words and pictures take is no visitor's business. */
function markOf(c: Context<App>, { wanted }: ReadRequest, step: string): void {
  if (!wanted.isOnlyPictures) mark(c, step);
}

/** Counts a picture in the edge's limits when the provider begins, now or later. */
function countStart(first: Step | undefined, { events, admission }: RunAnswer): EventReader {
  let isCounted = false;
  const look = (step: Step | undefined): void => {
    if (isCounted || step === undefined || step === 'quiet' || step.type !== 'started') return;
    isCounted = true;
    admission.count();
  };
  look(first);
  return {
    ...events,
    async next(quietMs) {
      const step = await events.next(quietMs);
      look(step);
      return step;
    },
  };
}

async function answerWhenDone(c: Context<App>, run: RunAnswer, first: Step, role: CallerRole, services: Services) {
  const { events, read, caller } = run;
  for (let step: Step | undefined = first; step !== undefined; step = await events.next(services.config.heartbeatMs)) {
    if (step === 'quiet') continue;
    if (step.type === 'failed') return sendFailure(c, step.failure);
    if (step.type !== 'done') continue;
    const { manifest, kept } = step;
    if (role !== 'known') markOf(c, run.read, 'store');
    const body = await (step.isWithdrawn
      ? answerWithdrawn(manifest, role === 'started', read.wanted, services.delivery)
      : answerWhole(manifest, read.wanted, services.delivery, { isJustStored: role !== 'known' }));
    if (!body) return sendFailure(c, pictureGone(role));
    return sendAnswer(c, body, {
      'Cache-Status': cacheStatusOf(role, kept),
      ...sourceOf(manifest),
      ...(caller.kind === 'client' && { 'Peel-Cost': String(role === 'started' ? manifest.costMicros : 0) }),
    });
  }
  return sendFailure(c, NO_WORD);
}

/**
 * A stored picture that was deleted or has expired between the look and the answer. Only the caller that started the run
 * may have been charged.
 */
const pictureGone = (role: CallerRole): Failure => ({
  ...(role === 'started'
    ? { reason: 'UPSTREAM_BROKEN', ran: 'unknown' }
    : { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }),
  cause: 'a stored picture is gone',
});

function answerAsItComes(
  c: Context<App>,
  run: RunAnswer,
  first: Step,
  { role, fallback }: { role: CallerRole; fallback?: Fallback },
  services: Services,
): Response {
  const { events, read, caller, admission } = run;
  const { delivery, log, pause, config } = services;
  const options = { delivery, log, pause, heartbeatMs: config.heartbeatMs, wanted: read.wanted };
  const body = answerLive(first, events, { ...options, isAsker: role === 'started' });
  const reserved = role === 'started' ? admission.worstMicros : 0;
  return sendAnswer(
    c,
    { body, headers: { 'Content-Type': CONTENT_TYPES[read.wanted.form] } },
    {
      // Before the end it is unknown whether the answer will be stored.
      'Cache-Status': cacheStatusOf(role, false),
      ...sourceOf({ ...(fallback && { fallback }), ...(first !== 'quiet' && first.type === 'started' && first) }),
      ...(caller.kind === 'client' && { 'Peel-Cost-Reserved': String(reserved) }),
    },
  );
}

/** Headers that name the provider, and the fallback if the original conversation could not continue. */
export const sourceOf = ({ provider, fallback }: { provider?: ProviderName; fallback?: Fallback }) => ({
  ...(provider && { 'Peel-Provider': provider }),
  ...(fallback && { 'Peel-Fallback': fallback }),
});

/** RFC 9211. A repeated refusal is not a hit: it is not stored, and a new call might end differently. */
function cacheStatusOf(role: CallerRole, kept: boolean): string {
  if (role === 'joined') return 'peel; fwd=uri-miss; collapsed';
  if (!kept) return 'peel; fwd=uri-miss';
  return role === 'known' ? 'peel; hit' : 'peel; fwd=uri-miss; stored';
}

export function sendAnswer(c: Context<App>, { body, headers }: AnswerBody, more: Record<string, string>): Response {
  return c.body(body, 200, { ...NO_STORE, ...headers, ...more });
}
