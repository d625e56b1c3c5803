import type { Reason } from './reasons.ts';

export type ErrorCode =
  | Reason
  | 'REFUSED'
  | 'CANCELLED'
  | 'NOT_ACTIVATED'
  | 'INVALID'
  | 'BUSY'
  | 'PREVENTED'
  | 'WAITING'
  | 'DISABLED'
  | 'OUT_OF_DATE';

/** What the element's methods reject with. */
export class PeelError extends Error {
  override name = 'PeelError';
  /** A reason of the worker, one of the browser, or why nothing was sent. */
  readonly code: ErrorCode;
  /** Whether the same request may be sent again. */
  readonly retryable: boolean;
  readonly requestId?: string;

  constructor(
    code: ErrorCode,
    message: string,
    { retryable = false, requestId }: { retryable?: boolean; requestId?: string | undefined } = {},
  ) {
    super(message);
    this.code = code;
    this.retryable = retryable;
    if (requestId !== undefined) this.requestId = requestId;
  }
}

/** For actions that a click started: the failure is shown, so it must not be an unhandled rejection of the page. */
export function quietly(action: Promise<unknown>): Promise<unknown> {
  return action.catch((cause: unknown) => {
    const expected = cause instanceof PeelError || (cause instanceof DOMException && cause.name === 'AbortError');
    if (!expected) reportError(cause);
  });
}
