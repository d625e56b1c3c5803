/** What ledgers and isolates tell the book of alarms (`book.ts`). Plain data, sent over RPC. */
import type { AlarmName, DeskAlarm } from '../desk-protocol.ts';

export type AlarmFacts = DeskAlarm['facts'];

/** What an alarm is about. Each cause has at most one open alarm. */
export interface AlarmCause {
  name: AlarmName;
  /** Absent: the deployment. */
  site?: string;
  /** Which of several of the same name and site, such as `google 2` or the id of a picture. */
  subject?: string;
}

/** Says that a cause is there. A repeated signal only brings the facts up to date. */
export interface AlarmSignal extends AlarmCause {
  /** Name of a time in which the cause rings at most once, such as a UTC day. */
  period: string;
  facts: AlarmFacts;
  /** Numbers that are added to those of the open alarm, such as the money of each overrun. */
  adds?: Readonly<Record<string, number>>;
  /** When it closes by itself, Unix milliseconds. Absent: when its cause is gone. */
  closesAt?: number;
  /**
   * Where the alarm is one of several steps: all of them, the highest first. A lower one never follows a higher one.
   */
  steps?: readonly AlarmName[];
}

/**
 * Names an alarm: the same cause in the same period has the same id everywhere, so that telling it again is harmless.
 */
export const idOf = ({ name, site = '', subject = '', period }: AlarmSignal): string =>
  [name, site, subject, period].map(encodeURIComponent).join(':');
