/**
 * The events of `<peel-studio>`. They bubble, are composed, and follow an act of the visitor or the network. Their
 * fields are properties of the event and of its `detail`. They carry ids and addresses, never a key or a picture's bytes.
 */
import type { SiteFacts } from '../worker/protocol.ts';
import type { Refusal, Take } from './api/model.ts';
import type { Charged, Reason, Scope } from './api/reasons.ts';
import type { Result, Turn } from './model.ts';
import type { Phase, Status } from './run/generation.ts';

export interface PeelEventMap {
  /** The site's facts have arrived. */
  'peel-ready': { capabilities: SiteFacts };
  /** Before anything is sent. Cancelable: the page may handle the request itself. */
  'peel-generate': { request: Take };
  'peel-statechange': { from: Status; to: Status; reason: string | undefined };
  /** About once a second while a picture is made. */
  'peel-progress': { phase: Phase; elapsedMs: number; expectedMs: number | undefined };
  /** A thought or a draft has arrived. */
  'peel-preview': { thought: string; draftUrl: string | undefined; final: false };
  /** The picture has loaded. */
  'peel-result': { turn: string; results: readonly Result[] };
  /** The visitor chose the picture ("Use this picture"). Cancelable: it is then not the form's value. */
  'peel-use': { turn: string; index: number; result: Result };
  /** The model declined. This is not an error. */
  'peel-refused': Pick<Refusal, 'stage' | 'reason' | 'charged'>;
  /** A short limit was reached; it ends by itself. */
  'peel-limited': { retryAt: Date; scope: Scope | undefined };
  /** A budget or quota is used up for longer. */
  'peel-exhausted': { scope: Scope | undefined; resetsAt: Date | undefined };
  'peel-error': { code: Reason; retryable: boolean; charged: Charged; requestId: string | undefined };
  'peel-cancel': { charged: Charged };
  /** Cancelable: the file is then not added. */
  'peel-reference-add': { file: Blob; role: string };
  'peel-reference-remove': { file: Blob; role: string };
  'peel-reference-reject': { file: Blob; role: string; reason: string };
  /** Another version is shown. */
  'peel-select': { turn: string; index: number };
  /** Two versions are shown side by side. */
  'peel-compare': { turn: string; index: number; with: string };
  /** Cancelable, like the next two: the page may do it itself. */
  'peel-download': { turn: string; index: number; result: Result };
  'peel-copy': { turn: string; index: number; result: Result };
  'peel-share': { turn: string; index: number; result: Result };
}

export type PeelEvent<Type extends keyof PeelEventMap> = Event &
  PeelEventMap[Type] & { readonly detail: PeelEventMap[Type] };

const CANCELABLE: ReadonlySet<keyof PeelEventMap> = new Set([
  'peel-generate',
  'peel-use',
  'peel-reference-add',
  'peel-download',
  'peel-copy',
  'peel-share',
]);

/** @returns Whether the page lets it happen. */
export function fire<Type extends keyof PeelEventMap>(
  target: EventTarget,
  type: Type,
  fields: PeelEventMap[Type],
): boolean {
  const event = new Event(type, { bubbles: true, composed: true, cancelable: CANCELABLE.has(type) });
  return target.dispatchEvent(Object.assign(event, fields, { detail: fields }));
}

/** Where a picture is, for the events about one. */
export const placeOf = ({ id, index, results }: Turn) => ({ turn: id, index, result: results[index] as Result });

declare global {
  interface HTMLElementEventMap extends PeelEvents {}
}

type PeelEvents = { [Type in keyof PeelEventMap]: PeelEvent<Type> };
