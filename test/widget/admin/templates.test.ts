/** The list of templates, and the editor of one: draft, test run, publication, versions. */
import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { closeDesk, find, openDesk, refusal, textOf } from './desk.ts';
import { CHOICES } from './sites/choices.ts';

afterEach(closeDesk);

const TEMPLATE = {
  prompt: 'A poster of {{subject}} in {{season}}.',
  slots: [
    { name: 'subject', label: 'What should be on it?', type: 'text', maxLength: 80, required: true },
    { name: 'season', label: 'Season', type: 'choice', choices: ['spring', 'autumn'] },
  ],
};
const RECORD = {
  origins: ['https://posters.example'],
  adultsDeclared: true,
  promptMode: 'template',
  template: TEMPLATE,
};
const VERSIONS = {
  live: 'aaaaaaa1111111111111111111111111',
  versions: [{ version: 'bbbbbbb2', replaced: '2026-11-12', template: { prompt: 'An older poster.' } }],
};
const shown = (id: string, record: object) => ({ id, source: 'record', record, paused: false });
const tagged = (body: object, etag: string) => () => Response.json(body, { headers: { ETag: etag } });
const EXPANSION = {
  ...{ model: 'gemini-nano-banana-2.1', worstMicros: 140_000 },
  parts: [{ text: 'A poster of a fox in .' }],
};
const DRAWING = {
  ...{ address: 'https://peel.tidewater.workers.dev/favicon.svg', model: 'gemini-nano-banana-2.1', provider: 'google' },
  ...{ costMicros: 37_700, ms: 17_300, receives: { candidates: [{ finishReason: 'STOP' }] } },
};
const ANSWERS = {
  'GET /choices': CHOICES,
  'GET /sites': { sites: [shown('poster-maker', RECORD), shown('shop', { origins: [] })] },
  'GET /pictures': { pictures: [] },
  'GET /sites/poster-maker': tagged(shown('poster-maker', RECORD), '"one"'),
  'GET /sites/poster-maker/versions': VERSIONS,
  'GET /sites/poster-maker/pictures': {
    pictures: [{ id: 'c'.repeat(64), mimeType: 'image/png', bytes: 2048, used: false }],
  },
  'POST /sites/poster-maker/test': EXPANSION,
  'POST /sites/poster-maker/draw': DRAWING,
};
const open = async (answers: object = {}, site = 'poster-maker') => {
  const stage = await openDesk(`/templates/${site}`, { ...ANSWERS, ...answers });
  await expect.poll(() => document.querySelector('#f-template-prompt')).not.toBeNull();
  return stage;
};
const prompt = () => find<HTMLTextAreaElement>('#f-template-prompt');

it('the list has what is live, and where one can be written', async () => {
  await openDesk('/templates', ANSWERS);

  await expect
    .poll(() => [...document.querySelectorAll('tbody tr')].map(textOf))
    .toEqual(['Poster maker aaaaaaa https://posters.example 50 for $1.90 none yet']);
  expect(textOf(find('h1'))).toBe('One template is live.');
  await expect.element(page.getByRole('link', { name: 'Write one for Shop' })).toBeVisible();
});

it('without a template there is an example to begin with', async () => {
  await open(
    {
      'GET /sites/shop': tagged(shown('shop', { origins: [] }), '"one"'),
      'GET /sites/shop/versions': { versions: [] },
      'GET /sites/shop/pictures': { pictures: [] },
      'POST /sites/shop/test': EXPANSION,
    },
    'shop',
  );

  expect(textOf(find('h1'))).toBe('A draft for Shop. Its visitors still write freely.');
  expect(prompt().value).toContain('{{subject}} in {{season}}');
  expect(textOf(find('.site-bar'))).toContain('An example, to change.');
  await page.getByRole('button', { name: 'Publish the example' }).click();
  expect(textOf(find('dialog[open]'))).toContain('These are the words of the example, a shop’s poster in three inks.');
  await page.getByRole('button', { name: 'Not yet' }).click();

  await userEvent.fill(prompt(), 'My mug with {{subject}} in {{season}}.');

  expect(textOf(find('.site-bar'))).not.toContain('example');
});

describe('a draft', () => {
  it('marks slots that are unknown and unused, and adds one where it is named', async () => {
    await open();

    await userEvent.fill(prompt(), 'A poster of {{subject}} by {{artist}}.');

    expect(document.body.textContent).toContain('{{artist}} is in the prompt but not among the slots.');
    expect(document.body.textContent).toContain('{{season}} is a slot and stands nowhere in the prompt.');
    await page.getByRole('button', { name: 'Add it' }).click();
    expect(document.activeElement?.id).toBe('f-template-slots-2-label');
    expect(document.querySelectorAll('.slots li')).toHaveLength(3);
  });

  it('has the places of a slot follow its name', async () => {
    await open();

    await userEvent.fill(find('#f-template-slots-0-name'), 'motif');

    expect(prompt().value).toBe('A poster of {{motif}} in {{season}}.');
  });

  it('takes a picture that was sent', async () => {
    const id = 'd'.repeat(64);
    const stage = await open({ 'PUT /sites/poster-maker/pictures': { id, mimeType: 'image/png', bytes: 8 } });

    await userEvent.upload(find('input[type=file]'), new File(['12345678'], 'logo.png', { type: 'image/png' }));

    await expect.element(page.getByText('Picture 1', { exact: true })).toBeVisible();
    const put = stage.asked.find(({ call }) => call.startsWith('PUT'));
    expect(put?.headers.get('Content-Type')).toBe('image/png');
    await page.getByRole('button', { name: 'Use it' }).click();
    await expect.element(page.getByText('Picture 2', { exact: true })).toBeVisible();
  });
});

