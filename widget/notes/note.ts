/** What a visitor reads when there is no picture: one note for each thing that can go wrong, and what to do now. */
import type { Refusal, RefusalReason } from '../api/model.ts';
import { actionsFor, chargedOf, type Problem } from '../api/problem.ts';
import type { Reason } from '../api/reasons.ts';
import type { Key } from '../words/keys.ts';
import type { Values, Words } from '../words/words.ts';
import { daysBetween } from './pause.ts';

/** Next steps of a note. `look` and `load` repeat the request: it finds the picture that was made. */
export type NoteLink = 'words' | 'retry' | 'take' | 'smaller' | 'remove' | 'reload' | 'load' | 'look';

/** Trouble with a reference picture. */
type ReferenceTrouble = 'kind' | 'size' | 'count' | 'address' | 'upload' | 'reference' | 'broken';

/** What did not work with a finished picture. */
export type SaveTrouble = 'download' | 'copy' | 'link' | 'share';

export type NoteState =
  | { refusal: Refusal }
  | ProblemState
  /** `n`: number of the picture, counted from 1; for `count`, how many the page takes. `name`: of its file, or empty. */
  | { reference: ReferenceTrouble; n: number; name?: string }
  | { trouble: SaveTrouble | 'part' };

export interface ProblemState {
  problem: Problem;
  /** End of the pause, in Unix milliseconds. */
  until?: number;
  /** Pictures that the site makes for one visitor in a minute. */
  perMinute?: number;
  /** A smaller picture may fit what is left of the budget. */
  fitsSmaller?: boolean;
  /** Number of the reference that the problem is about, counted from 1. */
  reference?: number;
}

export type NoteIcon = 'words' | 'clock' | 'picture' | 'info';

/** Keys and values of its words; the view says them. */
export interface Note {
  title: Key;
  text: Key;
  values: Values;
  icon: NoteIcon;
  /** Of the file that it is about. */
  name?: string;
  /** The try counts towards the visitor's day. */
  counts: boolean;
  links: readonly NoteLink[];
  /** The model's own words. Text, never markup. */
  quote?: string;
  /** What happened to the owner's money. Shown only where the site shows prices. */
  cost?: Key;
  /** End of the pause, in Unix milliseconds: the note leaves then. */
  until?: number;
  /** It is about the visitor's words, so it leaves when they change. */
  isOfWords: boolean;
  /** Interrupts a screen reader. */
  urgent: boolean;
}

interface Row {
  title: Key;
  text: Key;
  icon: NoteIcon;
  links: readonly NoteLink[];
}

const row = (icon: NoteIcon, title: Key, text: Key, ...links: NoteLink[]): Row => ({ icon, title, text, links });

