/** Maps states to the text that is shown, the text that is spoken, and the event for the page. */

import { actionsFor, chargedOf, type Problem } from './api/problem.ts';
import { type Action, meaningOf } from './api/reasons.ts';
import {
  PeelErrorEvent,
  PeelExhaustedEvent,
  PeelLimitedEvent,
  PeelPreviewEvent,
  PeelRefusedEvent,
  PeelResultEvent,
} from './events.ts';
import { type Generation, isWorking, type Result, waitsUntil } from './generation.ts';
import { paceOf, usualSeconds } from './timing.ts';
import type { Message, Words } from './words.ts';

/** "usually 10 to 15 s". */
export function usualText(words: Words, expectedMs: number | undefined): string | undefined {
  if (expectedMs === undefined) return undefined;
  const { from, to } = usualSeconds(expectedMs);
  return words.usual(from, to);
}

export interface NoticeView extends Message {
  tone: 'quiet' | 'warning' | 'danger';
  /** The model's own words. */
  quote?: string;
  /** Whether the request was charged, and what the next step costs. */
  cost?: string;
  /** When a limit ends. It changes every second, so it is shown and never announced. */
  countdown?: string;
  requestId?: string;
  actions: readonly Action[];
}

/** The notice that the stage shows over the picture or in its place. */
export function noticeOf(state: Generation, words: Words, now: number): NoticeView | undefined {
  if (state.status === 'refused') {
    const { reason, charged, words: quote } = state.refusal;
    return {
      ...words.refusals[reason],
      tone: 'warning',
      cost: words.refusalCost[charged],
      actions: [],
      ...(quote && { quote }),
    };
  }
  if ('problem' in state) {
    const { problem, status } = state;
    const countdown = countdownOf(state, words, now);
    return {
      ...words.reasons[problem.reason],
      tone: status === 'error' ? 'danger' : 'warning',
      cost: costOf(problem, words),
      actions: actionsFor(problem),
      ...(countdown !== undefined && { countdown }),
      ...(status === 'error' && problem.requestId !== undefined && { requestId: problem.requestId }),
    };
  }
  if ('note' in state && state.note) return { title: '', text: words[state.note], tone: 'quiet', actions: [] };
  return undefined;
}

/** Says whether the request was charged and what each button costs. A statement names the button it is true for. */
export function costOf(problem: Problem, words: Words): string {
  const charged = chargedOf(problem);
  const [first, second] = actionsFor(problem);
  if (charged === 'no' || first === undefined) return words.charged[charged];
  const next = meaningOf(problem.reason).anew ? 'anew' : second === undefined ? first : 'either';
  return `${words.charged[charged]} ${words.next[next]}`;
}

/** A countdown for up to an hour; the time of day for longer. */
function countdownOf(state: Generation, words: Words, now: number): string | undefined {
  const until = waitsUntil(state);
  if (until === undefined) return undefined;
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  if (seconds <= 3600) return words.readyIn(seconds);
  const far = seconds > 20 * 3600;
  const format = new Intl.DateTimeFormat(words.lang, {
    hour: 'numeric',
    minute: '2-digit',
    ...(far && { weekday: 'long', day: 'numeric', month: 'long' }),
  });
  return words.opensAt(format.format(until));
}

export interface Spoken {
  text: string;
  urgent: boolean;
}

/** The announcement for a change of state; undefined if there is none. */
export function spokenFor(
  from: Generation,
  to: Generation,
  words: Words,
  result: Result | undefined,
): Spoken | undefined {
  if (to.status === 'done' && to.note === undefined) {
    return result && isWorking(from) ? polite(words.ready(result.width, result.height)) : undefined;
  }
  if ('note' in to && to.note) return polite(words[to.note]);
  if (from.status === to.status) return undefined;
  if (to.status === 'generating') return isWorking(from) ? undefined : polite(words.started(expectedOf(to, words)));
  if (to.status === 'previewing') return polite(words.previewReady);
  const message =
    to.status === 'refused' ? words.refusals[to.refusal.reason] : 'problem' in to && words.reasons[to.problem.reason];
  if (!message) return undefined;
  const cost =
    to.status === 'refused' ? words.refusalCost[to.refusal.charged] : 'problem' in to ? costOf(to.problem, words) : '';
  return {
    text: `${message.title}. ${message.text} ${cost}`,
    urgent: to.status === 'refused' || to.status === 'error',
  };
}

/** The announcement for this second: each overrun of the expected time, once. */
export function spokenAt(state: Generation, words: Words, elapsedMs: number): Spoken | undefined {
  if (!isWorking(state)) return undefined;
  const expectedMs = state.order?.settings.expectedMs;
  const pace = paceOf(elapsedMs, expectedMs);
  if (pace === 'usual' || pace === paceOf(elapsedMs - 1000, expectedMs)) return undefined;
  return polite(words[pace]);
}

const polite = (text: string): Spoken => ({ text, urgent: false });

const expectedOf = (state: Generation, words: Words): string | undefined =>
  isWorking(state) ? usualText(words, state.order?.settings.expectedMs) : undefined;

/** The event beside `peel-statechange` that a new state fires. */
export function eventFor(from: Generation, to: Generation, result: Result | undefined): Event | undefined {
  switch (to.status) {
    case 'previewing':
      return 'thought' in from && from.thought === to.thought ? undefined : new PeelPreviewEvent(to.thought);
    case 'done':
      return result && isWorking(from) && to.note === undefined ? new PeelResultEvent([result]) : undefined;
    case 'refused':
      return new PeelRefusedEvent(to.refusal);
    case 'limited':
      return new PeelLimitedEvent(new Date(to.until), meaningOf(to.problem.reason).scope);
    case 'exhausted': {
      const resetsAt = to.until === undefined ? undefined : new Date(to.until);
      return new PeelExhaustedEvent(meaningOf(to.problem.reason).scope, resetsAt);
    }
    case 'offline':
    case 'error': {
      const { reason, requestId } = to.problem;
      return new PeelErrorEvent(reason, meaningOf(reason).actions.includes('retry'), chargedOf(to.problem), requestId);
    }
    default:
      return undefined;
  }
}

/** The `reason` of `peel-statechange`. */
export function reasonOf(state: Generation): string | undefined {
  if (state.status === 'refused') return state.refusal.reason;
  return 'problem' in state ? state.problem.reason : undefined;
}
