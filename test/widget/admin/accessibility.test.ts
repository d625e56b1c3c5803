/** The shell, the Overview and the History in each of their states: axe-core, widths, targets. */
import { afterEach, describe, expect, it } from 'vitest';
import { faultsOf } from './accessible.ts';
import { closeDesk, LOGGED_OUT, NEVER, openDesk, refusal } from './desk.ts';
import { EMPTY, NOW, OVERVIEW } from './figures.ts';

afterEach(closeDesk);

const AUDIT = {
  entries: [
    {
      id: 3,
      at: NOW,
      what: 'site_saved',
      who: 'access:ada@tidewater.example',
      count: 1,
      site: 'shop',
      fields: ['origins'],
    },
    { id: 2, at: NOW - 60_000, what: 'paused', who: 'token', count: 1 },
  ],
};
const BROKEN = () => refusal(503, 'UPSTREAM_UNAVAILABLE', 'The ledger does not answer. Try again in 10 s.');

const STATES: readonly [name: string, path: string, answers: Record<string, unknown>][] = [
  ['the overview', '', {}],
  ['an empty overview', '', { 'GET /overview': EMPTY }],
  ['an overview that is still asked for', '', { 'GET /overview': NEVER, 'GET /series': NEVER }],
  ['an overview that fails', '', { 'GET /overview': BROKEN, 'GET /series': BROKEN }],
  [
    'a paused overview of a demo',
    '',
    {
      'GET /desk': {
        who: 'token',
        origin: location.origin,
        version: '1.0.0',
        demo: true,
        providers: [],
        sites: ['shop'],
      },
      'GET /overview': {
        ...OVERVIEW,
        demo: true,
        paused: { at: NOW - 240_000, who: 'token', unheard: ['shop'] },
        unread: ['gifts'],
      },
    },
  ],
  ['the history', '/history', { 'GET /audit': AUDIT }],
  ['a page that is not there', '/nowhere', {}],
  ['the log-in', '', { 'GET /desk': LOGGED_OUT }],
  ['a deployment without a desk', '', { 'GET /desk': () => refusal(404, 'NOT_FOUND', 'Not there.') }],
];

describe.each([
  [1280, 'light'],
  [390, 'dark'],
  [320, 'light'],
] as const)('at %s px, %s', (width, scheme) => {
  it.each(STATES)('nothing is wrong: %s', async (_, path, answers) => {
    await openDesk(path, answers, { width, scheme });

    expect(await faultsOf()).toEqual([]);
  });
});

it.each([
  [1280, 'dark'],
  [390, 'light'],
  [320, 'dark'],
] as const)('nothing is wrong in the overview at %s px, %s', async (width, scheme) => {
  await openDesk('', {}, { width, scheme });

  expect(await faultsOf()).toEqual([]);
});
