/**
 * What the owner's API tells the desk (`widget/admin/`). Types only, imported by both sides. Money is integer
 * micro-dollars, times are Unix milliseconds, days and hours are UTC (`YYYY-MM-DD`, `YYYY-MM-DDTHH`).
 */

/** `GET …/desk`: what every page of the desk shows around it. */
export interface DeskFacts {
  /** `token`, or `access:` and an e-mail address. */
  who: string;
  /** Origin of the deployment. */
  origin: string;
  version: string;
  /** No provider key is set: pictures are drawn by the demo, and money is play money. */
  demo: boolean;
  /** Ids of the providers in the order in which they are asked. */
  providers: string[];
  /** Ids of the sites. */
  sites: string[];
}

/** Money of a day or month against its cap. */
export interface DeskMoney {
  /** Overruns included. */
  spentMicros: number;
  heldMicros: number;
  capMicros: number;
  /** What days before could not pay. It is taken off the cap. */
  owedMicros: number;
  /** Spent by the period's end at the present pace. null: too early to say. */
  expectedMicros: number | null;
  /** When the cap is reached at the present pace. Absent: not in this period. */
  reachedAt?: number;
  /** When the period ends. */
  endsAt: number;
}

/** What an answer, a table or a chart counts. Answers are told apart so that free and refused ones are never mixed. */
export interface DeskCounts {
  /** Pictures that were paid for. */
  made: number;
  /** Answered from what was kept. */
  kept: number;
  /** Answered by a run that another request had started. */
  joined: number;
  /** Refused by Peel. None was charged. */
  refused: number;
  /** The model said no. */
  declined: number;
  /** Errors of providers and of Peel. */
  failed: number;
  /** Calls whose outcome is not known. They count as spent. */
  unknown: number;
  /** Micro-dollars of the unknown. */
  unknownMicros: number;
}

/** How long new pictures took. */
export interface DeskWait {
  /** Median milliseconds. null: no picture yet. */
  medianMs: number | null;
  /** Pictures by the upper bound of their time; `null` bound: slower than all. */
  steps: { uptoMs: number | null; pictures: number }[];
}

/** `deleted`: its record is gone, and it has spent something this month. */
export type DeskState = 'live' | 'paused' | 'spent' | 'broken' | 'deleted';

/** A site today. */
export interface DeskSite extends DeskCounts {
  site: string;
  state: DeskState;
  /** Since when and by whom it is paused, where that is known. */
  paused?: { at: number; who: string };
  day: DeskMoney;
  month: DeskMoney;
  wait: DeskWait;
  /** Today's refusals by reason. */
  refusals: Record<string, number>;
  /** Pages that asked and were refused today, the most frequent first, 20 at most. */
  refusedOrigins: { origin: string; count: number; lastAt: number }[];
  /** Pages that were let in today. */
  origins: { origin: string; count: number; lastAt: number }[];
  /** Today's bot checks. */
  proofs: { asked: number; passed: number; failed: number; unreachable: number };
}

/** An API client today. */
export interface DeskClient {
  site: string;
  name: string;
  pictures: number;
  spentMicros: number;
  /** Absent: only the site's caps hold. */
  capMicros?: number;
  /** Its last paid use. */
  lastUsedAt?: number;
}

/** `GET …/overview`. With an `ETag`; an unchanged one is 304. */
export interface DeskOverview extends DeskCounts {
  /** When the figures were read. */
  at: number;
  day: string;
  demo: boolean;
  /** Present while all paid work is stopped. `unheard`: sites that have not heard it yet. */
  paused?: { at: number; who: string; unheard: string[] };
  today: DeskMoney;
  month: DeskMoney;
  /** Money that is held now. */
  held: { pictures: number; micros: number; oldestAt?: number; freeAt?: number };
  /** Pictures made by this hour on the same weekday, median of five weeks. null: too early to say. */
  usualMade: number | null;
  /** About what the free answers would have cost. */
  savedMicros: number;
  wait: DeskWait;
  refusals: Record<string, number>;
  sites: DeskSite[];
  clients: DeskClient[];
  /** Sites whose ledger did not answer: their figures are not in any sum. */
  unread: string[];
  /** The last six pictures. */
  pictures: DeskPicture[];
  /** What is open, the worst first. */
  alarms: DeskAlarm[];
}

