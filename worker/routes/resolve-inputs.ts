/** From references to inputs, before anything is kept or paid: what is gone or comes to too much is refused by name. */
import type { CatalogModel } from '../domain/catalog.ts';
import { type Failure, fail, type Result, succeed } from '../domain/failure.ts';
import type { ParsedRequest } from '../domain/parse-request.ts';
import { MAX_EXPANDED_BYTES, toGeminiBody } from '../gemini/request-body.ts';
import { splicedLength } from '../gemini/splice.ts';
import type { Input, InputBlob } from '../ports.ts';
import type { Services } from '../services.ts';

/** @returns The inputs that the request's parts name by index. */
export async function resolveInputs(
  parsed: ParsedRequest,
  inline: readonly InputBlob[],
  model: CatalogModel,
  { inputs, log }: Pick<Services, 'inputs' | 'log'>,
): Promise<Result<readonly Input[]>> {
  // A body has room for less than may be expanded, so without references there is nothing to look at.
  if (parsed.references.length === 0) return succeed(inline);
  try {
    const found = await inputs.find(parsed.references);
    if (!found.ok) return found;
    const bytes = splicedLength(toGeminiBody(parsed.request, model, [...inline, ...found.value]));
    // Before digests are made: these may read all of it.
    if (bytes > MAX_EXPANDED_BYTES) return fail(tooMuch(bytes));
    return succeed([...inline, ...(await inputs.digest(found.value))]);
  } catch (error) {
    log('references_failed', { error: String(error) });
    return fail({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'R2 could not look up what the request names' });
  }
}

const tooMuch = (bytes: number): Failure => ({
  reason: 'INVALID_FIELD',
  field: 'contents',
  rule: `must come to at most ${MAX_EXPANDED_BYTES} bytes with its pictures in base64, but comes to ${bytes}.`,
});