const ROWS = {
  words: row('words', 'noteWords', 'noteWordsText', 'words'),
  held: row('words', 'noteHeld', 'noteHeldText', 'words'),
  similar: row('words', 'noteSimilar', 'noteSimilarText', 'words'),
  question: row('words', 'noteNothing', 'noteQuestionText', 'words'),
  nothing: row('words', 'noteNothing', 'noteNothingText', 'retry'),
  language: row('words', 'noteLanguage', 'noteLanguageText', 'words'),
  reference: row('picture', 'noteReference', 'noteReferenceText', 'remove'),
  someReference: row('picture', 'noteSomeReference', 'noteReferenceText'),
  kind: row('picture', 'noteKind', 'noteKindText'),
  broken: row('picture', 'noteReference', 'noteKindText', 'remove'),
  size: row('picture', 'noteSize', 'noteSizeText'),
  count: row('picture', 'noteCount', 'noteCountText'),
  address: row('picture', 'noteAddress', 'noteAddressText'),
  upload: row('picture', 'noteUpload', 'noteUnreachableText', 'retry', 'remove'),
  minute: row('clock', 'notePause', 'noteMinuteText'),
  pause: row('clock', 'notePause', 'notePauseText'),
  busy: row('clock', 'noteBusy', 'noteBusyText'),
  day: row('clock', 'noteDay', 'noteDayText'),
  laterToday: row('clock', 'noteLater', 'noteLaterText'),
  closedToday: row('clock', 'noteClosedToday', 'noteClosedTodayText'),
  closedMonth: row('clock', 'noteClosedMonth', 'noteClosedMonthText'),
  closed: row('clock', 'noteClosed', 'noteClosedText'),
  offline: row('info', 'noteOffline', 'noteOfflineText', 'retry'),
  offlineLost: row('info', 'noteOffline', 'noteLostText', 'look'),
  lost: row('info', 'noteLost', 'noteLostText', 'look'),
  unreachable: row('info', 'noteUnreachable', 'noteUnreachableText', 'retry'),
  slow: row('info', 'noteSlow', 'noteSlowText', 'retry'),
  unknown: row('info', 'noteUnknown', 'noteUnknownText', 'take'),
  notLoaded: row('info', 'noteNotLoaded', 'noteNotLoadedText', 'load', 'take'),
  part: row('info', 'notePart', 'notePartText', 'reload'),
  check: row('info', 'noteCheck', 'noteCheckText', 'retry', 'reload'),
  again: row('info', 'noteAgain', 'noteAgainText', 'retry'),
  againWithCode: row('info', 'noteAgain', 'noteCodeText', 'retry'),
  download: row('info', 'noteDownload', 'noteAgainText'),
  copy: row('info', 'noteCopy', 'noteNotAllowed'),
  link: row('info', 'noteLink', 'noteNotAllowed'),
  share: row('info', 'noteShare', 'noteNotAllowed'),
} as const satisfies Record<string, Row>;

type RowName = keyof typeof ROWS;

/** Each refusal of the model. */
const REFUSALS: Record<RefusalReason, RowName> = {
  'prompt-blocked': 'words',
  'picture-blocked': 'held',
  'too-similar': 'similar',
  language: 'language',
  'cut-short': 'nothing',
  'no-picture': 'question',
  unknown: 'nothing',
};

/**
 * Each reason of worker and browser. What a reload cannot mend and the visitor cannot change is `Again`, which names the
 * code for the owner.
 */
const PROBLEMS: Record<Reason, RowName> = {
  INVALID_FIELD: 'words',
  // The page's facts are older than the site's settings: fresh ones do not offer what was refused.
  UNKNOWN_FIELD: 'part',
  UNSUPPORTED_VALUE: 'part',
  MODEL_NOT_ALLOWED: 'part',
  NOT_FOUND: 'part',
  METHOD_NOT_ALLOWED: 'part',
  URI_NOT_ALLOWED: 'reference',
  PROOF_INVALID: 'check',
  TICKET_MISSING: 'check',
  TICKET_EXPIRED: 'check',
  TICKET_MISMATCH: 'check',
  KEY_INVALID: 'again',
  ORIGIN_DENIED: 'again',
  SITE_UNKNOWN: 'again',
  CONFIG_BROKEN: 'again',
  PRICE_UNKNOWN: 'again',
  BODY_TIMEOUT: 'again',
  BODY_TOO_LARGE: 'size',
  TYPE_NOT_ALLOWED: 'kind',
  BURST: 'pause',
  VISITOR_MINUTE: 'minute',
  VISITOR_ATTEMPTS: 'pause',
  VISITOR_DAY: 'day',
  VISITOR_BUDGET_SPENT: 'day',
  // Other people of the same network may have spent it.
  PREFIX_BUDGET_SPENT: 'closedToday',
  SESSION_SPENT: 'day',
  SITE_MINUTE: 'busy',
  CLIENT_LIMIT: 'busy',
  BUDGET_HELD: 'busy',
  UPSTREAM_QUOTA: 'busy',
  BUSY: 'busy',
  DAILY_BUDGET_SPENT: 'closedToday',
  MONTHLY_BUDGET_SPENT: 'closedMonth',
  DEPLOYMENT_BUDGET_SPENT: 'closedToday',
  SITE_PAUSED: 'closed',
  OUTCOME_UNKNOWN: 'unknown',
  UPSTREAM_BROKEN: 'again',
  UPSTREAM_UNAVAILABLE: 'again',
  DEADLINE: 'slow',
  OFFLINE: 'offline',
  UNREACHABLE: 'unreachable',
  CONNECTION_LOST: 'lost',
  ANSWER_UNREADABLE: 'again',
  PICTURE_UNREACHABLE: 'notLoaded',
};

