/**
 * Gives an answer the names that Gemini's clients read. Google answers in camelCase; a reseller may answer in
 * snake_case, and no client of Google finds a picture, a reason or a count there.
 */
import type { Form } from '../../request/target.ts';
import { type Chunk, isLifted, type Segment } from '../lift/skeleton.ts';
import { toCamelCase } from './names.ts';
import { rewrite } from './rewrite.ts';

/** A field's name in snake_case. Inside a string each quote has a backslash before it. */
const SNAKE_NAME = /"[a-z][a-z0-9]*_[a-z0-9_]+"\s*:/;

/** @returns The same chunk if all its names are right: such a chunk passes byte for byte. */
export const inCamelCase = (chunk: Chunk, form: Form): Chunk =>
  chunk.some(hasSnakeName) ? rewrite(chunk, form, toCamelCase) : chunk;

function hasSnakeName(segment: Segment): boolean {
  if (isLifted(segment)) return false;
  return SNAKE_NAME.test(typeof segment === 'string' ? segment : Buffer.from(segment.raw, 'base64').toString('latin1'));
}
