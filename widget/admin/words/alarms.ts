/** What the desk says of alarms. What each alarm itself says comes from the worker. */
import type { AlarmName, DeskAlarm, DeskWebhook } from '../../../worker/desk-protocol.ts';

/** The button of an alarm's line: where it leads. */
export interface AlarmDoor {
  label: string;
  address: string;
}

const DESK = '/peel/admin';
const siteOf = ({ site }: DeskAlarm): string => `${DESK}/sites/${encodeURIComponent(site ?? 'default')}`;
const picturesOf = ({ site, at }: DeskAlarm): string => {
  const query = new URLSearchParams({
    ...(site !== undefined && { site }),
    day: new Date(at).toISOString().slice(0, 10),
  });
  return `${DESK}/pictures?${query}`;
};

const keys: (alarm: DeskAlarm) => AlarmDoor = () => ({ label: 'See keys', address: `${DESK}/keys` });
const prices: (alarm: DeskAlarm) => AlarmDoor = () => ({ label: 'Look again', address: `${DESK}/keys#prices` });
const see = (label: string) => (alarm: DeskAlarm) => ({ label, address: picturesOf(alarm) });
/** The deployment's own caps are variables. Set-up tells how they are changed. */
const cap = (alarm: DeskAlarm): AlarmDoor => ({
  label: 'Change the cap',
  address: alarm.site === undefined ? `${DESK}/setup#all-sites` : `${siteOf(alarm)}#money`,
});
const check = (alarm: DeskAlarm): AlarmDoor => ({ label: 'Choose one', address: `${siteOf(alarm)}#check` });

export const ALARM_DOORS: Readonly<Record<AlarmName, (alarm: DeskAlarm) => AlarmDoor>> = {
  key_refused: keys,
  key_rests: keys,
  budget_100: cap,
  budget_80: cap,
  budget_50: cap,
  config_broken: (alarm) => ({ label: 'Show the field', address: siteOf(alarm) }),
  overrun: see('See them'),
  picture_lost: see('See it'),
  outcome_unknown: see('See it'),
  spend_unusual: see('See them'),
  picture_reported: ({ facts }) => ({
    label: 'Look at it',
    address: `${DESK}/pictures/${encodeURIComponent(String(facts.picture ?? ''))}`,
  }),
  proof_none: check,
  proof_down: (alarm) => ({
    label: 'See Set-up',
    address: alarm.site === undefined ? `${DESK}/setup#step-check` : siteOf(alarm),
  }),
  price_ends: prices,
  price_stale: prices,
  model_ends: () => ({ label: 'Show the sites', address: `${DESK}/sites` }),
};

/** Alarms about what has happened and will not happen anew by itself. The owner may put them away. */
export const LEAVABLE: ReadonlySet<AlarmName> = new Set<AlarmName>([
  'budget_50',
  'budget_80',
  'overrun',
  'picture_lost',
  'outcome_unknown',
  'spend_unusual',
]);

/** In a few words, for a table. */
export const ALARM_NAMES: Readonly<Record<AlarmName, string>> = {
  key_refused: 'Key refused',
  key_rests: 'Key rests',
  budget_100: 'Cap reached',
  budget_80: '80 % of a cap',
  budget_50: '50 % of a cap',
  config_broken: 'Site’s rules broken',
  overrun: 'Dearer than held',
  picture_lost: 'Picture lost',
  outcome_unknown: 'Outcome unknown',
  spend_unusual: 'Unusual spend',
  picture_reported: 'Picture reported',
  proof_none: 'No bot check',
  proof_down: 'Turnstile silent',
  price_ends: 'Price ends',
  price_stale: 'Price unconfirmed',
  model_ends: 'Model retires',
};

export const LINE = {
  leave: 'Leave it',
  left: 'Put away. It rings again in the next period, if it still holds.',
  pause: 'Pause the site',
  paused: 'Paused. In force within 5 s.',
  help: 'What it means',
  helpOf: (name: AlarmName): string => `/docs/runbook#${name}`,
} as const;

const TOLD: Readonly<Record<NonNullable<DeskAlarm['told']>, string>> = {
  sent: 'Webhook told',
  waiting: 'Webhook not told yet; tried again',
  failed: 'Webhook did not take it',
};

export const toldOf = ({ told }: DeskAlarm): string => (told === undefined ? 'Nobody: no webhook' : TOLD[told]);

export const answerOf = (open: number): string => {
  if (open === 0) return 'All quiet. No alarm is open.';
  return open === 1 ? 'One alarm is open.' : `${open} alarms are open.`;
};

export const PAGE = {
  name: 'Alarms',
  open: 'Open',
  quiet: 'Nothing needs you.',
  past: 'Last 30 days',
  pastEmpty: 'Nothing rang in the last 30 days.',
  when: 'When',
  what: 'What',
  who: 'Told to whom',
  over: (at: string): string => `over ${at}`,
  asking: 'Still asking the ledger',
  failed: (why: string): string => `The alarms could not be read: ${why}`,
  again: 'Try again',
} as const;

export const HOOK = {
  title: 'Webhook',
  none: 'Nobody is told while this page is closed. Name an address, and each alarm is sent to it, signed.',
  address: 'Address',
  hint: 'https, such as an incoming address of your chat or of your own server.',
  fixed: 'Set by the variable ALERT_WEBHOOK_URL, and changed there.',
  save: 'Save',
  test: 'Send a test',
  remove: 'Remove it',
  renew: 'New secret',
  removed: 'Removed. Nobody is told.',
  secretTitle: 'The secret that signs, shown this once',
  secretText: 'Your receiver checks each message with it. If it is lost, make a new one.',
  secretHelp: 'What is sent, and how to check it',
  helpAddress: '/docs/alarms#the-webhook',
  /** Of a rule of the worker's. */
  wrong: (rule: string): string => {
    if (/https/.test(rule)) return 'Write the whole address, from https:// on.';
    if (/private/.test(rule)) return 'This address is inside a private network, where Peel sends nothing.';
    return rule;
  },
  done: 'I have stored it',
  last: 'Last deliveries',
  lastEmpty: 'Nothing was sent yet.',
  status: 'Answer',
  took: 'Took',
  what: 'What',
  when: 'When',
  tries: 'Tries',
  tried: (tries: number): string => (tries === 1 ? '1 try' : `${tries} tries`),
  noAnswer: 'none',
  renewQuestion: {
    title: 'Make a new secret?',
    text: 'The one before signs nothing more. Put the new one into your receiver.',
    yes: 'Make it',
    no: 'Keep the old one',
  },
  removeQuestion: {
    title: 'Remove the webhook?',
    text: 'Alarms are then told on this page alone. Messages that wait are not sent.',
    yes: 'Remove it',
    no: 'Keep it',
  },
} as const;

export const nameOfDelivery = (name: DeskWebhook['deliveries'][number]['name']): string =>
  name === 'test' ? 'Test' : ALARM_NAMES[name];

/** What became of a test, for a toast. */
export const testedOf = ({ status, ms }: { status: number | null; ms: number }): string => {
  if (status === null) return `Sent, but nothing answered within ${Math.round(ms / 100) / 10} s.`;
  const isFine = status >= 200 && status < 300;
  return isFine
    ? `Sent. Your webhook answered ${status} in ${ms} ms.`
    : `Your webhook answered ${status}. Only 200 to 299 counts as taken.`;
};
