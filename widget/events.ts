/**
 * The events of `<peel-studio>`. They bubble, are composed, and follow an act of the visitor or the network. They carry
 * ids and addresses, never a key or a picture's bytes.
 */
import type { SiteFacts } from '../worker/protocol.ts';
import type { Refusal, Take } from './api/model.ts';
import type { Charged, Reason, Scope } from './api/reasons.ts';
import type { Phase, Result, Status } from './generation.ts';

class PeelEvent extends Event {
  constructor(type: string, cancelable = false) {
    super(type, { bubbles: true, composed: true, cancelable });
  }
}

/** The site's facts have arrived. */
export class PeelReadyEvent extends PeelEvent {
  constructor(readonly capabilities: SiteFacts) {
    super('peel-ready');
  }
}

/** Fired before anything is sent. Cancelable: the page may handle the request itself. */
export class PeelGenerateEvent extends PeelEvent {
  /** @param request The request as it will be sent. */
  constructor(readonly request: Take) {
    super('peel-generate', true);
  }
}

export class PeelStateChangeEvent extends PeelEvent {
  /** @param reason Reason of a failure or refusal, if any. */
  constructor(
    readonly from: Status,
    readonly to: Status,
    readonly reason: string | undefined,
  ) {
    super('peel-statechange');
  }
}

/** Fired about once a second while a picture is generated. */
export class PeelProgressEvent extends PeelEvent {
  constructor(
    readonly phase: Phase,
    readonly elapsedMs: number,
    readonly expectedMs: number | undefined,
  ) {
    super('peel-progress');
  }
}

/** A thought of the model has arrived. */
export class PeelPreviewEvent extends PeelEvent {
  readonly final = false;

  constructor(readonly thought: string) {
    super('peel-preview');
  }
}

/** The picture has loaded. */
export class PeelResultEvent extends PeelEvent {
  constructor(readonly results: readonly Result[]) {
    super('peel-result');
  }
}

/** The model refused. This is not an error. */
export class PeelRefusedEvent extends PeelEvent {
  readonly charged: Refusal['charged'];
  readonly stage: Refusal['stage'];
  readonly reason: Refusal['reason'];

  constructor({ charged, stage, reason }: Refusal) {
    super('peel-refused');
    this.charged = charged;
    this.stage = stage;
    this.reason = reason;
  }
}

/** A short limit was reached; it ends by itself. */
export class PeelLimitedEvent extends PeelEvent {
  constructor(
    readonly retryAt: Date,
    readonly scope: Scope | undefined,
  ) {
    super('peel-limited');
  }
}

/** A budget or quota is used up for longer. */
export class PeelExhaustedEvent extends PeelEvent {
  constructor(
    readonly scope: Scope | undefined,
    readonly resetsAt: Date | undefined,
  ) {
    super('peel-exhausted');
  }
}

export class PeelErrorEvent extends PeelEvent {
  constructor(
    readonly code: Reason,
    readonly retryable: boolean,
    readonly charged: Charged,
    readonly requestId: string | undefined,
  ) {
    super('peel-error');
  }
}

export class PeelCancelEvent extends PeelEvent {
  constructor(readonly charged: Charged) {
    super('peel-cancel');
  }
}

/** Cancelable: the page may save the picture itself. */
export class PeelDownloadEvent extends PeelEvent {
  constructor(readonly result: Result) {
    super('peel-download', true);
  }
}

/** Cancelable: the page may copy the picture itself. */
export class PeelCopyEvent extends PeelEvent {
  constructor(readonly result: Result) {
    super('peel-copy', true);
  }
}

declare global {
  interface HTMLElementEventMap {
    'peel-ready': PeelReadyEvent;
    'peel-generate': PeelGenerateEvent;
    'peel-statechange': PeelStateChangeEvent;
    'peel-progress': PeelProgressEvent;
    'peel-preview': PeelPreviewEvent;
    'peel-result': PeelResultEvent;
    'peel-refused': PeelRefusedEvent;
    'peel-limited': PeelLimitedEvent;
    'peel-exhausted': PeelExhaustedEvent;
    'peel-error': PeelErrorEvent;
    'peel-cancel': PeelCancelEvent;
    'peel-download': PeelDownloadEvent;
    'peel-copy': PeelCopyEvent;
  }
}
