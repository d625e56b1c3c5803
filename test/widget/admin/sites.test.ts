/** The list of sites, a new one, and the editor of one. */
import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { SiteRecord } from '../../../widget/admin/sites/record.ts';
import { closeDesk, find, LOGGED_OUT, openDesk, settled, textOf } from './desk.ts';
import { FACTS, OVERVIEW } from './figures.ts';
import { CHOICES } from './sites/choices.ts';

afterEach(closeDesk);

const SHOP: SiteRecord = {
  origins: ['https://tidewater.example', 'https://www.tidewater.example'],
  budgets: { dailyUsd: 3.5, monthlyUsd: 150 },
  adultsDeclared: true,
};
const shown = (id: string, record: object, more = {}) => ({ id, source: 'record', record, paused: false, ...more });
const tagged = (body: object, etag: string) => () => Response.json(body, { headers: { ETag: etag } });
const ALLOWED = {
  ...{ allowed: true, hit: false, model: 'gemini-nano-banana-2.1', size: '1K', provider: 'google' },
  ...{ providers: ['google'], worstMicros: 626_000, pictureMicros: 138_000 },
};

const ANSWERS = {
  'GET /choices': CHOICES,
  'GET /sites': { sites: [shown('poster-maker', { origins: [], promptMode: 'template' }), shown('shop', SHOP)] },
  'GET /sites/shop': tagged(shown('shop', SHOP), '"one"'),
  'POST /sites/shop/check': { problems: [], warnings: [] },
  'POST /dry-run': ALLOWED,
};

const saving = (stage: { answer: (call: string, answer: unknown) => void }) =>
  stage.answer('PUT /sites/shop', tagged({ id: 'shop', record: SHOP, changed: [], warnings: [] }, '"two"'));
const openShop = async (answers: object = {}, options = {}) => {
  const stage = await openDesk('/sites/shop', { ...ANSWERS, ...answers }, options);
  await expect.poll(() => document.querySelector('.verdict, .note, .outcome')).not.toBeNull();
  return stage;
};
const type = async (selector: string, text: string): Promise<void> => {
  await userEvent.fill(find(selector), text);
  await userEvent.tab();
};
const puts = (asked: readonly { call: string; body: unknown; headers: Headers }[]) =>
  asked.filter(({ call }) => call.startsWith('PUT'));

describe('the list', () => {
  it('has each site’s pages, day, prompt, bot check and state', async () => {
    await openDesk('/sites', ANSWERS);

    await expect
      .poll(() => [...document.querySelectorAll('tbody tr')].map(textOf))
      .toEqual([
        'Poster maker none yet $1.90, $0.16 held of $6.00 a template Turnstile Live',
        'Shop https://tidewater.example +1 $3.04, $0.31 held of $4.00 the visitor Turnstile Live',
      ]);
    expect(textOf(find('h1'))).toBe('Two sites may spend $8.50 a day together.');
  });

  it('makes a site of a name and a page, at a dollar a day, and goes to it', async () => {
    const stage = await openDesk('/sites', { ...ANSWERS, 'PUT /sites/poster-club': shown('poster-club', SHOP) });
    await page.getByRole('button', { name: 'New site' }).click();

    await page.getByRole('button', { name: 'Make it' }).click();
    expect(document.activeElement?.id).toBe('f-new-name');
    await type('#f-new-name', 'Poster Club');
    await type('#f-new-page', 'Posters.example/club?x');
    expect(find<HTMLInputElement>('#f-new-page').value).toBe('https://posters.example');
    await page.getByRole('checkbox').click();
    await page.getByRole('button', { name: 'Make it' }).click();

    await expect.poll(() => location.pathname).toBe('/peel/admin/sites/poster-club');
    const [put] = puts(stage.asked);
    expect(put?.body).toEqual({
      ...{ origins: ['https://posters.example'], budgets: { dailyUsd: 1 }, adultsDeclared: true },
    });
    expect(put?.headers.get('If-None-Match')).toBe('*');
  });

  it('of a demo asks for no declaration', async () => {
    await openDesk('/sites?new', { ...ANSWERS, 'GET /desk': { ...FACTS, demo: true } });

    await expect.element(page.getByLabelText('Its first page')).toBeVisible();
    expect(document.querySelector('input[type=checkbox]')).toBeNull();
  });
});

