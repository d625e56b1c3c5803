import type { Context } from 'hono';
import type { Caller } from '../../auth/caller.ts';
import { splicedLength } from '../../gemini/lift/splice.ts';
import { toGeminiBody } from '../../gemini/request-body.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import type { Services } from '../../services.ts';
import { type Failure, invalidField } from '../../shared/failure.ts';
import { forVisitor } from '../../shared/told.ts';
import { admitAttempt } from './admission.ts';
import type { ReadRequest } from './read-request.ts';

/** Without this limit a visitor could name uploads in a few bytes and make the worker send 100 MB for nothing. */
const MAX_VISITOR_BYTES = 4 * 1024 * 1024;

/**
 * `:countTokens`: forwarded to a provider and never stored. It is free at every provider. For a visitor it counts as an
 * attempt, and the request has a size limit.
 */
export async function countTokens(c: Context<App>, read: ReadRequest, caller: Caller, services: Services) {
  const { request, model, inputs: given, holding } = read;
  try {
    if (caller.kind === 'visitor') {
      const refused = refuseLarge(read) ?? (await admitAttempt(caller, services));
      if (refused) return sendFailure(c, refused);
    }
    const inputs = given.map(services.inputs.open);
    const providers = await services.openProviders();
    const counted = await providers.countTokens({ request, model, inputs, signal: services.deadline() });
    if (!counted.ok) {
      const failure = withoutCharge(counted.failure);
      return sendFailure(c, caller.kind === 'visitor' ? forVisitor(failure) : failure);
    }
    return c.json(counted.value as Record<string, unknown>, 200, NO_STORE);
  } finally {
    holding.release();
  }
}

/** Counting is free, so even a count with an unknown outcome was not charged. */
function withoutCharge(failure: Failure): Failure {
  if (failure.reason === 'DEADLINE') return { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'deadline' };
  if (!('ran' in failure) || failure.ran === 'no') return failure;
  return { ...failure, reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' };
}

function refuseLarge({ request, model, inputs }: ReadRequest): Failure | undefined {
  const bytes = splicedLength(toGeminiBody(request, model, inputs));
  if (bytes <= MAX_VISITOR_BYTES) return undefined;
  const rule = `must come to at most ${MAX_VISITOR_BYTES} bytes with its pictures in base64 to be counted, but comes to ${bytes}.`;
  return invalidField('contents', rule);
}
