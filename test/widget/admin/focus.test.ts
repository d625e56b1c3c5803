/** What an action takes away takes the focus along, so the focus goes on beside it and never to the top of the document. */
import { afterEach, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { closeDesk, find, openDesk, settled, textOf } from './desk.ts';
import { OVERVIEW } from './figures.ts';
import { CLIENTS, FIRST_RUN, KEYS, withStep } from './keys/answers.ts';
import { CHOICES } from './sites/choices.ts';

afterEach(closeDesk);

const button = (name: string) => page.getByRole('button', { name, exact: true });
const press = (name: string) => async () => {
  await expect.element(button(name).first()).toBeVisible();
  (button(name).first().element() as HTMLElement).focus();
  await userEvent.keyboard('{Enter}');
};
/** What has the focus: its name, or its text. */
const focused = (): string => {
  const element = document.activeElement as HTMLElement;
  return element === document.body ? 'nothing' : element.ariaLabel || textOf(element) || element.id;
};
const tagged = (body: object) => () => Response.json(body, { headers: { ETag: '"one"' } });
const SHOP = {
  ...{ id: 'shop', source: 'record', paused: false },
  record: {
    origins: ['https://a.example', 'https://b.example'],
    ...{ budgets: { dailyUsd: 3 }, adultsDeclared: true, promptMode: 'template' },
    template: {
      prompt: 'A poster of {{subject}} in {{season}}.',
      slots: [
        { name: 'subject', label: 'What?', type: 'text', maxLength: 80, required: true },
        { name: 'season', label: 'When?', type: 'text', maxLength: 80 },
      ],
    },
  },
};
const ALARM = { name: 'budget_80', id: 'a', at: OVERVIEW.at, text: 'Site shop is at 80 %.', site: 'shop', facts: {} };
const OTHER = { ...ALARM, id: 'b', name: 'key_refused', text: 'A key is refused.' };
const ALARMS = { open: [ALARM, OTHER], past: [], webhook: null };
const SITE = {
  'GET /choices': CHOICES,
  'GET /sites': { sites: [SHOP] },
  'GET /sites/shop': tagged(SHOP),
  'POST /sites/shop/check': { problems: [], warnings: [] },
  'POST /dry-run': { allowed: true, hit: false, worstMicros: 626_000, pictureMicros: 138_000 },
  'GET /sites/shop/versions': { versions: [] },
  'GET /sites/shop/pictures': { pictures: [] },
  'POST /sites/shop/test': { model: 'gemini-nano-banana-2.1', parts: [] },
};
const KEYS_PAGE = { 'GET /keys': KEYS, 'GET /clients': CLIENTS, 'GET /choices': CHOICES };

interface Row {
  path: string;
  answers: Record<string, unknown>;
  acts: (() => Promise<void>)[];
  /** What is answered from the last act on. */
  after?: Record<string, unknown>;
  /** What has the focus in the end. */
  lands: RegExp;
}

const ROWS: Record<string, Row> = {
  'a step that is ticked': {
    path: '/setup',
    answers: { 'GET /setup': FIRST_RUN, 'GET /sites/default': tagged(SHOP), 'PUT /sites/default': tagged(SHOP) },
    acts: [
      async () => {
        find('#step-adults input').focus();
        await userEvent.keyboard(' ');
      },
    ],
    after: { 'GET /setup': withStep(FIRST_RUN, { name: 'adults', done: true, facts: {} }) },
    lands: /^Say who it is for , Done/,
  },
  'a page that is added': {
    path: '/setup',
    answers: { 'GET /setup': FIRST_RUN, 'GET /sites/default': tagged(SHOP), 'PUT /sites/default': tagged(SHOP) },
    acts: [() => userEvent.fill(page.getByLabelText('Address of your page'), 'c.example'), press('Add')],
    after: {
      'GET /setup': withStep(FIRST_RUN, { name: 'page', done: true, facts: { origin: 'https://c.example', pages: 1 } }),
    },
    lands: /^Name your page , Done/,
  },
  'a new key that is thought better of': {
    ...{ path: '/keys', answers: KEYS_PAGE, acts: [press('New client key'), press('Cancel')] },
    lands: /New client key/,
  },
  'a price that is still right': {
    path: '/keys',
    answers: { ...KEYS_PAGE, 'PUT /prices/apiyi/gemini-3-pro-image': { ...KEYS.prices[1], state: 'fresh' } },
    acts: [press('Look at the price of Nano Banana Pro at APIYI'), press('Still right')],
    lands: /^Look at the price of/,
  },
  'a new site that is thought better of': {
    ...{ path: '/sites', answers: SITE, acts: [press('New site'), press('Cancel')] },
    lands: /New site/,
  },
  'a page that is removed': {
    ...{ path: '/sites/shop', answers: SITE, acts: [press('Remove https://a.example')] },
    lands: /^Remove https:..b.example/,
  },
  'changes that are discarded': {
    path: '/sites/shop',
    answers: SITE,
    acts: [press('Remove https://a.example'), press('Discard')],
    lands: /^Where/,
  },
  'an alarm that is put away': {
    path: '/alarms',
    answers: { 'GET /alarms': ALARMS, 'POST /alarms/close': () => new Response(null, { status: 204 }) },
    acts: [press('Leave it')],
    after: { 'GET /alarms': { ...ALARMS, open: [OTHER] } },
    lands: /^See keys/,
  },
  'a slot that is removed': {
    ...{ path: '/templates/shop', answers: SITE, acts: [press('Remove subject')] },
    lands: /^Remove season/,
  },
};

it.each(Object.entries(ROWS))(
  '%s leaves the focus beside it',
  async (_, { path, answers, acts, after = {}, lands }) => {
    const stage = await openDesk(path, answers);
    for (const act of acts.slice(0, -1)) await act();
    for (const [call, answer] of Object.entries(after)) stage.answer(call, answer);
    await acts.at(-1)?.();

    await expect.poll(focused).toMatch(lands);
  },
);

it('a press beside everything takes the focus on purpose', async () => {
  await openDesk('/sites', SITE);
  await press('New site')();
  (document.activeElement as HTMLElement).blur();
  await settled();

  find('.new-site').remove();
  await settled();

  expect(document.activeElement).toBe(document.body);
});
