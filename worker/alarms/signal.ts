/** What a ledger or a worker tells the book of alarms (`book.ts`). Plain data, sent over RPC. */
import type { AlarmName, DeskAlarm } from '../desk-protocol.ts';

export type AlarmFacts = DeskAlarm['facts'];

/** What an alarm is about. Of one cause at most one alarm is open. */
export interface AlarmCause {
  name: AlarmName;
  /** Absent: the deployment. */
  site?: string;
  /** Which of several of the same name and site, such as `google 2` or the id of a picture. */
  subject?: string;
}

/** That a cause is there. Telling it again changes nothing but its facts. */
export interface AlarmSignal extends AlarmCause {
  /** A cause rings at most once in it, such as a UTC day. Of a budget with its cap, so that a raised one rings anew. */
  period: string;
  facts: AlarmFacts;
  /** Numbers that are added to those of the open alarm, such as the money of each overrun. */
  adds?: Readonly<Record<string, number>>;
  /** When it is over by itself, Unix milliseconds. Absent: once its cause is told to be gone. */
  closesAt?: number;
  /** The steps that this alarm is one of, the highest first. The highest stands, and none steps down in its period. */
  steps?: readonly AlarmName[];
}

/** Names an alarm: the same cause in the same period has the same id everywhere, so that telling it again is harmless. */
export const idOf = ({ name, site = '', subject = '', period }: AlarmSignal): string =>
  [name, site, subject, period].map(encodeURIComponent).join(':');
