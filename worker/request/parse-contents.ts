/** Reads `contents` and `systemInstruction`: turns, their parts, and the contents of parts. */
import type { CatalogModel } from '../catalog/model.ts';
import { utf8Length } from '../shared/utf8.ts';
import type { RequestContext } from './context.ts';
import {
  alsoKnown,
  alsoServed,
  type Fields,
  has,
  type Located,
  locate,
  type Problems,
  present,
  readBoolean,
  readFields,
  readList,
  readName,
  readObject,
  readString,
  reportDropped,
  shape,
  withNeutral,
} from './fields.ts';
import { isUnset, saysNothing } from './neutral.ts';
import { type InputFacts, parseImage, parseSignature } from './parse-inputs.ts';
import type { KeptReferences } from './parse-references.ts';
import { MEDIA_RESOLUTIONS, type Part, type Turn } from './request.ts';

/**
 * Limit of all text in a request, short signatures included: enough for a prompt, and it fits into a row of storage.
 */
const MAX_TEXT_BYTES = 1024 * 1024;
/**
 * Limit of the text in a visitor's request, by role: every byte costs the owner money. A visitor writes a prompt. A
 * model says more in a long chat, but the request does not prove who wrote it.
 */
const MAX_VISITOR_TEXT_BYTES: Record<Turn['role'], number> = { user: 16 * 1024, model: 64 * 1024 };
/** The SDK's streamed chat keeps one turn for each chunk, so a long chat has hundreds. */
const MAX_PARTS = 4096;
/** The most that any model takes (docs/wire-facts.md#google-limits-of-a-request); our memory is planned for it. */
const MAX_REFERENCES = 14;

const CONTENT = withNeutral(shape('role', 'parts'), { role: isUnset });
const TEXT_PART = alsoKnown(
  shape('text'),
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
  'videoMetadata',
  'partMetadata',
);
const PART = {
  ...alsoServed(shape('text', 'inlineData', 'fileData', 'thought', 'thoughtSignature'), 'mediaResolution'),
  unserved: TEXT_PART.unserved,
};
const SYSTEM_PART = alsoKnown(TEXT_PART, 'inlineData', 'fileData', 'thought', 'thoughtSignature', 'mediaResolution');
const MEDIA_RESOLUTION = alsoKnown(withNeutral(shape('level'), { level: isUnset }), 'numTokens');

/** A part has exactly one of these; a signature may also come alone. */
const KINDS = ['text', 'inlineData', 'fileData'] as const;

/** The context in which turns are read, and the counts over all of them. */
interface Reading {
  model: CatalogModel;
  inputs: readonly InputFacts[];
  kept: KeptReferences;
  problems: Problems;
  caller: RequestContext['caller'];
  /** Bytes of text, by role. */
  writtenBytes: Record<Turn['role'], number>;
  textBytes: number;
  parts: number;
  references: number;
}

/** @param kept Collects the references that the parts name. */
export function parseTurns(body: Fields, { model, inputs, caller }: RequestContext, kept: KeptReferences): Turn[] {
  const { problems } = body;
  const counts = { writtenBytes: { user: 0, model: 0 }, textBytes: 0, parts: 0, references: 0 };
  const reading: Reading = { model, inputs, kept, problems, caller, ...counts };
  const turns: Turn[] = [];
  for (const entry of readList(body, 'contents')) {
    const turn = parseTurn(entry, reading);
    // The first problem is the answer: the rest of a huge body is not worth the time.
    if (!turn || problems.first) return [];
    turns.push(turn);
  }
  kept.endTurn();
  const last = turns.at(-1);
  if (!last) problems.invalid('contents', 'must hold at least one turn.');
  else if (last.role !== 'user') problems.invalid('contents', 'must end with a turn of the role user.');
  else if (!last.parts.some(saysSomething)) {
    problems.invalid(`contents[${turns.length - 1}].parts`, 'must hold some text or an image.');
  }
  return turns;
}

/** @returns The text of each part; undefined where there is none. Google accepts only text here. */
export function parseSystemInstruction(body: Fields): string[] | undefined {
  const { problems } = body;
  const content = readObject(body, 'systemInstruction', CONTENT);
  if (!content) return undefined;
  const texts: string[] = [];
  let bytes = 0;
  for (const entry of readList(content, 'parts')) {
    const part = readFields(entry, SYSTEM_PART, problems);
    const text = part && readString(part, 'text')?.toWellFormed();
    if (problems.first) return undefined;
    if (text) texts.push(text);
    bytes += utf8Length(text ?? '');
  }
  if (bytes > MAX_TEXT_BYTES) problems.invalid(content.path, `must have at most ${MAX_TEXT_BYTES} bytes of text.`);
  return texts.length > 0 ? texts : undefined;
}

