/** Writes an answer with addresses in place of pictures, so that four megabytes become one kilobyte. */
import type { Form } from '../../request/target.ts';
import type { Chunk } from '../lift/skeleton.ts';
import { fieldOf, textOf, toCamelCase } from './names.ts';
import { rewrite } from './rewrite.ts';
import { type Fields, isFields, LiftedValue, MixedText, type Value } from './value.ts';
import { verbatimOf } from './verbatim.ts';

export interface LinkOptions {
  /**
   * The address and the true type of picture `n`. The provider's label may be wrong, and clients send the part back
   * as they got it.
   *
   * @param mimeType As the part declared it, else `image/png`.
   */
  image(n: number, mimeType: string): { mimeType: string; fileUri: string };
  /** The short reference that replaces signature `n`. */
  signatureRef(n: number): string;
}

const UNDECLARED_TYPE = 'image/png';

/**
 * Image parts, thoughts too, become `fileData`, and lifted signatures short references; names come out in camelCase.
 * The framing and all other values stay. A chunk without a JSON value passes as it is.
 */
export function toLinks(chunk: Chunk, form: Form, options: LinkOptions): Chunk {
  return rewrite(chunk, form, (value) => link(toCamelCase(value), options));
}

function link(value: Value, options: LinkOptions): Value {
  if (value instanceof LiftedValue) return linkLifted(value, options);
  if (value instanceof MixedText) return linkText(value, options);
  if (Array.isArray(value)) return value.map((item) => link(item, options));
  if (!isFields(value) || verbatimOf(value) !== undefined) return value;
  const data = fieldOf(value.inlineData, 'data');
  const entries = Object.entries(value).map(([key, field]): [string, Value] =>
    key === 'inlineData' && data instanceof LiftedValue && isFields(field)
      ? ['fileData', fileData(field, data, options)]
      : [key, link(field, options)],
  );
  return Object.fromEntries(entries);
}

function fileData(inlineData: Fields, { lifted }: LiftedValue, options: LinkOptions): Fields {
  const { data: _, mimeType, ...others } = inlineData;
  const declared = textOf(mimeType) ?? UNDECLARED_TYPE;
  return { ...options.image(lifted.n, declared), ...others };
}

const linkText = ({ pieces }: MixedText, options: LinkOptions): string =>
  pieces.map((piece) => (typeof piece === 'string' ? piece : linkLifted(new LiftedValue(piece), options))).join('');

function linkLifted({ lifted }: LiftedValue, options: LinkOptions): string {
  return lifted.kind === 'signature'
    ? options.signatureRef(lifted.n)
    : options.image(lifted.n, UNDECLARED_TYPE).fileUri;
}
