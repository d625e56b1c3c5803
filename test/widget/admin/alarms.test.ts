/** The page Alarms: what it says, what its buttons do, and each of its states by axe-core, widths and targets. */

import { afterEach, describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { ALARM_DOORS, ALARM_NAMES } from '../../../widget/admin/words/alarms.ts';
import type { AlarmName, DeskAlarm, DeskAlarms } from '../../../worker/desk-protocol.ts';
import { faultsOf } from './accessible.ts';
import { closeDesk, find, NEVER, openDesk, refusal, settled, textOf } from './desk.ts';
import { NOW } from './figures.ts';

afterEach(closeDesk);

const alarm = (name: AlarmName, change: Partial<DeskAlarm> = {}): DeskAlarm => ({
  ...{ id: `${name}:shop::2026`, name, at: NOW, site: 'shop', facts: {} },
  text: 'Site shop is spent for today. New prompts are refused until 00:00 UTC; kept pictures go on.',
  ...change,
});
const HOOK = {
  ...{ address: 'https://hooks.example.com/services/T012/abcd…', source: 'desk' as const },
  deliveries: [
    { at: NOW, name: 'test' as const, status: 200, ms: 140, tries: 1 },
    { at: NOW - 60_000, name: 'budget_80' as const, status: null, ms: 5000, tries: 3 },
  ],
};
const NAMES = Object.keys(ALARM_NAMES) as AlarmName[];
const FULL: DeskAlarms = {
  open: NAMES.map((name) => alarm(name)),
  past: [alarm('key_rests', { id: 'k', closedAt: NOW, told: 'sent' }), alarm('overrun', { id: 'o', closedAt: NOW })],
  webhook: HOOK,
};
const EMPTY: DeskAlarms = { open: [], past: [], webhook: null };
const open = (answers: Record<string, unknown>, options = {}) => openDesk('/alarms', answers, options);
const press = async (label: string): Promise<void> => {
  const button = [...document.querySelectorAll<HTMLElement>('button, a')].find((each) => textOf(each) === label);
  if (!button) throw new Error(`There is no button ${label}.`);
  await userEvent.click(button);
  await settled();
};
const said = (text: string) => vi.waitFor(() => expect(textOf(document.body)).toContain(text));

describe('the answer', () => {
  it.each([
    [0, 'All quiet. No alarm is open.'],
    [1, 'One alarm is open.'],
    [3, '3 alarms are open.'],
  ])('of %i open ones', async (count, expected) => {
    await open({ 'GET /alarms': { ...EMPTY, open: FULL.open.slice(0, count) } });

    await vi.waitFor(() => expect(textOf(find('h1'))).toBe(expected));
  });
});

describe('an alarm that is over', () => {
  it('says what happened, and asks for nothing any more', async () => {
    const text = 'A picture of site shop was reported at 17:11 UTC. It is still at its address until you decide.';
    await open({ 'GET /alarms': { ...EMPTY, past: [alarm('picture_reported', { closedAt: NOW, text })] } });
    await said('A picture of site shop was reported at 17:11 UTC.');

    expect(textOf(document.body)).not.toContain('until you decide');
  });
});

describe('a line', () => {
  it.each(NAMES)('leads to what can be done, and to the runbook: %s', async (name) => {
    await open({ 'GET /alarms': { ...EMPTY, open: [alarm(name, { facts: { picture: 'b1' } })] } });
    await vi.waitFor(() => find(`[data-alarm=${name}]`));

    const line = find(`[data-alarm=${name}]`);
    const links = [...line.querySelectorAll('a')].map((link) => link.getAttribute('href'));
    expect(links).toEqual([
      `/docs/runbook#${name}`,
      ALARM_DOORS[name](alarm(name, { facts: { picture: 'b1' } })).address,
    ]);
    expect(textOf(line.querySelector('strong')!)).toBe('Site shop is spent for today.');
  });

  it('is put away with one press', async () => {
    const { asked } = await open({
      'GET /alarms': { ...EMPTY, open: [alarm('budget_80', { id: 'budget_80:shop:day:2026%20of%201' })] },
      'POST /alarms/close': () => new Response(null, { status: 204 }),
    });
    await said('Leave it');

    await press('Leave it');

    expect(asked.find(({ call }) => call === 'POST /alarms/close')?.body).toEqual({
      id: 'budget_80:shop:day:2026%20of%201',
    });
    await said('Put away.');
  });

  it('of unusual spend pauses its site', async () => {
    const { asked } = await open({ 'GET /alarms': { ...EMPTY, open: [alarm('spend_unusual')] } });
    await said('Pause the site');

    await press('Pause the site');

    expect(asked.find(({ call }) => call === 'POST /pause')?.body).toEqual({
      scope: 'site',
      site: 'shop',
      paused: true,
    });
  });

  it('never draws its words as HTML', async () => {
    await open({
      'GET /alarms': { ...EMPTY, open: [alarm('overrun', { text: '<img src=x onerror=alert(1)>. <b>x</b>' })] },
    });
    await said('<img src=x');

    expect(document.querySelector('.alarms img, .alarms b')).toBeNull();
  });
});

describe('the webhook', () => {
  it('is named, shows its secret once, and is tested', async () => {
    const stage = await open({
      'GET /alarms': EMPTY,
      'PUT /alarms/webhook': { secret: 'whsec_shown-this-once' },
      'POST /alarms/test': { at: NOW, name: 'test', status: 200, ms: 140, tries: 1 },
    });
    await said('Nobody is told while this page is closed.');

    await userEvent.fill(find('#webhook-address'), 'https://hooks.example.com/in');
    stage.answer('GET /alarms', { ...EMPTY, webhook: HOOK });
    await press('Save');

    expect(stage.asked.find(({ call }) => call === 'PUT /alarms/webhook')?.body).toEqual({
      address: 'https://hooks.example.com/in',
    });
    await said('whsec_shown-this-once');
    await said('Send a test');
    await press('I have stored it');
    expect(textOf(document.body)).not.toContain('whsec_');
    await press('Send a test');
    await said('Sent. Your webhook answered 200 in 140 ms.');
  });

  it.each([
    [
      'must not be an address inside a private network',
      'This address is inside a private network, where Peel sends nothing.',
    ],
    ['must be an https address', 'Write the whole address, from https:// on.'],
    ['must not have a fragment', 'must not have a fragment'],
  ])('of a wrong address says the rule beside the field, which keeps its words: %s', async (message, told) => {
    const wrong = Response.json(
      {
        error: {
          code: 400,
          message,
          details: [{ reason: 'INVALID_FIELD' }, { fieldViolations: [{ field: 'address' }] }],
        },
      },
      { status: 400 },
    );
    await open({ 'GET /alarms': EMPTY, 'PUT /alarms/webhook': () => wrong.clone() });
    await said('Nobody is told');

    await userEvent.fill(find('#webhook-address'), 'http://10.0.0.1/');
    await press('Save');

    await said(told);
    expect(document.activeElement?.id).toBe('webhook-address');
    expect(find<HTMLInputElement>('#webhook-address').value).toBe('http://10.0.0.1/');
  });

  it('of the variable cannot be removed here', async () => {
    await open({ 'GET /alarms': { ...EMPTY, webhook: { ...HOOK, source: 'variable' } } });
    await said('Set by the variable ALERT_WEBHOOK_URL');

    expect(textOf(document.body)).not.toContain('Remove it');
  });
});

it('a ledger that does not answer is said, and asked again', async () => {
  const stage = await open({
    'GET /alarms': () => refusal(503, 'UPSTREAM_UNAVAILABLE', 'The ledger does not answer.'),
  });
  await said('The alarms could not be read: The ledger does not answer.');

  stage.answer('GET /alarms', EMPTY);
  await press('Try again');

  await said('Nothing needs you.');
});

const STATES: readonly [string, unknown][] = [
  ['full', FULL],
  ['empty', EMPTY],
  ['loading', NEVER],
  ['failing', () => refusal(503, 'UPSTREAM_UNAVAILABLE', 'The ledger does not answer.')],
];

describe.each([
  [1280, 'light'],
  [1280, 'dark'],
  [390, 'dark'],
  [320, 'light'],
] as const)('at %s px, %s', (width, scheme) => {
  it.each(STATES)('the page has no faults: %s', async (_, answer) => {
    await open({ 'GET /alarms': answer }, { width, scheme });
    await settled();

    expect(await faultsOf(document.body)).toEqual([]);
  });
});
