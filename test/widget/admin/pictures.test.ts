/** The pages of pictures: list, filters, choosing, deleting with a way back, the wall, and one picture. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { DeskPicture, DeskPictureDetails, DeskPictures } from '../../../worker/desk-protocol.ts';
import { faultsOf } from './accessible.ts';
import { closeDesk, type DeskStage, find, NEVER, openDesk, refusal, settled, textOf } from './desk.ts';
import { NOW, OVERVIEW } from './figures.ts';

afterEach(closeDesk);

const MINUTE = 60_000;
const PIXELS =
  'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" width="300" height="400"%3E%3Crect width="300" height="400" fill="%232c4a78"/%3E%3C/svg%3E';
const idOf = (n: number): string => `b${String(n).padStart(32, '0')}`;

const picture = (n: number, more: Partial<DeskPicture> = {}): DeskPicture => ({
  ...{ at: NOW - n * 10 * MINUTE, site: 'shop', id: idOf(n), address: PIXELS, thumbnail: PIXELS },
  ...{ model: 'gemini-nano-banana-2.1', size: '1K', provider: 'google', costMicros: 34_962 },
  ...{ visitor: '2tDAxxxxxxxx', visitorToday: { pictures: 9, micros: 310_000 } },
  ...more,
});

const REPORT = { at: NOW - 49 * MINUTE, words: 'This is <b>my</b> photo.', count: 1 };
const ALL = [
  picture(1),
  picture(2, { onWall: true }),
  picture(3, { report: REPORT, visitor: 'mR04yyyyyyyy' }),
  picture(4, { deletedAt: NOW - 8 * MINUTE }),
];
const listOf = (pictures: DeskPicture[], more: Partial<DeskPictures> = {}): DeskPictures => ({
  ...{ site: null, pictures, unread: [] },
  sums: { pictures: 133, costMicros: 5_360_000 },
  ...more,
});
const ONE: DeskPictureDetails = {
  ...ALL[2]!,
  address: `${location.origin}/images/${idOf(3)}/0.png`,
  ...{ heldMicros: 156_500, mimeType: 'image/png', bytes: 1_300_000, width: 1024, height: 1024 },
  ...{ tokens: { input: 9, output: 1302 }, keptUntil: Date.UTC(2026, 11, 29), marks: { c2pa: true } },
};

const SITE = { record: { origins: ['https://a.example'], wall: [{ image: '/images/w9/0.png', prompt: 'x' }] } };
const site = () => Response.json(SITE, { headers: { ETag: '"seen"' } });

/** The list answers by its filter. */
function openList(stageOf: Record<string, unknown> = {}, path = '/pictures', options = {}): Promise<DeskStage> {
  const answers = {
    'GET /overview': { ...OVERVIEW, pictures: [] },
    'GET /pictures': listOf(ALL),
    'GET /sites/shop': site,
    'PUT /sites/shop': {},
    ...stageOf,
  };
  return openDesk(path, answers, options);
}

const calls = ({ asked }: DeskStage, method: string) =>
  asked.filter(({ call }) => call.startsWith(method)).map(({ call, body }) => [call, body]);
const focused = () => (document.activeElement as HTMLElement).dataset.id;
const tiles = () => [...document.querySelectorAll('.tile')];
const linkOf = (n: number) => find<HTMLAnchorElement>(`[data-id="${idOf(n)}"]`);

it('a picture that is gone has a way back to the list', async () => {
  await openList(
    { [`GET /pictures/${idOf(9)}`]: () => refusal(404, 'NOT_FOUND', 'Gone.') },
    `/pictures/${idOf(9)}?site=shop`,
  );

  expect(textOf(find('h1'))).toBe('This picture is not there any more.');
  expect(find<HTMLAnchorElement>('desk-pictures a.button').getAttribute('href')).toBe('/peel/admin/pictures?site=shop');
});