/** The model may answer with pages of words. A note quotes their beginning. */
const MAX_QUOTE = 300;

/** @param now Unix milliseconds. */
export function noteOf(state: NoteState, now: number): Note {
  if ('refusal' in state) return noteOfRefusal(state.refusal);
  if ('problem' in state) return noteOfProblem(state, now);
  if ('trouble' in state) return noteFor(state.trouble);
  const { reference, n, name } = state;
  return { ...noteFor(reference, { n }), ...(name && { name }) };
}

/** What a screen reader hears: the first line and the sentence. */
export const spokenNote = (note: Note, words: Words): string =>
  `${titleOf(note, words)}. ${words.say(note.text, note.values)}`;

/** With the file's name, set apart from the direction of the words. */
export const titleOf = ({ title, values, name }: Note, words: Words): string =>
  words.say(title, values) + (name ? `: \u2068${name}\u2069` : '');

function noteFor(name: RowName, values: Values = {}): Note {
  const { icon } = ROWS[name];
  // A pause ends by itself, so it does not interrupt.
  return { ...ROWS[name], values, counts: false, isOfWords: icon === 'words', urgent: icon !== 'clock' };
}

function noteOfRefusal({ reason, words, charged }: Refusal): Note {
  const quote = beginningOf(words.trim());
  return {
    ...noteFor(REFUSALS[reason]),
    // The request went up, so it is not given back.
    counts: true,
    cost: COSTS[charged],
    ...(quote && { quote }),
  };
}

const COSTS = { no: 'costNo', maybe: 'costMaybe', yes: 'costYes' } as const satisfies Record<string, Key>;

function noteOfProblem(state: ProblemState, now: number): Note {
  const { problem, until, perMinute = 0, fitsSmaller = false, reference = 0 } = state;
  const code = codeOf(problem.requestId);
  const name = rowOf(state, code, now);
  const note = noteFor(name, name === 'minute' ? { n: perMinute } : name === 'reference' ? { n: reference } : { code });
  return {
    ...note,
    links: linksOf(name, problem, fitsSmaller),
    cost: COSTS[chargedOf(problem)],
    ...(note.icon === 'clock' && until !== undefined && { until }),
  };
}

/** The row of the reason; where the same reason needs other words, that row. */
function rowOf({ problem, until, perMinute, reference }: ProblemState, code: string, now: number): RowName {
  const name = PROBLEMS[problem.reason];
  switch (name) {
    case 'reference':
      return reference ? name : 'someReference';
    case 'minute':
      return perMinute ? name : 'pause';
    case 'day':
      return until !== undefined && daysBetween(now, until) === 0 ? 'laterToday' : name;
    case 'closedToday':
      // The deployment's budget is spent for a day or for a month, and only the time tells which.
      return until !== undefined && daysBetween(now, until) > 1 ? 'closedMonth' : name;
    case 'offline':
      return problem.unsent ? name : 'offlineLost';
    case 'again':
      return code ? 'againWithCode' : name;
    default:
      return name;
  }
}

function linksOf(name: RowName, problem: Problem, fitsSmaller: boolean): readonly NoteLink[] {
  const { links } = ROWS[name];
  if (fitsSmaller && (name === 'closedToday' || name === 'closedMonth')) return ['smaller'];
  if (name === 'again' || name === 'againWithCode') {
    const actions = actionsFor(problem);
    return actions.length > 0 ? actions : links;
  }
  // A request that was not sent has no other take.
  return problem.unsent ? links.filter((link) => link !== 'take') : links;
}

/** Enough of the request's id to find it in the owner's log, and short enough to be read aloud. */
const codeOf = (requestId = ''): string => (/^[\da-z]{4}/i.exec(requestId)?.[0] ?? '').toUpperCase();

function beginningOf(text: string): string {
  const letters = [...text];
  return letters.length > MAX_QUOTE
    ? `${letters
        .slice(0, MAX_QUOTE)
        .join('')
        .replace(/\s+\S*$/, '')} …`
    : text;
}
