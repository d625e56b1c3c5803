import type { Lifted } from './skeleton.ts';

export type LiftErrorKind =
  /** The message ended in its middle. */
  | 'truncated'
  /** Not JSON, or not framed as its form says. */
  | 'malformed'
  /** More text beside the lifted strings than `maxSkeletonBytes`, or more than 32 MiB of text to leave out. */
  | 'skeleton_too_large'
  /** Reading failed; `cause` is the source's error. */
  | 'source_failed'
  /** The sink refused; `cause` is the sink's error. */
  | 'sink_failed';

/** A message could not be lifted completely. When `lift` throws it, every open writer is already aborted. */
export class LiftError extends Error {
  override name = 'LiftError';
  /** Blobs of the whole message that the sink has already stored: the caller may want to remove them. */
  closed: readonly Lifted[] = [];

  constructor(
    readonly kind: LiftErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export const malformed = (what: string): LiftError => new LiftError('malformed', what);
