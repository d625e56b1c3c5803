/** Reads the body that begins an upload: what Gemini's Files API lets a caller declare about a file. */
import { has, Problems, present, readFields, readNumber, readObject, readString, shape } from '../request/fields.ts';
import type { ImageMimeType } from '../request/image-type.ts';
import { readLabel } from '../request/parse-inputs.ts';
import { fail, type Result, succeed } from '../shared/failure.ts';

export interface FileWords {
  displayName?: string;
  mimeType?: ImageMimeType;
  size?: number;
}

const BODY = shape('file');
const FILE = shape('name', 'displayName', 'mimeType', 'sizeBytes');
/** Google's own bound (ai.google.dev/api/files#File). */
const MAX_NAME_LENGTH = 512;

/** @param body As `JSON.parse` gave it; undefined where there was none. */
export function parseFileWords(body: unknown): Result<FileWords> {
  const problems = new Problems();
  const fields = readFields({ value: body ?? {}, path: '' }, BODY, problems);
  const file = fields && readObject(fields, 'file', FILE);
  if (!file) return problems.first ? fail(problems.first) : succeed({});
  // An id is a secret that lets others of the site use the file, so no caller may choose it.
  if (has(file, 'name')) problems.invalid('file.name', 'must be left out: names are given here.');
  const displayName = readString(file, 'displayName')?.toWellFormed();
  if (displayName !== undefined && displayName.length > MAX_NAME_LENGTH) {
    problems.invalid('file.displayName', `must have at most ${MAX_NAME_LENGTH} characters.`);
  }
  const label = readString(file, 'mimeType');
  const words = present<FileWords>({
    displayName: displayName || undefined,
    mimeType: label === undefined ? undefined : readLabel(`${file.path}.mimeType`, label, problems),
    size: readNumber(file, 'sizeBytes', { min: 0, max: Number.MAX_SAFE_INTEGER, whole: true }),
  });
  return problems.first ? fail(problems.first) : succeed(words);
}

/** A display name from a header's file name, cut to the longest allowed length. */
export const toDisplayName = (fileName: string | undefined): string | undefined =>
  fileName?.toWellFormed().slice(0, MAX_NAME_LENGTH).toWellFormed();