describe('the list', () => {
  it('asks again for each thumbnail of a full page that was refused', async () => {
    const MANY = 48;
    await openList({ 'GET /pictures': listOf(Array.from({ length: MANY }, (_, n) => picture(n))) });
    const images = () => document.querySelectorAll('.tile img').length;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    for (const image of document.querySelectorAll('.tile img')) image.dispatchEvent(new Event('error'));
    await vi.waitFor(() => expect(images()).toBe(0));
    expect(textOf(tiles()[0] as Element)).toContain('Could not be read.');

    vi.advanceTimersByTime(11_000);
    vi.useRealTimers();

    await vi.waitFor(() => expect(images()).toBe(MANY));
  });

  it('answers with the day, and has each picture with its facts', async () => {
    await openList({ 'GET /pictures': listOf(ALL) });

    expect(textOf(find('h1'))).toMatch(/^133 pictures today for \$5\.36\./);
    expect(tiles().map((each) => textOf(each.querySelector('.facts') as Element))[0]).toBe(
      '17:38 · Shop $0.035 Nano Banana 2.1 · 1K visitor 2tDA',
    );
    expect(linkOf(3).ariaLabel).toContain('Reported 16:59');
    expect(textOf(tiles()[3] as Element)).toContain('Deleted 17:40');
    expect(textOf(find('.list-foot'))).toContain('Showing 4 of 133.');
  });

  it('asks for what its filters say, and keeps them in the address', async () => {
    const stage = await openList({}, '/pictures?site=shop&day=2026-11-28');

    expect(calls(stage, 'GET /pictures')[0]?.[0]).toBe('GET /pictures?site=shop&day=2026-11-28&limit=48');
    expect(textOf(find('h1'))).toBe('133 pictures of 28 November are kept, made for $5.36.');
    await userEvent.click(page.getByRole('button', { name: 'On the wall', exact: true }).first());
    await settled();

    expect(location.search).toBe('?site=shop&only=wall');
    expect(calls(stage, 'GET /pictures?site=shop&only=wall')[0]?.[0]).toContain('limit=48');
    expect(textOf(find('h1'))).toBe('4 pictures are on the wall.');
  });

  it.each([
    ['/pictures', 'No picture on this day.'],
    ['/pictures?only=reported', 'Nothing was reported.'],
    ['/pictures?only=wall', 'Nothing on the wall. What you put here invites visitors to begin.'],
  ])('says that it is empty: %s', async (path, answer) => {
    await openList({ 'GET /pictures': listOf([], { sums: { pictures: 0, costMicros: 0 } }) }, path);

    expect(textOf(find('h1'))).toBe(answer);
  });

  it('says why it cannot be read, and tries again', async () => {
    const stage = await openList({ 'GET /pictures': () => refusal(503, 'UPSTREAM_UNAVAILABLE', 'No ledger.') });

    expect(textOf(find('.note'))).toContain('No ledger.');
    stage.answer('GET /pictures', listOf(ALL));
    await userEvent.click(page.getByRole('button', { name: 'Try again' }));
    await settled();

    expect(tiles()).toHaveLength(4);
  });

  it('names the sites that it could not ask', async () => {
    await openList({ 'GET /pictures': listOf(ALL, { unread: ['gifts'] }) });

    expect(textOf(find('desk-pictures .note'))).toContain('The ledger of Gifts does not answer.');
  });

  it('goes on with the next page, and the focus with it', async () => {
    const stage = await openList({ 'GET /pictures': listOf(ALL, { next: '5-0a' }) });
    stage.answer('GET /pictures', listOf([picture(7)]));

    await userEvent.click(page.getByRole('button', { name: 'Show more' }));
    await settled();

    expect(calls(stage, 'GET /pictures').at(-1)?.[0]).toContain('before=5-0a');
    expect(focused()).toBe(idOf(7));
    expect(document.querySelector('.list-foot button')).toBeNull();
  });
});