/**
 * `GET …/series?days=&site=`: sums by UTC day, oldest first, today the last. Its `rows` as CSV with `Accept: text/csv` or
 * `format=csv`.
 */
export interface DeskSeries {
  /** null: all sites. */
  site: string | null;
  days: DeskSeriesDay[];
  /** Sites whose ledger did not answer: their figures are not in any sum. */
  unread: string[];
}

export interface DeskSeriesDay extends DeskCounts {
  day: string;
  spentMicros: number;
  /** null: no picture that day. */
  medianWaitMs: number | null;
  /** Overruns and unknown outcomes are in their costs: they add up to what was spent. */
  rows: { site: string; model: string; size: string; provider: string; pictures: number; costMicros: number }[];
  refusals: Record<string, number>;
  /** Errors of providers and of Peel, by reason. */
  errors: Record<string, number>;
}

/** `GET …/hours?day=&site=`: one day by hour, of the last 40 days. As CSV as {@link DeskSeries}. */
export interface DeskHours {
  /** null: all sites. */
  site: string | null;
  day: string;
  hours: (DeskCounts & { hour: string; spentMicros: number })[];
  unread: string[];
}

/**
 * `GET …/pictures?site=&day=&model=&who=&only=&before=&limit=`: newest first. As CSV as {@link DeskSeries}.
 */
export interface DeskPictures {
  /** null: all sites. */
  site: string | null;
  pictures: DeskPicture[];
  /** The `before` of the next page. Absent: this is the last. */
  next?: string;
  /** With `day`: all that the filter finds, on whatever page. */
  sums?: { pictures: number; costMicros: number };
  unread: string[];
}

/** A picture, as `GET …/pictures?site=&day=&model=&who=&only=&before=&limit=` lists it and `GET …/pictures/{id}` tells it. */
export interface DeskPicture {
  at: number;
  site: string;
  id: string;
  /** Addresses that open for a while. */
  address: string;
  thumbnail: string;
  model: string;
  size: string;
  provider: string;
  costMicros: number;
  waitMs?: number;
  /** A hash of the visitor's address, today's only. */
  visitor?: string;
  client?: string;
  /** Pictures and money of that visitor today. */
  visitorToday?: { pictures: number; micros: number };
  /** Its owner has blocked that visitor for today. */
  visitorBlocked?: true;
  report?: DeskReport;
  onWall?: boolean;
  /** When it was deleted. Its row stays until midnight UTC. */
  deletedAt?: number;
}

/** What a visitor said of a picture. */
export interface DeskReport {
  at: number;
  /** The reporter's words, at most 500 characters. Text, never HTML. */
  words: string;
  /** What the next four said. */
  more?: string[];
  /** Reports of the same picture. */
  count: number;
}

/** `GET …/pictures/{id}`. */
export interface DeskPictureDetails extends DeskPicture {
  heldMicros?: number;
  mimeType?: string;
  bytes?: number;
  width?: number;
  height?: number;
  tokens?: { input: number; output: number };
  keptUntil?: number;
  /** Marks in the original: C2PA as its bytes have it. SynthID cannot be read here. */
  marks: { c2pa: boolean };
}

/** Events that ring, the gravest first. Each has its part in docs/runbook.md. */
export type AlarmName =
  | 'key_refused'
  | 'budget_100'
  | 'config_broken'
  | 'overrun'
  | 'picture_lost'
  | 'outcome_unknown'
  | 'spend_unusual'
  | 'picture_reported'
  | 'proof_none'
  | 'proof_down'
  | 'budget_80'
  | 'budget_50'
  | 'key_rests'
  | 'price_ends'
  | 'price_stale'
  | 'model_ends';

/** An alarm that has rung. */
export interface DeskAlarm {
  id: string;
  name: AlarmName;
  at: number;
  /** Absent: it is open. */
  closedAt?: number;
  site?: string;
  /** What happened, what Peel does by itself, and what the owner can do. */
  text: string;
  /** What the words are made of, for programs. */
  facts: Record<string, string | number>;
  /** How the webhook was told. Absent: there is no webhook. */
  told?: 'sent' | 'waiting' | 'failed';
}

/** `GET …/alarms`: open alarms, then those of the last 30 days. */
export interface DeskAlarms {
  open: DeskAlarm[];
  past: DeskAlarm[];
  webhook: DeskWebhook | null;
}

