import { hourOf } from '../shared/utc.ts';
import type { AlarmSignal } from './signal.ts';

/** The alarm closes this long after the last token that Turnstile did not judge. */
const SILENT_MS = 15 * 60_000;

/**
 * That Turnstile did not answer. Once an hour, so that another outage of the day rings too.
 *
 * @param now Unix milliseconds.
 */
export const proofDownSignal = (now: number): AlarmSignal => ({
  ...{ name: 'proof_down', period: hourOf(now) },
  facts: { since: now },
  closesAt: now + SILENT_MS,
});
