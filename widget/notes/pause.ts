/** The primary button while a limit lasts. Times are Unix milliseconds, days those of the visitor's clock. */
import type { Words } from '../words/words.ts';

export interface Pause {
  since: number;
  until: number;
}

export interface WaitingPrimary {
  /** "Ready in 0:42", "Ready at 14:05", "Ready tomorrow, 02:00". */
  text: string;
  /** What a press says, with whole words. */
  spoken: string;
  /** The part of the pause that is over, from 0 to 1. */
  share: number;
}

/** A longer pause is told by its end, because nobody watches it. */
const COUNTED_SECONDS = 600;

/** @returns undefined when the pause is over. */
export function primaryWhileWaiting({ since, until }: Pause, now: number, words: Words): WaitingPrimary | undefined {
  const seconds = Math.ceil((until - now) / 1000);
  if (seconds <= 0) return undefined;
  const share = Math.min(1, Math.max(0, (now - since) / (until - since)));
  if (seconds >= COUNTED_SECONDS) {
    const text = endOf(until, now, words);
    return { text, spoken: text, share };
  }
  const two = new Intl.NumberFormat(words.lang, { minimumIntegerDigits: 2 });
  const clock = `${words.number(Math.floor(seconds / 60))}:${two.format(seconds % 60)}`;
  return { text: words.say('readyIn', { clock }), spoken: words.say('readyInSpoken', { n: seconds }), share };
}

function endOf(until: number, now: number, words: Words): string {
  const days = daysBetween(now, until);
  if (days > 1) {
    const format = new Intl.DateTimeFormat(words.lang, { day: 'numeric', month: 'long' });
    return words.say('readyOn', { day: format.format(until) });
  }
  const time = new Intl.DateTimeFormat(words.lang, { timeStyle: 'short' }).format(until);
  return words.say(days === 0 ? 'readyAt' : 'readyTomorrow', { time });
}

/** Midnights from one time to a later one. */
export function daysBetween(from: number, to: number): number {
  const midnight = (at: number) => new Date(at).setHours(0, 0, 0, 0);
  // A day of the change of clocks has 23 or 25 hours.
  return Math.round((midnight(to) - midnight(from)) / 86_400_000);
}
