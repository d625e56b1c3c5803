/** Maps changes of state to the event for the page and to what a screen reader hears. */
import { chargedOf, isPassing } from '../api/problem.ts';
import { meaningOf } from '../api/reasons.ts';
import { fire } from '../events.ts';
import type { Words } from '../words/words.ts';
import { type Generation, isWorking } from './generation.ts';
import { paceOf, usualSeconds } from './timing.ts';

/** "usually 12 to 18 s". */
export function usualText(words: Words, expectedMs: number | undefined): string | undefined {
  return expectedMs === undefined ? undefined : words.say('usual', { ...usualSeconds(expectedMs) });
}

/**
 * The announcement for a change of state that needs no note; undefined if there is none.
 *
 * @param expectedMs How long a picture takes, if the site knows it.
 */
export function spokenFor(
  from: Generation,
  to: Generation,
  words: Words,
  expectedMs: number | undefined,
): string | undefined {
  if ('fact' in to && to.fact) return words.say(to.fact);
  if (!isWorking(to) || isWorking(from)) return undefined;
  return expectedMs ? words.say('makingAbout', { n: Math.max(1, Math.round(expectedMs / 1000)) }) : words.say('making');
}

/** The announcement for this second: that it takes longer than expected, and each 15 s that the work goes on. */
export function spokenAt(state: Generation, words: Words, elapsedMs: number): string | undefined {
  if (!isWorking(state)) return undefined;
  const expectedMs = state.order?.settings.expectedMs;
  const pace = paceOf(elapsedMs, expectedMs);
  if (pace !== 'usual' && pace !== paceOf(elapsedMs - 1000, expectedMs)) return words.say(pace);
  return Math.floor(elapsedMs / STILL_MS) > Math.floor(Math.max(0, elapsedMs - 1000) / STILL_MS)
    ? words.say('stillWorking')
    : undefined;
}

const STILL_MS = 15_000;

/** Fires the event beside `peel-statechange` that a new state has. The one for a picture is fired with its turn. */
export function fireFor(target: EventTarget, from: Generation, to: Generation) {
  switch (to.status) {
    case 'previewing': {
      const { thought, draftUrl } = to;
      if (from.status === 'previewing' && from.thought === thought && from.draftUrl === draftUrl) return;
      fire(target, 'peel-preview', { thought, draftUrl, final: false });
      return;
    }
    case 'refused': {
      const { stage, reason, charged } = to.refusal;
      fire(target, 'peel-refused', { stage, reason, charged });
      return;
    }
    case 'limited':
      fire(target, 'peel-limited', { retryAt: new Date(to.until), scope: meaningOf(to.problem.reason).scope });
      return;
    case 'exhausted':
      fire(target, 'peel-exhausted', {
        scope: meaningOf(to.problem.reason).scope,
        resetsAt: to.until === undefined ? undefined : new Date(to.until),
      });
      return;
    case 'offline':
    case 'error': {
      const { problem } = to;
      const { reason, requestId } = problem;
      const retryable = isPassing(problem);
      fire(target, 'peel-error', { code: reason, retryable, charged: chargedOf(problem), requestId });
    }
  }
}

/** The `reason` of `peel-statechange`. */
export function reasonOf(state: Generation): string | undefined {
  if (state.status === 'refused') return state.refusal.reason;
  return 'problem' in state ? state.problem.reason : undefined;
}
