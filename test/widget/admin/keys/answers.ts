/** What the worker answers to Keys, Bills and Set-up. */
import type { DeskBill, DeskKeys, DeskSetup, DeskStep } from '../../../../worker/desk-protocol.ts';
import { NOW } from '../figures.ts';

const DAY_MS = 86_400_000;

export const KEYS: DeskKeys = {
  demo: false,
  keys: [
    { provider: 'google', place: 1, tag: '3fa9c1d2', state: 'ready', since: NOW - 9 * 3_600_000 },
    {
      ...{ provider: 'google', place: 2, tag: 'b07e55a9', state: 'rests', since: NOW, until: NOW + 3_600_000 },
      ...{ why: 'day-quota', status: 429, model: 'gemini-3-pro-image' },
    },
    { provider: 'apiyi', place: 1, tag: '91c0de77', state: 'ready' },
    { provider: 'fal', place: 1, tag: '5d2277f0', state: 'stopped', since: NOW, why: 'key-invalid', status: 401 },
  ],
  providers: [
    { provider: 'google', variable: 'GOOGLE_API_KEYS', checkable: true, used: true },
    { provider: 'apiyi', variable: 'APIYI_API_KEYS', checkable: true, used: true },
    { provider: 'fal', variable: 'FAL_API_KEYS', checkable: false, used: true },
  ],
  prices: [
    {
      ...{ provider: 'google', model: 'gemini-nano-banana-2.1', displayName: 'Nano Banana 2.1', state: 'fresh' },
      ...{ bySize: { '1K': 34_750, '2K': 52_000 }, source: 'https://ai.google.dev/pricing', confirmed: '2026-11-28' },
      figures: { inputPerMillion: 300_000, imageOutPerMillion: 30_000_000 },
    },
    {
      ...{ provider: 'apiyi', model: 'gemini-3-pro-image', displayName: 'Nano Banana Pro', state: 'stale' },
      ...{ bySize: { '1K': 90_000, '4K': 90_000 }, source: 'https://docs.apiyi.com', confirmed: '2026-09-27' },
      figures: { perCall: 90_000 },
    },
  ],
};

export const CLIENTS = {
  clients: [
    { name: 'dev', site: 'default', hint: 'pk_dev', source: 'variables', audience: 'own', takes: 'named' },
    {
      ...{ name: 'newsletter', site: 'shop', hint: '…x7Qf', source: 'record', audience: 'own', takes: 'named' },
      ...{ dailyUsd: 1, expiresAt: '2027-01-31T00:00:00Z', models: ['gemini-3-pro-image'] },
    },
  ],
};

const row = (size: string, ledgerPictures: number, ledgerMicros: number, more = {}) => ({
  ...{ provider: 'google', model: 'gemini-nano-banana-2.1', displayName: 'Nano Banana 2.1', size },
  ...{ ledgerPictures, ledgerMicros, unknown: 0, unknownMicros: 0 },
  ...more,
});

const read = { currency: 'USD', usdPerUnit: 1, leftOut: [], leftOutMicros: 0, leftOutLines: 0 };

export const BILL: DeskBill = {
  ...{ month: '2026-11', demo: false, ledgerPictures: 3729, ledgerMicros: 138_940_000, unread: [] },
  compared: { ledgerMicros: 138_130_000, billMicros: 138_020_000 },
  rows: [
    {
      ...row('1K', 12, 810_000),
      ...{ provider: 'apiyi', model: 'gemini-3.1-flash-image', displayName: 'Nano Banana 2' },
    },
    row('1K', 3268, 114_950_000, {
      ...{
        billPictures: 3268,
        billMicros: 114_790_000,
        why: 'unknown_not_charged',
        unknown: 1,
        unknownMicros: 160_000,
      },
    }),
    row('2K', 449, 23_180_000, { billPictures: 450, billMicros: 23_230_000, why: 'more_pictures' }),
  ],
  bills: [
    { provider: 'google', addedAt: NOW, lines: 6, micros: 138_020_000, from: '2026-11-01', to: '2026-11-29', ...read },
  ],
  providers: ['google', 'apiyi', 'fal'],
  months: [
    { month: '2026-11', ledgerMicros: 138_940_000, compared: { ledgerMicros: 138_130_000, billMicros: 138_020_000 } },
    { month: '2026-10', ledgerMicros: 131_070_000, compared: { ledgerMicros: 131_070_000, billMicros: 131_070_000 } },
    { month: '2026-08', ledgerMicros: 71_200_000 },
  ],
};

export const NO_BILL: DeskBill = {
  ...{ month: '2026-11', demo: false, ledgerPictures: 12, ledgerMicros: 810_000, unread: ['gifts'], bills: [] },
  rows: [row('1K', 12, 810_000)],
  ...{ providers: ['google'], months: [] },
};

/** A deployment in demo mode in which one picture was drawn. */
export const FIRST_RUN: DeskSetup = {
  demo: true,
  steps: [
    { name: 'runs', done: true, facts: { version: '0.9.0', ms: 41 } },
    { name: 'drawn', done: true, facts: { at: NOW - 60_000, costMicros: 34_962, id: 'a0', demo: true } },
    { name: 'key', done: false, facts: {} },
    { name: 'page', done: false, facts: { pages: 0, refused: 'https://www.tidewater.example', refusedCount: 6 } },
    {
      ...{ name: 'money', done: false },
      facts: { dayMicros: 5e6, monthMicros: 50e6, pictureMicros: 34_750, model: 'Nano Banana 2.1' },
    },
    { name: 'check', done: true, facts: { kind: 'pow', test: false, turnstile: false } },
    { name: 'adults', done: false, facts: {} },
    { name: 'live', done: false, facts: { line: 'waiting' } },
  ],
};

export const withStep = (setup: DeskSetup, step: DeskStep): DeskSetup => ({
  ...setup,
  steps: setup.steps.map((each) => (each.name === step.name ? step : each)),
});

/** All is done. */
export const FINISHED: DeskSetup = {
  demo: false,
  steps: FIRST_RUN.steps.map(({ name, facts }) => ({
    ...{ name, done: true },
    facts: {
      ...facts,
      ...(name === 'key' && { provider: 'google', place: 1, tag: '3fa9c1d2', state: 'ready' }),
      ...(name === 'page' && { origin: 'https://tidewater.example', pages: 1, refused: '' }),
      ...(name === 'live' && {
        ...{ line: 'done', origin: 'https://tidewater.example', at: NOW - DAY_MS },
        ...{ costMicros: 34_700, waitMs: 17_200, id: 'a0' },
      }),
    },
  })),
};