describe('by keyboard', () => {
  it('the list is one stop, and arrows go through it', async () => {
    await openList();
    linkOf(1).focus();

    await userEvent.keyboard('{ArrowRight}{ArrowRight}');
    expect(focused()).toBe(idOf(3));
    await userEvent.keyboard('{Home}{End}');
    expect(focused()).toBe(idOf(4));
    expect([...document.querySelectorAll('.tiles [tabindex="0"]')]).toHaveLength(1);
  });

  it('Space chooses, and Escape ends choosing where it was', async () => {
    await openList();
    linkOf(1).focus();

    await userEvent.keyboard(' {ArrowRight} ');
    await settled();
    expect(textOf(find('.chosen-bar'))).toMatch(/^2 chosen all by visitor 2tDA: 9 pictures today, \$0\.31/);
    expect(linkOf(2).ariaLabel).toMatch(/chosen$/);
    await userEvent.keyboard('{Escape}');
    await settled();

    expect(document.querySelector('.chosen-bar')).toBeNull();
    expect(focused()).toBe(idOf(2));
  });

  it('Delete deletes, and the focus goes on', async () => {
    const stage = await openList({ [`DELETE /pictures/${idOf(1)}`]: { id: idOf(1), deleted: 3 } });
    linkOf(1).focus();

    await userEvent.keyboard('{Delete}');
    await settled();
    expect(focused()).toBe(idOf(2));
    expect(find('.deleting')).toBe(tiles()[0]);
    await userEvent.click(page.getByRole('button', { name: 'Now' }));
    await settled();

    expect(calls(stage, 'DELETE')).toHaveLength(1);
    expect(textOf(tiles()[0] as Element)).toContain('Deleted 17:48');
  });

  it('Enter opens', async () => {
    await openList({ [`GET /pictures/${idOf(3)}`]: ONE });
    linkOf(3).focus();

    await userEvent.keyboard('{Enter}');
    await settled();

    expect(location.pathname).toBe(`/peel/admin/pictures/${idOf(3)}`);
  });
});

describe('deleting', () => {
  it('can be undone for six seconds', async () => {
    const stage = await openList();
    linkOf(1).focus();
    await userEvent.keyboard('{Delete}');
    await settled();

    await userEvent.click(page.getByRole('button', { name: 'Undo' }));
    await settled();

    expect(document.querySelector('.deleting')).toBeNull();
    expect(calls(stage, 'DELETE')).toEqual([]);
  });

  it('goes through when the page is left', async () => {
    const stage = await openList({ [`DELETE /pictures/${idOf(1)}`]: { id: idOf(1), deleted: 3 } });
    linkOf(1).focus();
    await userEvent.keyboard('{Delete}');

    await userEvent.click(page.getByRole('link', { name: 'History' }));

    // Sooner than by itself, when the other page is loaded.
    await vi.waitFor(() => expect(calls(stage, 'DELETE')).toEqual([[`DELETE /pictures/${idOf(1)}`, undefined]]));
  });

  it('of several asks first, and says how many', async () => {
    const stage = await openList({
      [`DELETE /pictures/${idOf(1)}`]: {},
      [`DELETE /pictures/${idOf(2)}`]: {},
    });
    linkOf(1).focus();
    await userEvent.keyboard(' {ArrowRight} {Delete}');
    await settled();
    expect(textOf(find('desk-question dialog'))).toContain('Delete 2 pictures?');

    await userEvent.click(page.getByRole('button', { name: 'Delete 2' }).last());
    await vi.waitFor(() => expect(textOf(find('desk-toasts'))).toContain('2 pictures deleted.'));

    expect(calls(stage, 'DELETE')).toHaveLength(2);
  });

  it('that fails leaves the picture and says why', async () => {
    await openList({ [`DELETE /pictures/${idOf(1)}`]: () => refusal(503, 'UPSTREAM_UNAVAILABLE', 'Being drawn.') });
    linkOf(1).focus();
    await userEvent.keyboard('{Delete}');
    await settled();

    await userEvent.click(page.getByRole('button', { name: 'Now' }));
    await settled();

    expect(textOf(find('[role=alert]'))).toContain('Not deleted. Being drawn.');
    expect(tiles()[0]?.querySelector('img')).not.toBeNull();
  });
});

