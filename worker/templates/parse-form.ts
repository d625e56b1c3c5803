/**
 * Reads what a visitor of a template sends: `{"peelTemplate": {"slots": {name: value}, "previous": address}}` as the only
 * part of the only turn, and settings of the picture. Everything else is refused by name.
 */
import { isMadeFor, isPrivateId } from '../auth/private-picture.ts';
import type { CatalogModel } from '../catalog/model.ts';
import type { TemplateSlot } from '../protocol.ts';
import {
  alsoServed,
  type Fields,
  has,
  type Located,
  locate,
  Problems,
  present,
  readFields,
  readList,
  readObject,
  readString,
  reportUnsupported,
  type Shape,
  shape,
} from '../request/fields.ts';
import { parseFileAddress } from '../request/file-url.ts';
import { parsePictureAddress } from '../request/image-url.ts';
import type { ParsedRequest } from '../request/parse.ts';
import { parseConfig } from '../request/parse-config.ts';
import type { KeptReference, ReferenceContext } from '../request/parse-references.ts';
import type { GenerateRequest } from '../request/request.ts';
import { fail, invalidField, type Result, succeed } from '../shared/failure.ts';
import { expand, type Filled } from './expand.ts';
import { hasUnseen, tidy } from './slots.ts';
import type { Template } from './template.ts';

export interface FormContext extends Omit<ReferenceContext, 'secrets'> {
  model: CatalogModel;
  template: Template;
}

const BODY = shape('contents', 'generationConfig');
const TURN = shape('role', 'parts');
const PART = shape('peelTemplate');
const FORM = shape('slots', 'previous');
/** Settings that choose a picture and tell nothing of the template. */
const CONFIG = alsoServed(shape('responseModalities', 'imageConfig', 'thinkingConfig'), 'responseFormat');

const ONE_PART = 'must hold one turn with one part, {"peelTemplate": {"slots": {…}}}: this site takes nothing else.';

/** Whether a body fills a template. */
export const isForm = (body: unknown): boolean =>
  list(fieldOf(body, 'contents')).some((turn) =>
    list(fieldOf(turn, 'parts')).some(
      (part) => fieldOf(part, 'peelTemplate') !== undefined || fieldOf(part, 'peel_template') !== undefined,
    ),
  );

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

/**
 * @param body As `JSON.parse` gave it.
 * @returns The first problem, or the request that goes up. Its parts name the references by index.
 */
export function parseForm(body: unknown, context: FormContext): Result<ParsedRequest> {
  const problems = new Problems();
  const fields = readFields({ value: body, path: '' }, BODY, problems);
  const filled = fields && parseTurn(fields, context);
  const config = fields && parseFormConfig(fields, context.model);
  if (problems.first) return fail(problems.first);
  if (!filled || !config) return fail(invalidField('contents', ONE_PART));
  const { template, model, site } = context;
  const { turns, references } = expand(template, filled, site);
  const request = present<GenerateRequest>({
    ...{ model: model.id, turns, safetySettings: undefined, grounding: undefined },
    systemInstruction: template.systemInstruction === undefined ? undefined : [template.systemInstruction],
    ...config,
  });
  return succeed({ request, references });
}

/** No word and no thought of the answer is told, so none is asked for. */
function parseFormConfig(body: Fields, model: CatalogModel) {
  readObject(body, 'generationConfig', CONFIG);
  const config = parseConfig(body, model, 'visitor');
  return { ...config, modalities: ['IMAGE' as const], includeThoughts: undefined };
}

function parseTurn(body: Fields, context: FormContext): Filled | undefined {
  const { problems } = body;
  const [turn, ...others] = readList(body, 'contents');
  const content = turn && readFields(turn, TURN, problems);
  if (!content) return undefined;
  const role = readString(content, 'role') ?? 'user';
  const [part, ...more] = readList(content, 'parts');
  // A part of another kind is refused by its own name.
  const form = part && readFields(part, PART, problems);
  if (others.length > 0 || more.length > 0 || role !== 'user' || (form && !has(form, 'peelTemplate'))) {
    return problems.invalid('contents', ONE_PART);
  }
  const values = form && readObject(form, 'peelTemplate', FORM);
  return values && parseValues(values, context);
}

function parseValues(form: Fields, context: FormContext): Filled {
  const { slots } = context.template;
  const path = `${form.path}.slots`;
  const given = has(form, 'slots') ? locate(form, 'slots') : { path, value: {} };
  const values = readFields(given, exactly(slots.map(({ name }) => name)), form.problems);
  const texts = new Map<string, string>();
  const photos = new Map<string, KeptReference>();
  for (const slot of values ? slots : []) {
    const at = { path: `${path}.${slot.name}`, value: values?.values.get(slot.name) };
    const value = readValue(at, slot, form.problems);
    if (value === undefined) continue;
    if (slot.type !== 'photo') texts.set(slot.name, value);
    else {
      const photo = readPhoto(at.path, value, context, form.problems);
      if (photo) photos.set(slot.name, photo);
    }
  }
  const previous = readPrevious(form, context);
  return { texts, photos, ...(previous && { previous }) };
}

/** Unlike Google's fields, a slot has one spelling. */
const exactly = (names: readonly string[]): Shape => ({
  names,
  spellings: new Map(names.map((name) => [name, name])),
  neutral: new Map(),
  unserved: new Map(),
});

/** @returns The tidy value; undefined where there is none. */
function readValue({ path, value }: Located, slot: TemplateSlot, problems: Problems): string | undefined {
  if (value !== undefined && typeof value !== 'string') return problems.invalid(path, 'must be text.');
  const text = tidy(value ?? '');
  if (text === '') return slot.required ? problems.invalid(path, 'must be given.') : undefined;
  if (slot.type === 'choice' && !slot.choices.includes(text)) {
    return reportUnsupported(problems, path, text, slot.choices);
  }
  if (hasUnseen(text)) {
    return problems.invalid(path, 'must be without control characters and marks that turn the direction of text.');
  }
  if (slot.type === 'text' && text.length > slot.maxLength) {
    return problems.invalid(path, `must have at most ${slot.maxLength} characters.`);
  }
  return text;
}

function readPhoto(
  field: string,
  uri: string,
  { origin, site }: FormContext,
  problems: Problems,
): KeptReference | undefined {
  const id = parseFileAddress(uri, origin);
  return id === undefined ? problems.report({ reason: 'URI_NOT_ALLOWED', field }) : { kind: 'file', site, id, field };
}

function readPrevious(form: Fields, { origin, site, asker, template }: FormContext): KeptReference | undefined {
  const uri = readString(form, 'previous');
  if (!uri) return undefined;
  const field = `${form.path}.previous`;
  const picture = parsePictureAddress(uri, origin);
  if (!picture) return form.problems.report({ reason: 'URI_NOT_ALLOWED', field });
  if (isPrivateId(picture.id) && !isMadeFor(asker, picture.id)) {
    return form.problems.report({ reason: 'NOT_FOUND', what: `The picture of ${field}` });
  }
  return { kind: 'image', site, ...picture, field, template: template.version };
}