describe('the editor', () => {
  it('begins with its answer, and has every part', async () => {
    await openShop();

    expect(textOf(find('h1'))).toBe('Two pages may spend $3.50 a day.');
    expect(document.title).toBe('Two pages may spend $3.50 a day · Peel');
    expect([...document.querySelectorAll('.jump a')].map(textOf)).toEqual([
      ...['Where', 'Models', 'Money', 'Bot check', 'Words', 'Look', 'On your page'],
    ]);
    for (const link of document.querySelectorAll('.jump a')) find(link.getAttribute('href') as string);
    expect(document.querySelector('.save-bar')).toBeNull();
    expect(find<HTMLTextAreaElement>('#f-ideas').placeholder).toContain('A fox asleep in a teacup');
  });

  it('ticks the quick changes that visitors see, and sends a list only where it is another', async () => {
    await openShop();
    const ticks = () =>
      [...document.querySelectorAll<HTMLInputElement>('.actions input[id*="actions"]')].map(({ checked }) => checked);
    expect(ticks()).toEqual([true, true, true, true, true, false]);

    find<HTMLInputElement>('.actions input[id*="actions"]').click();
    await expect.poll(ticks).toEqual([false, true, true, true, true, false]);
    find<HTMLInputElement>('.actions input[id*="actions"]').click();

    await expect.poll(ticks).toEqual([true, true, true, true, true, false]);
    await expect.poll(() => document.querySelector('.save-bar')).toBeNull();
  });

  it('puts an address right and says so, and saves with what was read', async () => {
    const stage = await openShop();
    saving(stage);

    await page.getByRole('button', { name: 'Add a page' }).click();
    await userEvent.keyboard('Prints.example/a?b');
    await userEvent.tab();
    await expect.element(page.getByText('Taken as https://prints.example')).toBeVisible();
    await type('#f-budgets-dailyUsd', '$4,50');
    expect(find<HTMLInputElement>('#f-budgets-dailyUsd').value).toBe('4.50');
    expect(textOf(find('.save-bar'))).toContain('2 changes https://prints.example added · A day $3.50 → $4.50');
    expect(textOf(find('h1'))).toBe('Two pages may spend $3.50 a day.');
    await userEvent.keyboard('{Control>}s{/Control}');

    await expect.element(page.getByText('Saved. In force everywhere within a minute.').first()).toBeVisible();
    const [put] = puts(stage.asked);
    expect(put?.headers.get('If-Match')).toBe('"one"');
    expect(put?.body).toEqual({
      ...SHOP,
      origins: [...SHOP.origins, 'https://prints.example'],
      budgets: { dailyUsd: 4.5, monthlyUsd: 150 },
    });
    expect(document.activeElement?.className).toContain('save-bar');
  });

  it('says what is wrong when a field is left, clears it while typing, and goes there at Save', async () => {
    const stage = await openShop();

    await type('#f-budgets-dailyUsd', '0');
    expect(textOf(find('#f-budgets-dailyUsd-problem'))).toBe('0 would refuse everything. Pause the site instead.');
    expect(textOf(find('h1'))).toBe('Two pages may spend $3.50 a day. One field needs mending.');
    await page.getByRole('button', { name: 'Save', exact: true }).click();

    await expect.poll(() => document.activeElement?.id).toBe('f-budgets-dailyUsd');
    expect(textOf(find('.save-bar'))).toContain('1 field to mend: Money');
    await userEvent.keyboard('5');
    expect(textOf(find('#f-budgets-dailyUsd-problem'))).toBe('');
    expect(puts(stage.asked)).toEqual([]);
  });

  it('tells the worker’s rules in the desk’s words, at their fields', async () => {
    const stage = await openShop();
    stage.answer('POST /sites/shop/check', {
      problems: [{ field: 'origins.1', rule: 'must not be a wildcard below github.io, where anybody can get a name' }],
      warnings: [],
    });

    await type('#f-origins-1', 'https://*.github.io');

    await expect
      .poll(() => textOf(find('#f-origins-1-problem')))
      .toContain('Anybody can have a page under github.io, so this would let everybody spend.');
    expect(textOf(find('.panel'))).toContain('Not judged: a field is to be mended first.');
  });

  it('a wildcard needs its own tick', async () => {
    const stage = await openShop();
    saving(stage);
    await type('#f-origins-1', 'https://*.tidewater.example');

    await page.getByRole('button', { name: 'Save', exact: true }).click();
    expect(puts(stage.asked)).toEqual([]);
    await page.getByRole('checkbox', { name: 'All of them are mine' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();

    await expect.poll(() => puts(stage.asked)).toHaveLength(1);
  });

  it('no bot check needs a tick where a real key pays', async () => {
    const stage = await openShop();
    saving(stage);
    await page.getByRole('radio', { name: 'None' }).click();

    await page.getByRole('button', { name: 'Save', exact: true }).click();
    expect(textOf(find('#check'))).toContain('Any script that copies your page’s address can then spend $3.50 a day.');
    expect(puts(stage.asked)).toEqual([]);
    await page.getByRole('checkbox', { name: 'I take that on me' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();

    await expect.poll(() => puts(stage.asked)).toHaveLength(1);
  });

  it('offers a page that was refused, and says what removing one does', async () => {
    await openShop();

    await page.getByRole('button', { name: 'Allow it' }).click();
    await page.getByRole('button', { name: 'Remove https://tidewater.example', exact: true }).click();

    const bar = textOf(find('.save-bar'));
    expect(bar).toContain('https://tidewater-prints.example added · https://tidewater.example removed');
    expect(bar).toContain('Visitors on https://tidewater.example are out within a minute. It asked 214 times today.');
    await page.getByRole('button', { name: 'Discard' }).click();
    expect(document.querySelectorAll('.origins li')).toHaveLength(2);
    expect(document.querySelector('.save-bar')).toBeNull();
  });

  it('says what a much higher cap can cost', async () => {
    await openShop();

    await type('#f-budgets-dailyUsd', '43.5');

    expect(textOf(find('.save-bar'))).toContain('Up to $40.00 more could be spent today.');
  });

  it('is a document too, which is changed and checked the same', async () => {
    const stage = await openShop();
    saving(stage);
    await page.getByText('As JSON').first().click();
    const area = find<HTMLTextAreaElement>('#f-json');
    expect(JSON.parse(area.value)).toEqual(SHOP);

    await userEvent.fill(area, '{"origins": [');
    await userEvent.tab();
    expect(textOf(find('#f-json-problem'))).toMatch(/^This is no JSON yet: /);
    await userEvent.fill(area, JSON.stringify({ ...SHOP, presets: [{ label: 'Ink', prompt: 'in ink' }] }));
    await userEvent.tab();
    await page.getByRole('button', { name: 'Save', exact: true }).click();

    await expect
      .poll(() => puts(stage.asked)[0]?.body)
      .toMatchObject({ presets: [{ label: 'Ink', prompt: 'in ink' }] });
  });

  it('another window’s change is not overwritten unless its owner says so', async () => {
    const stage = await openShop();
    const conflict = () =>
      Response.json(
        {
          error: {
            message: 'changed',
            details: [{ reason: 'INVALID_FIELD' }, { fieldViolations: [{ field: 'If-Match' }] }],
          },
        },
        { status: 400 },
      );
    stage.answer('PUT /sites/shop', conflict);
    stage.answer('GET /sites/shop', tagged(shown('shop', { ...SHOP, notice: 'Hello' }), '"theirs"'));
    await type('#f-budgets-dailyUsd', '4');
    await page.getByRole('button', { name: 'Save', exact: true }).click();

    await expect.element(page.getByText('Changed in another window.')).toBeVisible();
    await page.getByRole('button', { name: 'Show the difference' }).click();
    expect(textOf(find('.conflict'))).toContain('Theirs has Notice changed Yours has A day $3.50 → $4.00');
    saving(stage);
    await page.getByRole('button', { name: 'Save mine over it' }).click();

    await expect.poll(() => puts(stage.asked).at(-1)?.headers.get('If-Match')).toBe('"theirs"');
    expect(document.querySelector('.conflict')).toBeNull();
  });

  it('of a broken record shows its last good rules’ fault, and what can be shown', async () => {
    const problems = [
      { field: 'adultsDeclared', rule: 'must be true: the providers allow only visitors of 18 years and more' },
    ];
    await openShop({ 'GET /sites/shop': tagged(shown('shop', { origins: [] }, { problems }), '"one"') });

    expect(textOf(find('.note'))).toContain('What is saved could not be read. Its last good rules are in force.');
    expect(textOf(find('.note'))).toContain('Until you say so, nothing is drawn.');
  });

  it('of a record that is none is mended as JSON', async () => {
    const problems = [{ field: 'body', rule: 'must be an object' }];
    await openShop({ 'GET /sites/shop': tagged(shown('shop', 'oops' as never, { problems }), '"one"') });

    expect(textOf(find('h1'))).toBe('What is saved could not be read. Its last good rules are in force.');
    await expect.element(page.getByLabelText('As JSON')).toBeVisible();
  });

  it('keeps what was typed when the session ends, and saves it after', async () => {
    const stage = await openShop();
    await type('#f-budgets-dailyUsd', '4');
    stage.answer('PUT /sites/shop', LOGGED_OUT);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect.element(page.getByLabelText('Admin token')).toBeVisible();

    await userEvent.fill(page.getByLabelText('Admin token'), 'an-owner-s-token');
    await userEvent.keyboard('{Enter}');
    saving(stage);
    await expect.poll(() => document.querySelector('desk-login')).toBeNull();
    expect(find<HTMLInputElement>('#f-budgets-dailyUsd').value).toBe('4.00');
    await page.getByRole('button', { name: 'Save', exact: true }).click();

    await expect.poll(() => puts(stage.asked).at(-1)?.body).toMatchObject({ budgets: { dailyUsd: 4 } });
  });

  it('asks before it is left with changes', async () => {
    await openShop();
    await type('#f-budgets-dailyUsd', '4');

    await page.getByRole('link', { name: 'Sites' }).first().click();
    await page.getByRole('button', { name: 'Stay' }).click();
    expect(location.pathname).toBe('/peel/admin/sites/shop');

    await page.getByRole('link', { name: 'Sites' }).first().click();
    await page.getByRole('button', { name: 'Leave' }).click();
    await expect.poll(() => location.pathname).toBe('/peel/admin/sites');
  });
});

describe('beside the form', () => {
  it('a request is judged against what is not saved', async () => {
    const stage = await openShop();
    expect(textOf(find('.outcome'))).toContain('Allowed. Holds $0.626, costs about $0.138. Takes about 18 s.');

    await type('#f-budgets-dailyUsd', '0.01');

    await expect
      .poll(() => stage.asked.filter(({ call }) => call === 'POST /dry-run').at(-1)?.body)
      .toMatchObject({
        ...{ site: 'shop', as: 'visitor', origin: 'https://tidewater.example', model: 'gemini-nano-banana-2.1' },
        record: { budgets: { dailyUsd: 0.01 } },
      });
    expect(textOf(find('.outcome'))).toContain('Judged by the changes you have not saved yet.');
  });

  it('a refusal names the first rule that stops it, and goes to its field', async () => {
    await openShop({
      'POST /dry-run': { allowed: false, reason: 'DAILY_BUDGET_SPENT', status: 429, message: 'The budget is spent.' },
    });

    expect(textOf(find('.verdict .stops'))).toContain('Day: $3.04 spent, $0.31 held, of $3.50');
    await page.getByRole('button', { name: 'Go to the rule' }).click();
    expect(document.activeElement?.id).toBe('f-budgets-dailyUsd');
  });

  it('a refusal by the budget of all sites names that budget', async () => {
    await openShop({
      'POST /dry-run': { allowed: false, reason: 'DEPLOYMENT_BUDGET_SPENT', status: 429, message: 'It is spent.' },
    });

    expect(textOf(find('.verdict .stops'))).toContain('The budget of all sites together');
  });

  it('a site that its record pauses too does not say that it goes on', async () => {
    const sites = OVERVIEW.sites.map((site) => ({ ...site, state: 'paused' as const }));
    await openShop({
      'GET /overview': { ...OVERVIEW, sites },
      'POST /pause': { scope: 'site', site: 'shop', paused: true, stillPausedBy: ['record'] },
    });

    await page.getByRole('button', { name: 'Resume Shop' }).click();

    await expect.poll(() => textOf(find('desk-toasts'))).toContain('Still paused by its record or with all.');
  });

  it('has the snippet of each kind', async () => {
    await openShop();

    expect(textOf(find('.snippet'))).toContain('<peel-studio site="shop">');
    await page.getByRole('button', { name: 'Frame' }).click();
    expect(textOf(find('.snippet'))).toContain('https://peel.tidewater.workers.dev/embed.html?site=shop');
    expect(document.body.textContent).toContain('Last seen 17:46 on https://tidewater.example');
  });

  it('pauses with one click, and deletes after its name was typed', async () => {
    const stage = await openShop({ 'DELETE /sites/shop': () => new Response(null, { status: 204 }) });

    await page.getByRole('button', { name: 'Pause Shop' }).click();
    expect(stage.asked.find(({ call }) => call === 'POST /pause')?.body).toEqual({
      scope: 'site',
      site: 'shop',
      paused: true,
    });
    await page.getByRole('button', { name: 'Delete Shop' }).click();
    await userEvent.fill(find('dialog input'), 'shop');
    await find('dialog').querySelector<HTMLElement>('button.danger, button[type=submit]')?.click();

    await expect.poll(() => location.pathname).toBe('/peel/admin/sites');
    expect(stage.asked.find(({ call }) => call === 'DELETE /sites/shop')?.headers.get('If-Match')).toBe('"one"');
    await settled();
  });
});
