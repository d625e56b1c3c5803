/** Reads small JSON bodies. Bodies of Peel's own paths are checked against a schema. */
import type * as v from 'valibot';
import type { BodyTime } from '../gemini/timely-source.ts';
import { type Failure, fail, invalidField, type Result, succeed } from '../shared/failure.ts';
import { parseJson } from '../shared/json.ts';
import { parseLooseJson } from '../shared/loose-json.ts';
import { type Fields, failureOf, parseFields, problemOf } from '../sites/record-schema.ts';
import { refuseOtherThanJson } from './content-type.ts';
import { readBytes } from './whole-body.ts';

/** Larger than any valid body of most paths. */
const MAX_BODY_BYTES = 8192;

/** @returns The schema's output, or the first violation with its field and rule. */
export async function readJsonBody<S extends Fields>(
  request: Request,
  schema: S,
  maxBytes?: number,
): Promise<Result<v.InferOutput<S>>> {
  const read = await readJson(request, { maxBytes });
  return read.ok ? parseBody(read.value, schema) : read;
}

/** Checks a body that is read. @returns The schema's output, or the first violation with its field and rule. */
export function parseBody<S extends Fields>(body: unknown, schema: S): Result<v.InferOutput<S>> {
  const parsed = parseFields(schema, body);
  if (parsed.success) return succeed(parsed.output);
  const [issue] = parsed.issues;
  const problem = problemOf(issue, schema);
  const hasRule = issue.type === 'strict_object' || !VALIBOTS_OWN.test(issue.message);
  return fail(failureOf(hasRule ? problem : { ...problem, rule: `must be ${inWords(issue.expected)}` }));
}

/** The message of a schema that names no rule, such as `Invalid type: Expected string but received 1`. */
const VALIBOTS_OWN = /^Invalid \w+: /;

/** Valibot writes a choice as `("site" | "deployment")`. */
const inWords = (expected: string | null): string =>
  PLAIN[expected ?? ''] ?? expected?.replace(/^\((.*)\)$/, '$1').replaceAll(' | ', ' or ') ?? 'valid';
const PLAIN: Readonly<Record<string, string>> = {
  ...{ boolean: 'true or false', string: 'text', number: 'a number' },
  ...{ Object: 'an object', Array: 'a list' },
};

/**
 * Reads a body as strict JSON of any shape. An empty body fails.
 *
 * @param options `time` absent: the usual time limit of a body. `maxBytes` absent: more than most paths have a use for.
 */
export async function readJson(
  request: Request,
  { time, maxBytes }: { time?: BodyTime; maxBytes?: number | undefined } = {},
): Promise<Result<unknown>> {
  const otherType = refuseOtherThanJson(request.headers.get('Content-Type'));
  if (otherType) return fail(otherType);
  const text = await readText(request, time, maxBytes);
  if (!text.ok) return text;
  const value = parseJson(text.value);
  return value === undefined ? fail(NO_JSON) : succeed(value);
}

/** As {@link readJson}, but accepts Google's looser JSON. @returns undefined for a body that is absent or empty. */
export async function readLooseJson(request: Request, time?: BodyTime): Promise<Result<unknown>> {
  const text = await readText(request, time);
  // Over a socket an empty body is also a stream, and its declared type does not matter.
  if (!text.ok || text.value === '') return text.ok ? succeed(undefined) : text;
  const otherType = refuseOtherThanJson(request.headers.get('Content-Type'));
  if (otherType) return fail(otherType);
  const value = parseLooseJson(text.value);
  return value === undefined ? fail(NO_JSON) : succeed(value);
}

const NO_JSON: Failure = invalidField('body', 'must be a JSON object.');

async function readText(request: Request, time?: BodyTime, maxBytes = MAX_BODY_BYTES): Promise<Result<string>> {
  const bytes = await readBytes(request, maxBytes, time);
  return bytes.ok ? succeed(new TextDecoder().decode(bytes.value)) : bytes;
}