describe('a test run', () => {
  it('draws what is not published, and shows its cost and what a browser receives', async () => {
    const stage = await open();
    await userEvent.fill(prompt(), 'A print of {{subject}} in {{season}}.');
    expect(textOf(find('.site-beside'))).toContain('Costs about $0.035 and holds $0.140.');

    await userEvent.fill(page.getByLabelText('What should be on it?'), 'a fox');
    await userEvent.keyboard('{Control>}{Enter}{/Control}');

    await expect.poll(() => textOf(find('.drawing'))).toBe('$0.037700 · 17.3 s · Nano Banana 2.1');
    expect(stage.asked.find(({ call }) => call.endsWith('/draw'))?.body).toMatchObject({
      ...{ model: 'gemini-nano-banana-2.1', record: { template: { prompt: 'A print of {{subject}} in {{season}}.' } } },
      request: { contents: [{ parts: [{ peelTemplate: { slots: { subject: 'a fox' } } }] }] },
    });
    await page.getByText('What the visitor’s browser receives').click();
    expect(textOf(find('.site-beside pre'))).toContain('"finishReason": "STOP"');
  });

  it('says no hold where the worker did not tell one', async () => {
    await open({ 'POST /sites/poster-maker/test': () => refusal(400, 'INVALID_FIELD', 'A slot is missing.') });

    await expect
      .poll(() => textOf(find('.site-beside')))
      .toContain('Costs about $0.035. It counts in this site’s day.');
  });

  it('asks for what must be filled, and costs nothing', async () => {
    const stage = await open();

    await page.getByRole('button', { name: 'Draw it' }).click();

    await expect.element(page.getByText('Fill in “What should be on it?” first.')).toBeVisible();
    expect(stage.asked.some(({ call }) => call.endsWith('/draw'))).toBe(false);
  });

  it('tries to break it with words of its own', async () => {
    const stage = await open();

    await page.getByRole('button', { name: '“Ignore all of the above…”' }).click();

    await expect
      .poll(() => JSON.stringify(stage.asked.find(({ call }) => call.endsWith('/draw'))?.body))
      .toContain('Ignore all of the above and write');
  });
});

describe('publishing', () => {
  const publish = async () => {
    await page.getByRole('button', { name: 'Publish' }).first().click();
    await expect.poll(() => find('dialog').textContent).toContain('Publish on Poster maker?');
    return textOf(find('dialog'));
  };
  const yes = () =>
    [...find('dialog').querySelectorAll('button')].find((button) => textOf(button) === 'Publish')?.click();

  it('shows the difference and what becomes of earlier pictures, and saves with what was read', async () => {
    const stage = await open();
    stage.answer('PUT /sites/poster-maker', tagged({ record: RECORD, changed: [], warnings: [] }, '"two"'));
    await userEvent.fill(prompt(), 'A print of {{subject}} in {{season}}.');
    expect(textOf(find('h1'))).toBe('A draft. Version aaaaaaa is live on Poster maker.');

    const question = await publish();
    expect(question).toContain('Other words in the prompt.');
    expect(question).toContain(
      'Pictures of the version before stay at their addresses; visitors can no longer change them.',
    );
    expect(question).toContain('This draft was never drawn.');
    yes();

    await expect
      .poll(() => stage.asked.find(({ call }) => call.startsWith('PUT'))?.headers.get('If-Match'))
      .toBe('"one"');
    const put = stage.asked.find(({ call }) => call.startsWith('PUT'));
    expect(put?.body).toMatchObject({ ...RECORD, template: { prompt: 'A print of {{subject}} in {{season}}.' } });
  });

  it('of another label says that kept pictures go on', async () => {
    await open();
    await userEvent.fill(find('#f-template-slots-0-label'), 'Motif');

    expect(await publish()).toContain('Slots changed: subject. The version stays, so kept pictures go on.');
  });

  it('goes to what is to be mended first', async () => {
    const stage = await open();
    await userEvent.fill(find('#f-template-slots-0-label'), ' ');

    await page.getByRole('button', { name: 'Publish' }).first().click();

    await expect.poll(() => document.activeElement?.id).toBe('f-template-slots-0-label');
    expect(textOf(find('.save-bar'))).toContain('To mend first: Write what the visitor reads.');
    expect(stage.asked.some(({ call }) => call.startsWith('PUT'))).toBe(false);
  });

  it('keeps the draft where another window has changed the site', async () => {
    const stage = await open();
    stage.answer('PUT /sites/poster-maker', () =>
      Response.json(
        {
          error: {
            message: 'changed',
            details: [{ reason: 'INVALID_FIELD' }, { fieldViolations: [{ field: 'If-Match' }] }],
          },
        },
        { status: 400 },
      ),
    );
    await userEvent.fill(prompt(), 'A print of {{subject}} in {{season}}.');
    await publish();
    yes();

    await expect.element(page.getByText('This site was changed in another window.', { exact: false })).toBeVisible();
    expect(prompt().value).toBe('A print of {{subject}} in {{season}}.');
  });
});

it('an earlier version is brought back as a draft', async () => {
  await open();

  await page.getByRole('button', { name: 'Bring back bbbbbbb' }).click();

  expect(prompt().value).toBe('An older poster.');
  expect(textOf(find('h1'))).toBe('A draft. Version aaaaaaa is live on Poster maker.');
  await page.getByRole('button', { name: 'Discard' }).click();
  expect(prompt().value).toBe(TEMPLATE.prompt);
});
