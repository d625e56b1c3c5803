/** What the page of changes says. */
import type { AlarmName } from '../../../worker/desk-protocol.ts';
import { capital, formatMonth } from '../parts/format.ts';
import { ALARM_NAMES } from './alarms.ts';

type Value = string | number | boolean | null;

export interface HistoryEntry {
  id: number;
  /** Unix milliseconds. */
  at: number;
  what: string;
  /** `token`, or `access:` and an e-mail address. Empty for failed log-ins. */
  who: string;
  count: number;
  site?: string;
  target?: string;
  /** Names of the fields that changed. */
  fields?: string[];
  /** Of amounts, choices and pages: the value before and after. */
  values?: Record<string, readonly [Value, Value]>;
}

/** A change in words. `site` is its name; the target is a client's name, a model, an id. */
const ofSupplier = (target: string, what: (rest: string) => string): string => {
  const [provider = '', ...rest] = target.split(' ');
  return `${capital(provider)}’s ${what(rest.join(' '))}`;
};
const priceOf = (target: string): string => ofSupplier(target, (model) => `price of ${model}`);
const billOf = (target: string): string =>
  ofSupplier(
    target,
    (month) => `bill of ${/^\d{4}-\d{2}$/.test(month) ? `${formatMonth(`${month}-01`)} ${month.slice(0, 4)}` : month}`,
  );
/** An alarm's id begins with its name. */
const alarmOf = (target: string): string => {
  const [name = '', site = ''] = target.split(':');
  return `${ALARM_NAMES[name as AlarmName] ?? name}${site && `, ${site}`}`;
};

type Words = (entry: { site: string; target: string; fields: string; count: number }) => string;

export const CHANGES: Readonly<Record<string, Words>> = {
  logged_in: ({ count }) => (count > 1 ? `Logged in ${count} times` : 'Logged in'),
  logged_out: () => 'Logged out',
  log_ins_failed: ({ count }) =>
    count === 1 ? '1 wrong admin token that day' : `${count} wrong admin tokens that day`,
  site_saved: ({ site, fields }) => (fields ? `Changed ${site}: ${fields}` : `Saved ${site}, nothing changed`),
  site_made: ({ site }) => `Made the site ${site}`,
  site_deleted: ({ site }) => `Deleted the site ${site}`,
  tickets_ended: ({ site }) => `Ended all tickets of ${site}`,
  paused: ({ site }) => `Paused ${site || 'everything'}`,
  resumed: ({ site }) => `Resumed ${site || 'everything'}`,
  client_made: ({ site, target }) => `Made the client key ${target} for ${site}`,
  client_revoked: ({ site, target }) => `Revoked the client key ${target} of ${site}`,
  key_checked: ({ target }) => `Checked the provider’s key ${target}`,
  price_confirmed: ({ target }) => `Confirmed ${priceOf(target)}`,
  price_corrected: ({ target, fields }) => `Corrected ${priceOf(target)}${fields && `: ${fields}`}`,
  bill_added: ({ target }) => `Added ${billOf(target)}`,
  bill_deleted: ({ target }) => `Took ${billOf(target)} away`,
  template_picture_saved: ({ site }) => `Stored a picture for the template of ${site}`,
  template_picture_deleted: ({ site }) => `Deleted a picture of the template of ${site}`,
  picture_drawn: ({ site, target }) => `Drew the picture ${target.slice(0, 8)} for ${site}`,
  picture_deleted: ({ site, target }) => `Deleted the picture ${target.slice(0, 8)} of ${site}`,
  prefix_blocked: ({ site }) => `Blocked a visitor of ${site} until midnight UTC`,
  prefix_unblocked: ({ site }) => `Unblocked a visitor of ${site}`,
  reports_closed: ({ site, target }) => `Kept the reported picture ${target.slice(0, 8)} of ${site}`,
  alarm_closed: ({ target }) => `Put an alarm away: ${alarmOf(target)}`,
  webhook_saved: () => 'Named the webhook’s address',
  webhook_removed: () => 'Removed the webhook',
  webhook_secret_made: () => 'Made a new secret for the webhook',
};

/** A change that has no words of its own is told by its name. */
export const unworded = (what: string, target: string): string => `${what.replaceAll('_', ' ')} ${target}`.trim();

/** Fields of a site's record in the middle of a sentence. */
export const FIELDS: Readonly<Record<string, string>> = {
  origins: 'pages',
  models: 'models',
  defaultModel: 'first choice',
  sizes: 'sizes',
  grounding: 'search',
  'budgets.dailyUsd': 'dollars a day',
  'budgets.monthlyUsd': 'dollars a month',
  'budgets.visitorDailyUsd': 'dollars a visitor',
  'budgets.prefixDailyUsd': 'dollars a network',
  'budgets.clientsPercent': 'part kept for client keys',
  'budgets.deploymentPercent': 'part kept of the deployment',
  'limits.visitorPerMinute': 'pictures a visitor, a minute',
  'limits.visitorPerDay': 'pictures a visitor, a day',
  'limits.sessionUses': 'pictures of one ticket',
  'limits.perMinute': 'pictures of everybody, a minute',
  proof: 'bot check',
  promptMode: 'who writes the prompt',
  retention: 'how long pictures are kept',
  ideas: 'ideas',
  wall: 'wall',
  presets: 'styles',
  actions: 'quick changes',
  notice: 'notice',
  showPrices: 'prices shown',
  reports: 'reports of visitors',
  label: 'AI label',
  adultsDeclared: 'for adults',
  'look.accent': 'accent',
  'look.radius': 'corners',
  'look.font': 'font',
  'look.scheme': 'scheme',
  paused: 'lasting pause',
  epoch: 'number of ended tickets',
};

/** A template's fields are one thing to its owner. */
export const wordsOfField = (field: string): string =>
  field.startsWith('template.') ? 'template' : (FIELDS[field] ?? field);

export const HISTORY = {
  name: 'History',
  answer: (what: string, when: string, who: string) => `Last change: ${what}, ${when}, by ${who}.`,
  none: 'Nothing was changed yet.',
  caption: 'Changes, the newest first. Times are UTC.',
  time: 'Time (UTC)',
  who: 'Who',
  what: 'What',
  site: 'Site',
  all: 'All sites',
  deployment: 'the deployment',
  token: 'token',
  nobody: 'somebody without the token',
  more: 'Older changes',
  csv: 'CSV',
  empty: 'No change of this site among those that are shown.',
  kept: 'Kept for 13 months, 10,000 changes at most. Amounts, choices and pages with what they were before; never a key, a prompt or a text.',
  from: (before: string, after: string) => `${before} → ${after}`,
  usual: 'as usual',
  yes: 'yes',
  no: 'no',
  failed: (why: string) => `The changes could not be read. ${why}`,
  again: 'Try again',
};