function parseTurn(entry: Located, reading: Reading): Turn | undefined {
  const { problems } = reading;
  const content = readFields(entry, CONTENT, problems);
  if (!content) return undefined;
  const role = has(content, 'role') ? parseRole(locate(content, 'role'), problems) : 'user';
  if (!role) return undefined;
  reading.kept.beginTurn(role);
  const parts: Part[] = [];
  for (const located of readList(content, 'parts')) {
    reading.parts += 1;
    if (reading.parts > MAX_PARTS) return problems.invalid('contents', `must have at most ${MAX_PARTS} parts in all.`);
    const part = parsePart(located, role, reading);
    if (!part || problems.first) return undefined;
    parts.push(part);
  }
  if (parts.length === 0) return problems.invalid(`${content.path}.parts`, 'must hold at least one part.');
  return { role, parts };
}

/** Unlike an enum's name, a role is plain text, and Google distinguishes its letter case. */
function parseRole(role: Located, problems: Problems): Turn['role'] | undefined {
  const name = readName(role, ['user', 'model'] as const, problems);
  return name === undefined || name === role.value ? name : problems.invalid(role.path, 'must be in lower case.');
}

function parsePart(entry: Located, role: Turn['role'], reading: Reading): Part | undefined {
  const part = readFields(entry, PART, reading.problems);
  if (!part) return undefined;
  const given = KINDS.filter((kind) => has(part, kind));
  const kinds = given.length > 1 ? given.filter((kind) => !saysNothing(part.values.get(kind))) : given;
  if (given.length === 0 && !has(part, 'thoughtSignature')) reportDropped(entry, PART, reading.problems);
  if (kinds.length > 1 || (kinds.length === 0 && !has(part, 'thoughtSignature'))) {
    return reading.problems.invalid(part.path, `must hold one of ${KINDS.join(', ')}.`);
  }
  const content = parseContent(part, kinds[0], role, reading);
  const thought = readBoolean(part, 'thought') || undefined;
  const signature = reading.kept.parseSignature(`${part.path}.thoughtSignature`, parseSignature(part, reading.inputs));
  if (signature && 'text' in signature) countText(reading, signature.text.length);
  if (!content) return undefined;
  const mediaResolution = parseMediaResolution(part);
  const whole = present<Part>({
    ...content,
    ...(content.kind === 'image' && mediaResolution && { mediaResolution }),
    thought,
    signature,
  });
  reading.kept.place(part.path, whole);
  return whole;
}

function parseMediaResolution(part: Fields) {
  const resolution = readObject(part, 'mediaResolution', MEDIA_RESOLUTION);
  if (!resolution || !has(resolution, 'level')) return undefined;
  return readName(locate(resolution, 'level'), MEDIA_RESOLUTIONS, part.problems);
}

function parseContent(
  part: Fields,
  kind: (typeof KINDS)[number] | undefined,
  role: Turn['role'],
  reading: Reading,
): Part | undefined {
  switch (kind) {
    case 'fileData':
    case 'inlineData':
      // Pictures in the model's turns are its own, not references.
      if (role === 'user') countReference(`${part.path}.${kind}`, reading);
      return kind === 'fileData' ? reading.kept.parseFile(part) : parseImage(part, reading.inputs);
    default: {
      // A streamed answer can end with a part that has only a signature, and it comes back unchanged.
      const text = (has(part, 'text') ? readString(part, 'text') : '')?.toWellFormed();
      if (text === undefined) return undefined;
      countText(reading, utf8Length(text));
      countWritten(reading, role, utf8Length(text));
      return { kind: 'text', text };
    }
  }
}

function countReference(field: string, reading: Reading): void {
  const { model, problems } = reading;
  const most = Math.min(MAX_REFERENCES, model.maxReferences);
  reading.references += 1;
  if (reading.references <= most) return;
  problems.invalid(field, `is reference image ${reading.references}, but ${model.id} takes at most ${most}.`);
}

function countText(reading: Reading, bytes: number): void {
  reading.textBytes += bytes;
  if (reading.textBytes > MAX_TEXT_BYTES) {
    reading.problems.invalid('contents', `must have at most ${MAX_TEXT_BYTES} bytes of text in all.`);
  }
}

function countWritten(reading: Reading, role: Turn['role'], bytes: number): void {
  reading.writtenBytes[role] += bytes;
  const most = MAX_VISITOR_TEXT_BYTES[role];
  if (reading.caller !== 'visitor' || reading.writtenBytes[role] <= most) return;
  const rule = `must have at most ${most} bytes of text in the turns of the role ${role}; only API clients may send more.`;
  reading.problems.invalid('contents', rule);
}

const saysSomething = (part: Part): boolean => part.kind === 'image' || part.text.trim() !== '';