describe('acting on a picture', () => {
  it('blocks its visitor, and unblocks in the same breath', async () => {
    const stage = await openList({ 'POST /block': {} });
    linkOf(1).focus();
    await userEvent.keyboard(' ');
    await settled();

    await userEvent.click(page.getByRole('button', { name: 'Block 2tDA until midnight UTC' }));
    await settled();
    await userEvent.click(page.getByRole('button', { name: 'Unblock' }));
    await settled();

    const prefix = '2tDAxxxxxxxx';
    expect(calls(stage, 'POST /block')).toEqual([
      ['POST /block', { site: 'shop', prefix, blocked: true }],
      ['POST /block', { site: 'shop', prefix, blocked: false }],
    ]);
  });

  it('shows who is blocked in all their pictures, and has the way back long after the toast', async () => {
    const blocked = { visitorBlocked: true as const };
    const { visitor: _, ...mine } = ONE;
    const one = { ...mine, visitor: '2tDAxxxxxxxx', ...blocked };
    const list = listOf([picture(1, blocked), picture(2, blocked), ALL[2]!]);
    const stage = await openList({ 'POST /block': {}, 'GET /pictures': list, [`GET /pictures/${idOf(3)}`]: one });
    expect(textOf(tiles()[0] as Element)).toContain('visitor 2tDA, blocked');
    expect(textOf(tiles()[2] as Element)).not.toContain('blocked');

    linkOf(3).click();
    await settled();
    await expect.poll(() => document.querySelector('.one')?.textContent).toContain('This visitor is blocked');
    await userEvent.click(page.getByRole('button', { name: 'Unblock', exact: true }));
    await settled();

    expect(calls(stage, 'POST /block')).toEqual([
      ['POST /block', { site: 'shop', prefix: '2tDAxxxxxxxx', blocked: false }],
    ]);
    expect(textOf(find('.one'))).toContain('Block until midnight UTC');
  });

  it('goes on the wall with the words that visitors start from, over nothing that another window wrote', async () => {
    const kept = { image: `/images/w${idOf(1).slice(1)}/0.png`, width: 3, height: 4 };
    const stage = await openList({ [`POST /pictures/${idOf(1)}/wall`]: kept });
    linkOf(1).focus();
    await userEvent.keyboard(' ');
    await settled();
    await userEvent.click(find('.chosen-bar button'));
    await settled();

    await userEvent.click(page.getByRole('button', { name: 'Put it there' }));
    expect(textOf(find('#wall-prompt-problem'))).toBe('Write what visitors start from, 1 to 1,000 characters.');
    expect((document.activeElement as HTMLElement).id).toBe('wall-prompt');
    await userEvent.fill(find('#wall-prompt'), ' A fox at dusk ');
    await userEvent.fill(find('#wall-alt'), 'A red fox');
    await userEvent.click(page.getByRole('button', { name: 'Put it there' }));
    await settled();

    const put = stage.asked.find(({ call }) => call === 'PUT /sites/shop');
    expect(put?.headers.get('If-Match')).toBe('"seen"');
    expect(put?.body).toEqual({
      ...SITE.record,
      wall: [...SITE.record.wall, { ...kept, prompt: 'A fox at dusk', alt: 'A red fox' }],
    });
    expect(tiles()[0]?.querySelector('.star')).not.toBeNull();
  });

  it('leaves no copy where the record is refused', async () => {
    const kept = { image: `/images/w${idOf(1).slice(1)}/0.png`, width: 3, height: 4 };
    const refusal = { error: { code: 400, message: 'Another window was first.', status: 'INVALID_ARGUMENT' } };
    const stage = await openList({
      [`POST /pictures/${idOf(1)}/wall`]: kept,
      'PUT /sites/shop': () => Response.json(refusal, { status: 400 }),
      [`DELETE /pictures/w${idOf(1).slice(1)}`]: {},
    });
    linkOf(1).focus();
    await userEvent.keyboard(' ');
    await settled();
    await userEvent.click(find('.chosen-bar button'));
    await settled();

    await userEvent.fill(find('#wall-prompt'), 'A fox');
    await userEvent.fill(find('#wall-alt'), 'A red fox');
    await userEvent.click(page.getByRole('button', { name: 'Put it there' }));
    await settled();

    const deleted = () => calls(stage, 'DELETE').map(([path]) => path);
    await expect.poll(deleted).toEqual([`DELETE /pictures/w${idOf(1).slice(1)}`]);
    expect(tiles()[0]?.querySelector('.star')).toBeNull();
  });

  it('comes off the wall', async () => {
    const image = `/images/w${idOf(2).slice(1)}/0.png`;
    const record = { origins: [], wall: [...SITE.record.wall, { image, prompt: 'y' }] };
    const stage = await openList({ 'GET /sites/shop': () => Response.json({ record }) });
    linkOf(2).focus();
    await userEvent.keyboard(' ');
    await settled();

    await userEvent.click(page.getByRole('button', { name: 'Take off the wall' }).first());
    await settled();

    expect(calls(stage, 'PUT')[0]?.[1]).toEqual({ origins: [], wall: SITE.record.wall });
    expect(tiles()[1]?.querySelector('.star')).toBeNull();
  });
});

