/** The JSON inside a unit: what is left when its framing is taken off, and its value with lifted strings in place. */
import { malformed } from './lift-error.ts';
import { type Chunk, type Form, isLifted, type Lifted, type Segment } from './skeleton.ts';

/** A JSON value in which lifted strings stand as themselves. */
export type Value = null | boolean | number | string | Lifted | Value[] | { [key: string]: Value };
export type Fields = { [key: string]: Value };

export const isLiftedValue = (value: Value | undefined): value is Lifted =>
  typeof value === 'object' && value !== null && LIFTED in value;

