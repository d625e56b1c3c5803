/** The state of the engine as one union, so that no two flags can disagree. */
import type { Refusal } from '../api/model.ts';
import type { Problem } from '../api/problem.ts';
import type { Order } from '../model.ts';

/** `connecting` until the request has left, `opening` while the picture loads. */
export type Phase = 'connecting' | 'drawing' | 'opening';

/** A fact that belongs to no request: it stands in the foot line for a while. */
export type Fact = 'stopped' | 'stoppedUnsent' | 'backOnline' | 'limitOver' | 'fromBefore';

interface Working {
  /** Absent until the pictures are uploaded and the site is known. */
  order?: Order;
  phase: Phase;
  /** Unix milliseconds. */
  startedAt: number;
  /** Milliseconds until the request had left; absent while it is connecting. A check of the visitor may take long. */
  waitedMs?: number;
}

export type Generation =
  | { status: 'idle'; fact?: Fact }
  | ({ status: 'uploading' } & Working)
  | ({ status: 'generating' } & Working)
  /** Thought and draft are not final. */
  | ({ status: 'previewing'; thought: string; draftUrl?: string } & Working)
  | { status: 'done'; fact?: Fact }
  | { status: 'refused'; refusal: Refusal }
  /** `until` in Unix milliseconds. The limit ends by itself; nothing is sent by itself. */
  | { status: 'limited'; problem: Problem; since: number; until: number }
  | { status: 'exhausted'; problem: Problem; since: number; until?: number }
  | { status: 'offline'; problem: Problem }
  | { status: 'error'; problem: Problem };

export type Status = Generation['status'];

export const isWorking = (state: Generation): state is Extract<Generation, Working> => 'phase' in state;

/** When the limit ends, in Unix milliseconds; undefined if there is nothing to wait for. */
export const waitsUntil = (state: Generation): number | undefined => ('until' in state ? state.until : undefined);