describe('one picture', () => {
  const openOne = (more: Record<string, unknown> = {}) =>
    openList({ [`GET /pictures/${idOf(3)}`]: ONE, ...more }, `/pictures/${idOf(3)}`);

  it('answers with the reporter’s words as text, and has its facts', async () => {
    await openOne();

    expect(textOf(find('h1'))).toBe('Reported at 16:59: “This is <b>my</b> photo.”');
    expect(document.querySelector('h1 b')).toBeNull();
    const facts = textOf(find('.rows'));
    expect(facts).toContain('$0.034962 held $0.156500, $0.121538 given back');
    expect(facts).toContain('PNG, 1024 × 1024, 1.3 MB');
    expect(facts).toContain('1,302 out · 9 in');
    expect(facts).toContain('29 December 2026');
    expect(facts).toContain('The original carries C2PA.');
    expect(textOf(find('.addresses'))).toContain(`/images/${idOf(3)}/0.png?w=1280`);
  });

  it('that is being deleted says so, and offers no block', async () => {
    await openOne();
    await userEvent.click(page.getByRole('button', { name: 'Delete', exact: true }));

    await expect.poll(() => textOf(find('h1'))).toBe('Being deleted.');
    expect(textOf(find('#content'))).not.toContain('Block this visitor');
  });

  it('shows what others said of it', async () => {
    const report = { ...REPORT, count: 9, more: ['<i>mine</i> too', 'not nice'] };
    await openOne({ [`GET /pictures/${idOf(3)}`]: { ...ONE, report } });

    expect([...document.querySelectorAll('.reports li')].map((each) => each.textContent)).toEqual([
      'This is <b>my</b> photo.',
      '<i>mine</i> too',
      'not nice',
    ]);
  });

  it('is kept, which closes the report', async () => {
    const stage = await openOne({ [`DELETE /pictures/${idOf(3)}/reports`]: () => new Response(null, { status: 204 }) });
    const { report: _, ...unreported } = ONE;
    stage.answer(`GET /pictures/${idOf(3)}`, unreported);

    await userEvent.click(page.getByRole('button', { name: 'Keep it' }));
    await vi.waitFor(() => expect(textOf(find('h1'))).toBe('Made at 17:18 on Shop for $0.03.'));

    expect(calls(stage, 'DELETE')).toHaveLength(1);
  });

  it('arrow keys go on to its neighbours', async () => {
    const stage = await openOne({ [`GET /pictures/${idOf(2)}`]: { ...ONE, ...ALL[1], report: undefined } });
    expect(find('[rel=next]').getAttribute('href')).toContain(idOf(4));

    await userEvent.keyboard('{ArrowLeft}');
    await settled();

    expect(location.pathname).toContain(idOf(2));
    expect(calls(stage, `GET /pictures/${idOf(2)}`)).toHaveLength(1);
  });

  it('says that it is gone', async () => {
    await openOne({ [`GET /pictures/${idOf(3)}`]: () => refusal(404, 'NOT_FOUND', 'This picture was not found.') });

    expect(textOf(find('h1'))).toBe('This picture is not there any more.');
  });
});

describe.each([
  [1280, 'light'],
  [390, 'dark'],
  [320, 'light'],
] as const)('at %s px, %s', (width, scheme) => {
  it.each([
    ['the list', '/pictures', {}],
    ['an empty list', '/pictures', { 'GET /pictures': listOf([]) }],
    ['a list that is still asked for', '/pictures', { 'GET /pictures': NEVER }],
    ['a list that fails', '/pictures', { 'GET /pictures': () => refusal(503, 'UPSTREAM_UNAVAILABLE', 'No ledger.') }],
    ['a picture', `/pictures/${idOf(3)}`, { [`GET /pictures/${idOf(3)}`]: ONE }],
  ])('%s is accessible and no wider than the page', async (_name, path, answers) => {
    await openList(answers, path, { width, scheme });

    expect(await faultsOf()).toEqual([]);
  });

  it('choosing, the wall’s form and the sheet are', async () => {
    await openList({}, '/pictures', { width, scheme });
    linkOf(1).focus();
    await userEvent.keyboard(' ');
    await settled();
    expect(await faultsOf()).toEqual([]);

    find<HTMLElement>('.chosen-bar button').click();
    await settled();
    expect(await faultsOf(find('desk-wall-form'))).toEqual([]);
    await userEvent.keyboard('{Escape}');
    if (width < 700) {
      await userEvent.click(find('.dots'));
      await settled();
      expect(await faultsOf(find('desk-sheet'))).toEqual([]);
    }
  });
});
