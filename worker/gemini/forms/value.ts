import type { Lifted } from '../lift/skeleton.ts';

/** A string of a value that was lifted as a whole. */
export class LiftedValue {
  constructor(readonly lifted: Lifted) {}
}

/** A string with lifted stretches: a text with the data URL of a picture in it. */
export class MixedText {
  constructor(readonly pieces: readonly (string | Lifted)[]) {}
}

/** A JSON value, with lifted strings in it. */
export type Value = null | boolean | number | string | LiftedValue | MixedText | Value[] | Fields;
export type Fields = { [key: string]: Value };
export const isFields = (value: Value | undefined): value is Fields =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof LiftedValue) &&
  !(value instanceof MixedText);
