import type { Lifted } from './skeleton.ts';

export type LiftErrorKind =
  /** The message ended in its middle. */
  | 'truncated'
  /** Not JSON, or not framed as its form says. */
  | 'malformed'
  /** More text beside the lifted strings than `maxSkeletonBytes`. */
  | 'skeleton_too_large'
  /** Reading failed; `cause` is the source's error. */
  | 'source_failed'
  /** The sink refused; `cause` is the sink's error. */
  | 'sink_failed';

/** Why a message could not be lifted whole. By then every open writer is aborted. */
export class LiftError extends Error {
  override name = 'LiftError';
  /** What the sink had already closed, of the whole message: the caller may want to remove it. */
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