export interface DeskWebhook {
  /** Its origin, then `/…`: the rest may hold a secret. */
  address: string;
  /** `variable`: `ALERT_WEBHOOK_URL`, which the desk cannot change. */
  source: 'variable' | 'desk';
  deliveries: { at: number; name: AlarmName | 'test'; status: number | null; ms: number; tries: number }[];
}

/** A provider's model and size in one month: the ledger beside the bill. */
export interface DeskBillRow {
  provider: string;
  model: string;
  displayName: string;
  /** Empty: the bill does not tell sizes, so they are one row. */
  size: string;
  ledgerPictures: number;
  /** Overruns and unknown outcomes included. */
  ledgerMicros: number;
  /** Absent: there is no bill of this provider. */
  billMicros?: number;
  /** Absent also where the bill counts tokens and no pictures. */
  billPictures?: number;
  why?: BillDifference;
  /** Pictures whose outcome is not known, and what they count as. */
  unknown: number;
  unknownMicros: number;
}

export type BillDifference =
  | 'unknown_not_charged'
  | 'unknown_charged'
  | 'error_not_charged'
  | 'more_pictures'
  | 'fewer_pictures'
  | 'price_differs'
  | 'day_boundary';

/** A bill as it was read. */
export interface DeskBillRead {
  /** Lines that were read as pictures. */
  lines: number;
  micros: number;
  /** First and last day that a line names. */
  from?: string;
  to?: string;
  /** Of the bill, such as `EUR`. */
  currency: string;
  /** Dollars for one unit of it. Absent: it is needed before the bill can be compared. */
  usdPerUnit?: number;
  /** Lines that are not Peel's pictures of this month, 100 at most. */
  leftOut: DeskBillLeftOut[];
  leftOutMicros: number;
  leftOutLines: number;
}

export interface DeskBillLeftOut {
  line: number;
  /** The bill's own words, at most 120 characters. Text, never HTML. */
  text: string;
  micros: number;
  because: 'not_pictures' | 'other_month';
}

/** `POST …/bills/{YYYY-MM}/read` with `{"csv", "provider", "usdPerUnit"}`: a bill before it is compared. */
export interface DeskBillPreview {
  bills: (DeskBillRead & { provider: string })[];
  /** Lines that could not be read, 20 at most. With any the bill is refused. */
  problems: { line: number; text: string; rule: string }[];
}

/** `GET …/bills/{YYYY-MM}`. As CSV with `Accept: text/csv`. */
export interface DeskBill {
  month: string;
  demo: boolean;
  /** Of all providers. */
  ledgerPictures: number;
  ledgerMicros: number;
  /** Of the providers whose bill was added. Absent: no bill was added. */
  compared?: { ledgerMicros: number; billMicros: number };
  /** By provider, model and size. */
  rows: DeskBillRow[];
  bills: (DeskBillRead & { provider: string; addedAt: number })[];
  /** Providers whose bill can be added. */
  providers: string[];
  /** Months with something in the ledger or a bill, newest first. */
  months: { month: string; ledgerMicros: number; compared?: { ledgerMicros: number; billMicros: number } }[];
  /** Sites whose ledger did not answer: their pictures are not in any sum. */
  unread: string[];
}

/** A provider's key. Never the key itself. */
export interface DeskKey {
  provider: string;
  /** By its place in the variable, from 1. */
  place: number;
  /** The first eight hexadecimal digits of its SHA-256. */
  tag: string;
  /** `trying`: it failed several times, and is tried now and then. `stopped`: only the owner can mend it. */
  state: 'ready' | 'trying' | 'rests' | 'stopped';
  /** Absent: no isolate has reported anything of it. */
  since?: number;
  until?: number;
  /** The class of its last failure, such as `key-invalid`. */
  why?: string;
  /** HTTP status of that failure. */
  status?: number;
  /** Only this model rests. */
  model?: string;
}

/** `GET …/keys`. */
export interface DeskKeys {
  demo: boolean;
  /** In the order in which they are asked. */
  keys: DeskKey[];
  providers: DeskProvider[];
  prices: DeskPrice[];
}

/** A provider that is called with a key. */
export interface DeskProvider {
  provider: string;
  /** The secret that holds its keys. */
  variable: string;
  /** Whether a key can be checked by a call that costs nothing. */
  checkable: boolean;
  /** Whether this deployment has keys of it. */
  used: boolean;
}

