/**
 * Turns a caller's JSON into a request that the model would accept. What the model would refuse is refused here,
 * without charge: by the field's name, the rule, and the accepted values. An unserved field of Google's is dropped
 * where it says nothing. Any other field is refused, since its cost is not known.
 */
import { type CatalogModel, findModel } from '../catalog/model.ts';
import { fail, invalidField, type Result, succeed } from '../shared/failure.ts';
import type { RequestContext } from './context.ts';
import {
  alsoKnown,
  alsoServed,
  type Fields,
  locate,
  Problems,
  present,
  readFields,
  readString,
  reportUnsupported,
  shape,
  withNeutral,
} from './fields.ts';
import { isUnset } from './neutral.ts';
import { parseConfig } from './parse-config.ts';
import { parseSystemInstruction, parseTurns } from './parse-contents.ts';
import { type KeptReference, KeptReferences } from './parse-references.ts';
import { parseGrounding, parseSafetySettings } from './parse-tools.ts';
import type { GenerateRequest } from './request.ts';

export interface ParsedRequest {
  /** Its parts name inputs by index: first those of the context, then one for each reference. */
  request: GenerateRequest;
  /** The references to look up, each once. */
  references: readonly KeptReference[];
}

/** `toolConfig` is accepted because frameworks always send it, and ignored because there is nothing to configure. */
const BODY = alsoKnown(
  withNeutral(
    alsoServed(
      shape('contents', 'systemInstruction', 'safetySettings', 'tools', 'toolConfig', 'generationConfig'),
      'model',
    ),
    { model: isUnset, systemInstruction: isUnset },
  ),
  'cachedContent',
  'serviceTier',
  'labels',
  'store',
  'continuationToken',
  'modelArmorConfig',
  'generationOutputConfig',
);

/**
 * Reads the body of a `generateContent` or `countTokens` call.
 *
 * @param body As `JSON.parse` gave it, with `placeholderFor(index)` in the place of every lifted string.
 * @returns The first problem, or the request with its defaults filled in.
 */
export function parseGenerateRequest(body: unknown, context: RequestContext): Result<ParsedRequest> {
  const problems = new Problems();
  const kept = new KeptReferences(context, context.inputs.length, problems);
  const fields = readFields({ value: body, path: '' }, BODY, problems);
  const request = fields && parseFields(fields, context, kept);
  if (problems.first) return fail(problems.first);
  if (!request) return fail(invalidField('body', 'must be a JSON object.'));
  return succeed({ request, references: kept.all });
}

function parseFields(fields: Fields, context: RequestContext, kept: KeptReferences): GenerateRequest {
  checkModel(fields, context.model);
  const systemInstruction = parseSystemInstruction(fields);
  // The site's owner decides what precedes a prompt, so no visitor may.
  if (systemInstruction && context.caller === 'visitor') {
    fields.problems.invalid('systemInstruction', 'must be left out: only API clients may set it.');
  }
  return present<GenerateRequest>({
    model: context.model.id,
    turns: parseTurns(fields, context, kept),
    systemInstruction,
    safetySettings: parseSafetySettings(fields, context.caller),
    grounding: parseGrounding(fields, context),
    ...parseConfig(fields, context.model, context.caller),
  });
}

/** Google's own request type has a `model` field. The path decides here, so the field may only repeat it. */
function checkModel(fields: Fields, model: CatalogModel): void {
  const name = readString(fields, 'model');
  if (name === undefined || findModel([model], name)) return;
  reportUnsupported(fields.problems, locate(fields, 'model').path, name, [model.id], 'the path names another');
}

/**
 * Whether the request names an inline input twice. A lifted string has one place. A caller that writes a placeholder
 * itself could put one picture in a thousand places, and have a thousand sent up. A reference may be named twice,
 * because each use is counted.
 *
 * @param inline Number of lifted inputs; those after them are references.
 */
export function namesInputTwice({ turns }: GenerateRequest, inline: number): boolean {
  const named = turns
    .flatMap(({ parts }) => parts)
    .flatMap((part) => [
      ...(part.kind === 'image' ? [part.input] : []),
      ...(part.signature && 'input' in part.signature ? [part.signature.input] : []),
    ])
    .filter((input) => input < inline);
  return new Set(named).size < named.length;
}

/**
 * Gives picture parts the types of their inputs: only the bytes of an uploaded file tell its type.
 *
 * @param typeOf The type of an input, by index; undefined where it is no picture.
 */
export function withTypes(request: GenerateRequest, typeOf: (input: number) => string | undefined): GenerateRequest {
  const turns = request.turns.map((turn) => ({
    ...turn,
    parts: turn.parts.map((part) =>
      part.kind === 'image' ? { ...part, mimeType: typeOf(part.input) ?? part.mimeType } : part,
    ),
  }));
  return { ...request, turns };
}
