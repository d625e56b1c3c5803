/**
 * From a stranger's JSON to a request that the model would accept. What it would refuse is refused here, for nothing:
 * by the field's name, the rule, and the values that are accepted. A field of Google's that is not served is dropped where
 * it says nothing, and any other field is refused, since what it costs is not known.
 */
import { type CatalogModel, findModel } from '../catalog/model.ts';
import { fail, type Result, succeed } from '../shared/failure.ts';
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
  /** What is to be looked up, each once. */
  references: readonly KeptReference[];
}

/** `toolConfig` is accepted because frameworks always send it, and ignored because there is nothing to configure. */
const BODY = alsoKnown(
  withNeutral(
    alsoServed(
      shape('contents', 'systemInstruction', 'safetySettings', 'tools', 'toolConfig', 'generationConfig'),
      'model',
    ),
    { model: isUnset },
  ),
  'cachedContent',
  'serviceTier',
  'labels',
);

/**
 * Reads the body of a `generateContent` or `countTokens` call.
 *
 * @param body As `JSON.parse` gave it, with {@link placeholderFor} in the place of every lifted string.
 * @returns The first thing that is wrong, or the request with its defaults filled in.
 */
export function parseGenerateRequest(body: unknown, context: RequestContext): Result<ParsedRequest> {
  const problems = new Problems();
  const kept = new KeptReferences(context, context.inputs.length, problems);
  const fields = readFields({ value: body, path: '' }, BODY, problems);
  const request = fields && parseFields(fields, context, kept);
  if (problems.first) return fail(problems.first);
  if (!request) return fail({ reason: 'INVALID_FIELD', field: 'body', rule: 'must be a JSON object.' });
  return succeed({ request, references: kept.all });
}

function parseFields(fields: Fields, context: RequestContext, kept: KeptReferences): GenerateRequest {
  checkModel(fields, context.model);
  const systemInstruction = parseSystemInstruction(fields);
  // A site's owner decides what goes before a prompt, so no visitor may.
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

/** Google's own request has its model inside; here the path says it. */
function checkModel(fields: Fields, model: CatalogModel): void {
  const name = readString(fields, 'model');
  if (name === undefined || findModel([model], name)) return;
  reportUnsupported(fields.problems, locate(fields, 'model').path, name, [model.id], 'the path names another');
}

/**
 * A lifted string has one place. A caller who writes a placeholder himself could let one picture stand in a thousand
 * places, and have a thousand sent up. Something of ours may well be named twice: that it is counted is enough.
 *
 * @param inline How many inputs were lifted; those after them are references.
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
 * Of an uploaded file only its bytes know the type, so parts are given it when these have been found.
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