/** `POST …/keys/check` with `{"provider", "place"}`. */
export interface DeskKeyCheck {
  outcome: 'works' | 'refused' | 'unclear' | 'no_free_call';
  /** The class of the refusal, such as `key-invalid`. */
  trouble?: string;
  /** HTTP status of the answer. Absent: there was none, or it says that the key works. */
  status?: number;
}

/** What a provider charges for a model. Also the answer of `PUT …/prices/{provider}/{model}`. */
export interface DeskPrice {
  provider: string;
  model: string;
  displayName: string;
  /** Micro-dollars of one picture by size, as the ledger would book it without its words. */
  bySize: Record<string, number>;
  /** The figures of the table, which can be corrected one by one: micro-dollars for a call, a picture or a million tokens. */
  figures: Record<string, number>;
  source: string;
  /** The last day on which it was compared with its source. */
  confirmed: string;
  until?: string;
  /** `stale`: not compared for 60 days. `ends`: within 30 days it is not trusted any more. `ended`: nothing is drawn by it. */
  state: 'fresh' | 'stale' | 'ends' | 'ended';
}

/** `GET …/setup`: what the worker sees of the steps to a picture on the owner's own page. */
export interface DeskSetup {
  steps: DeskStep[];
  demo: boolean;
}

export type StepName = 'runs' | 'drawn' | 'key' | 'page' | 'money' | 'check' | 'adults' | 'live';

export interface DeskStep {
  name: StepName;
  done: boolean;
  /** What the worker saw: a binding that does not answer, a refused key, a page that asked. */
  facts: Record<string, string | number | boolean>;
}

/** `GET …/choices`: what a site's record can choose from in this deployment, and what that costs. */
export interface DeskChoices {
  models: DeskModel[];
  /** The bot check of a site that names none. */
  proof: 'turnstile' | 'pow' | 'none';
  /** Turnstile's site key. Absent: its keys are not set, and no site can choose it. */
  turnstileSiteKey?: string;
  deploymentDayMicros: number;
  deploymentMonthMicros: number;
}

export interface DeskModel {
  id: string;
  displayName: string;
  /** Smallest first. */
  sizes: string[];
  maxReferences: number;
  /** Micro-dollars of one picture by size, at the provider that is asked first. A size without a price is not there. */
  priceMicros: Record<string, number>;
  /** Micro-dollars that one picture with a short prompt holds, by size. */
  heldMicros: Record<string, number>;
  /** The last day on which Google serves it. */
  end?: string;
  /** The model that takes its place. With or without an end, this one is on its way out. */
  successor?: string;
}

/** `POST …/dry-run`. */
export interface DeskJudgement {
  allowed: boolean;
  reason?: string;
  status?: number;
  message?: string;
  field?: string;
  rule?: string;
  retryAfterSeconds?: number;
  /** A kept picture, which costs nothing. */
  hit?: boolean;
  model?: string;
  size?: string;
  provider?: string;
  providers?: string[];
  /** What it would hold, as {@link DeskModel.heldMicros}. */
  worstMicros?: number;
  /** What the picture alone costs at the provider that is asked first. */
  pictureMicros?: number;
}

/** `POST …/sites/{id}/draw`. */
export interface DeskDrawing {
  /** Address of the picture. Absent: the model drew none, and `receives` says why. */
  address?: string;
  model: string;
  provider?: string;
  costMicros: number;
  ms: number;
  /** The body that a visitor of the site receives. */
  receives: Record<string, unknown>;
}

/** `GET …/sites/{id}/versions`: templates that were live on a site before this one, the last first, ten at most. */
export interface DeskVersions {
  /** Version of the template that is live. Absent: visitors write freely. */
  live?: string;
  versions: DeskVersion[];
}

interface DeskVersion {
  version: string;
  /** UTC day on which another took its place. */
  replaced: string;
  /** As in a site's record. */
  template: DeskTemplate;
}

export interface DeskTemplate {
  prompt: string;
  systemInstruction?: string;
  slots?: DeskSlot[];
  pictures?: string[];
}

export interface DeskSlot {
  name: string;
  label: string;
  type: 'text' | 'choice' | 'photo';
  maxLength?: number;
  choices?: string[];
  required?: boolean;
}
