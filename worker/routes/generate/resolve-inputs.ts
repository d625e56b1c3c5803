/** Resolves references to inputs before anything is stored or paid. Missing inputs and too many bytes are refused. */
import type { CatalogModel } from '../../catalog/model.ts';
import { splicedLength } from '../../gemini/lift/splice.ts';
import { MAX_EXPANDED_BYTES, toGeminiBody } from '../../gemini/request-body.ts';
import type { Input, InputBlob } from '../../request/inputs.ts';
import { type ParsedRequest, withTypes } from '../../request/parse.ts';
import type { GenerateRequest } from '../../request/request.ts';
import type { Services } from '../../services.ts';
import { type Failure, fail, invalidField, type Result, succeed } from '../../shared/failure.ts';

/** @returns The request with the stored MIME types, and the inputs that its parts name by index. */
export async function resolveInputs(
  parsed: ParsedRequest,
  inline: readonly InputBlob[],
  model: CatalogModel,
  { inputs, log }: Pick<Services, 'inputs' | 'log'>,
): Promise<Result<{ request: GenerateRequest; inputs: readonly Input[] }>> {
  // A body is limited to less than `MAX_EXPANDED_BYTES`, so only references can exceed it.
  if (parsed.references.length === 0) return succeed({ request: parsed.request, inputs: inline });
  try {
    const found = await inputs.find(parsed.references);
    if (!found.ok) return found;
    const all = [...inline, ...found.value];
    const request = withTypes(parsed.request, (input) => all[input]?.image?.mimeType);
    const bytes = splicedLength(toGeminiBody(request, model, all));
    // Check before `digest`, which may read every byte.
    if (bytes > MAX_EXPANDED_BYTES) return fail(tooMuch(bytes));
    return succeed({ request, inputs: [...inline, ...(await inputs.digest(found.value))] });
  } catch (error) {
    log('references_failed', { error: String(error) });
    return fail({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'R2 could not look up what the request names' });
  }
}

const tooMuch = (bytes: number): Failure =>
  invalidField(
    'contents',
    `must come to at most ${MAX_EXPANDED_BYTES} bytes with its pictures in base64, but comes to ${bytes}.`,
  );
