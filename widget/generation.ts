/** The state of the element as one union, so that no two flags can disagree. */
import type { Picture, Refusal, Take } from './api/model.ts';
import type { Problem } from './api/problem.ts';
import type { Settings } from './settings.ts';

/** A request as it is sent, and the settings it was made from. */
export interface Order {
  prompt: string;
  settings: Settings;
  take: Take;
}

/** A picture that has arrived. */
export interface Result extends Picture {
  /** Pixels as delivered, which may differ from the request. */
  width: number;
  height: number;
  order: Order;
  /** From the request to the picture on the page. */
  elapsedMs: number;
}

/** `connecting` until the request has left, `opening` while the picture loads. */
export type Phase = 'connecting' | 'drawing' | 'opening';

/** Why the element is at rest again. */
export type Note = 'stopped' | 'stoppedUnsent' | 'backOnline' | 'limitOver';

interface Working {
  /** Absent while the facts of the site are loading. */
  order?: Order;
  phase: Phase;
  /** Unix milliseconds. */
  startedAt: number;
}

export type Generation =
  | { status: 'idle'; note?: Note }
  | ({ status: 'generating' } & Working)
  /** `thought` is not final. */
  | ({ status: 'previewing'; thought: string } & Working)
  | { status: 'done'; note?: Note }
  | { status: 'refused'; refusal: Refusal }
  /** `until` in Unix milliseconds. The limit ends by itself; nothing is sent by itself. */
  | { status: 'limited'; problem: Problem; until: number }
  | { status: 'exhausted'; problem: Problem; until?: number }
  | { status: 'offline'; problem: Problem }
  | { status: 'error'; problem: Problem };

export type Status = Generation['status'];

export const STATUSES: readonly Status[] = [
  'idle',
  'generating',
  'previewing',
  'done',
  'refused',
  'limited',
  'exhausted',
  'offline',
  'error',
];

export const isWorking = (state: Generation): state is Extract<Generation, Working> =>
  state.status === 'generating' || state.status === 'previewing';

/** When the limit ends, in Unix milliseconds; undefined if there is nothing to wait for. */
export const waitsUntil = (state: Generation): number | undefined =>
  state.status === 'limited' || state.status === 'exhausted' ? state.until : undefined;
