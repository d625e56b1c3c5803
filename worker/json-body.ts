/** Small JSON bodies of our own paths, checked against a schema. */
import * as v from 'valibot';
import { refuseOtherThanJson } from './domain/content-type.ts';
import { type Failure, fail, type Result, succeed } from './domain/failure.ts';
import { parseJson } from './domain/json.ts';
import { parseLooseJson } from './domain/loose-json.ts';

/** Larger than anything of ours: a proof, a switch. */
const MAX_BODY_BYTES = 8192;

type Schema = v.StrictObjectSchema<v.ObjectEntries, undefined>;

/** @returns What the schema makes of the body, or the first thing that is wrong with it, by field and rule. */
export async function readJsonBody<S extends Schema>(request: Request, schema: S): Promise<Result<v.InferOutput<S>>> {
  const read = await readJson(request);
  if (!read.ok) return read;
  const body = read.value;
  // To valibot an array is an object without fields.
  const parsed = v.safeParse(schema, Array.isArray(body) ? undefined : body);
  if (parsed.success) return succeed(parsed.output);
  const [issue] = parsed.issues;
  const field = v.getDotPath(issue) ?? 'body';
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return fail({ reason: 'UNKNOWN_FIELD', field, accepted: Object.keys(schema.entries) });
  }
  return fail({ reason: 'INVALID_FIELD', field, rule: `must be ${issue.expected ?? 'valid'}` });
}

/** @returns What was sent, whatever it is; fails where there is nothing. */
export async function readJson(request: Request): Promise<Result<unknown>> {
  const otherType = refuseOtherThanJson(request.headers.get('Content-Type'));
  if (otherType) return fail(otherType);
  const text = await readText(request);
  if (!text.ok) return text;
  const value = parseJson(text.value);
  return value === undefined ? fail(NO_JSON) : succeed(value);
}

/** @returns As {@link readJson}, but in Google's looser form, and undefined for a body that is absent or empty. */
export async function readLooseJson(request: Request): Promise<Result<unknown>> {
  const text = await readText(request);
  // Over a socket an empty body is a stream too, and a client that sends none may name any type for it.
  if (!text.ok || text.value === '') return text.ok ? succeed(undefined) : text;
  const otherType = refuseOtherThanJson(request.headers.get('Content-Type'));
  if (otherType) return fail(otherType);
  const value = parseLooseJson(text.value);
  return value === undefined ? fail(NO_JSON) : succeed(value);
}

const NO_JSON: Failure = { reason: 'INVALID_FIELD', field: 'body', rule: 'must be a JSON object' };

/** Fails where it is too long: counted as it comes, whatever `Content-Length` says. */
async function readText({ body }: Request): Promise<Result<string>> {
  if (!body) return succeed('');
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return fail({ reason: 'BODY_TOO_LARGE', maxBytes: MAX_BODY_BYTES });
    text += decoder.decode(chunk, { stream: true });
  }
  return succeed(text + decoder.decode());
}
