import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { all, boxOf, mount, pictureOf, SENTENCES, seen, WALL } from './host.ts';

beforeEach(() => page.viewport(1500, 900));

afterEach(() => {
  document.body.replaceChildren();
});

describe('sentences', () => {
  it('are ours where the owner has set nothing', async () => {
    const host = await mount(600, { ideas: [] });

    expect(all(host, '.idea').map(({ textContent }) => textContent?.trim())).toEqual([
      'A lighthouse at dusk, cut from coloured paper',
      'A fox asleep in a teacup, soft pencil',
      'Blue hills in the morning, seen from a balloon',
    ]);
  });

  it('wait for the site, and are no empty group meanwhile', async () => {
    const host = await mount(600, { ideas: undefined });

    expect(all(host, '.idea')).toEqual([]);
    expect(all(host, '[role=group]')).toEqual([]);
    await expect.element(page.getByText('Or start from one of these')).toBeVisible();
  });

  it('are chosen by mouse and by key', async () => {
    const host = await mount(600, { ideas: SENTENCES.slice(0, 3) });

    await page.getByRole('button', { name: 'A fox in a teacup.' }).click();
    await userEvent.tab();
    await userEvent.keyboard('{Enter}');

    expect(host.chosen).toEqual([{ text: 'A fox in a teacup.' }, { text: 'Blue hills.' }]);
  });

  it.each([
    { width: 280, few: 4 },
    { width: 390, few: 3 },
    { width: 1000, few: 4 },
  ])(
    'are $few at $width px, and the others on request, with the focus on the first of them',
    async ({ width, few }) => {
      const host = await mount(width, { ideas: SENTENCES });
      expect(seen(host, '.idea')).toHaveLength(few);

      await page.getByRole('button', { name: 'More examples' }).click();

      expect(seen(host, '.idea')).toHaveLength(6);
      expect(host.shadowRoot?.activeElement).toBe(all(host, '.idea')[few]);
      expect(seen(host, '.others')).toEqual([]);
    },
  );

  it('offer no more where four are all that there are', async () => {
    const [small, middle, large] = await Promise.all(
      [280, 390, 1000].map((width) => mount(width, { ideas: SENTENCES.slice(0, 4) })),
    );

    expect([small, middle, large].map((host) => host && seen(host, '.others').length)).toEqual([0, 1, 0]);
  });

  it('stand under a heading of one line, with its button or without', async () => {
    const [few, many] = [await mount(390, { ideas: SENTENCES.slice(0, 3) }), await mount(390, { ideas: SENTENCES })];
    const height = (host: typeof few) => boxOf(all(host, '.heading')[0] as Element).height;

    expect(height(many)).toBe(height(few));
  });

  it('have room, lines between them, and an arrow at the end', async () => {
    const host = await mount(390, { ideas: SENTENCES.slice(0, 3) });

    for (const idea of all(host, '.idea')) expect(boxOf(idea).height).toBeGreaterThanOrEqual(40);
    const [words, arrow] = ['span', 'svg'].map((name) => boxOf(all(host, `.idea ${name}`)[0] as Element)) as [
      DOMRect,
      DOMRect,
    ];
    expect(words.left).toBe(boxOf(host).left);
    expect(Math.abs(boxOf(host).right - arrow.right)).toBeLessThan(3);
  });

  it('start on the right of a right-to-left page, whatever their language', async () => {
    const host = await mount(600, { ideas: [{ text: 'كوخ في الثلج' }, { text: 'A fox.' }] }, '', 'direction: rtl');
    host.dir = 'rtl';

    for (const words of all(host, '.idea span')) {
      const range = document.createRange();
      range.selectNodeContents(words);
      expect(Math.round(boxOf(host).right - range.getBoundingClientRect().right)).toBe(0);
    }
  });
});

describe('as an album', () => {
  const rowsOf = (host: Awaited<ReturnType<typeof mount>>) =>
    [...Map.groupBy(all(host, '.frame').map(boxOf), ({ top }) => Math.round(top)).values()] as DOMRect[][];

  it.each([720, 830, 1000, 1400])('fills the lines of %s px with pictures of one height', async (width) => {
    const host = await mount(width, { wall: WALL });

    for (const row of rowsOf(host)) {
      const heights = row.map(({ height }) => height);
      expect(Math.max(...heights) - Math.min(...heights)).toBeLessThan(1);
      expect(heights[0]).toBeLessThanOrEqual(9.5 * 16);
      expect(Math.abs((row.at(-1)?.right ?? 0) - boxOf(host).right)).toBeLessThan(1);
    }
  });

  it('keeps the shapes of pictures', async () => {
    const host = await mount(720, { wall: WALL });

    for (const [index, frame] of all(host, '.frame').entries()) {
      const { width = 1, height = 1 } = WALL[index] ?? {};
      expect(boxOf(frame).width / boxOf(frame).height).toBeCloseTo(width / height, 1);
    }
  });

  it('takes one line or two, whichever is nearer to 8 em', async () => {
    for (const length of [2, 3, 4, 5, 6, 7]) {
      for (let width = 710; width < 1500; width += 97) {
        const wall = WALL.slice(0, length);
        const total = wall.reduce((sum, { width: w, height: h }) => sum + w / h, 0);
        const oneLine = (width - (length - 1) * 9.6) / total;
        const twoLines = (2 * (width - (length / 2 - 1) * 9.6)) / total;
        // Gaps make both nearly as good as each other: either is right.
        if (Math.abs(Math.abs(oneLine - 128) - Math.abs(twoLines - 128)) < 16) continue;
        const host = await mount(width, { wall });

        expect([length, width, rowsOf(host).length]).toEqual([
          length,
          width,
          Math.abs(oneLine - 128) < Math.abs(twoLines - 128) ? 1 : 2,
        ]);
        host.remove();
      }
    }
  });

  it('does not blow up a few pictures', async () => {
    const host = await mount(1400, { wall: WALL.slice(0, 1) });

    const { width, height } = boxOf(all(host, '.frame')[0] as Element);
    expect(height).toBeLessThanOrEqual(9.5 * 16);
    expect(width).toBeLessThan(height * 2.4);
  });

  it('has no arrows', async () => {
    const host = await mount(1000, { wall: WALL });
    await userEvent.hover(all(host, '.sample')[0] as Element);

    expect(seen(host, '.arrows')).toEqual([]);
  });
});

describe('as a strip', () => {
  it.each([336, 390, 690])('at %s px has one line of pictures, as wide as its column and no wider', async (width) => {
    const host = await mount(width, { wall: WALL });

    const frames = all(host, '.frame').map(boxOf);
    expect(new Set(frames.map(({ top }) => top)).size).toBe(1);
    expect(new Set(frames.map(({ height }) => Math.round(height)))).toEqual(new Set([131]));
    expect(boxOf(all(host, '.album')[0] as Element).width).toBe(width);
    expect(host.scrollWidth).toBe(width);
  });

  it.each(['ltr', 'rtl'])('lets a mouse reach every picture and come back (%s)', async (dir) => {
    const host = await mount(390, { wall: WALL });
    host.dir = dir;
    const column = boxOf(host);
    const isShown = (index: number) => {
      const { left, right } = boxOf(all(host, '.sample')[index] as Element);
      return left >= column.left - 3 && right <= column.right + 3;
    };
    const earlier = page.getByRole('button', { name: 'Earlier ones' });
    const later = page.getByRole('button', { name: 'More of them' });
    await expect.element(later).toBeVisible();
    const met = new Set<number>();
    const note = () =>
      WALL.keys()
        .filter(isShown)
        .forEach((index) => void met.add(index));

    for (let presses = 0; presses < 9 && !isShown(WALL.length - 1); presses++) {
      note();
      const before = all(host, '.album')[0]?.scrollLeft;
      await later.click();
      await expect.poll(() => all(host, '.album')[0]?.scrollLeft).not.toBe(before);
      await settled(host);
    }
    note();

    expect([...met].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    await expect.element(later).toHaveAttribute('aria-disabled', 'true');
    await expect.element(earlier).toHaveAttribute('aria-disabled', 'false');
    for (let presses = 0; presses < 9 && !isShown(0); presses++) {
      await earlier.click();
      await settled(host);
    }
    expect(isShown(0)).toBe(true);
  });

  it('brings into view what the Tab key leads to, with a ring that nothing cuts off', async () => {
    const host = await mount(390, { wall: WALL });
    const album = all(host, '.album')[0] as Element;

    for (const tile of all(host, '.sample')) {
      while (host.shadowRoot?.activeElement !== tile) await userEvent.tab();
      await settled(host);
      const [box, column] = [boxOf(tile), boxOf(album)];
      expect(box.left).toBeGreaterThanOrEqual(column.left - 1);
      expect(box.right).toBeLessThanOrEqual(column.right + 1);
      const ring = getComputedStyle(tile.querySelector('.frame') as Element, '::after');
      expect([ring.borderTopWidth, ring.borderTopStyle]).toEqual(['2px', 'solid']);
    }
  });

  it('has no arrows where all is seen', async () => {
    const host = await mount(690, { wall: WALL.slice(1, 3) });
    await userEvent.hover(all(host, '.sample')[0] as Element);

    expect(seen(host, '.arrows')).toEqual([]);
  });

  it('keeps the heading on its line beside the arrows', async () => {
    const withArrows = await mount(390, { wall: WALL });
    await expect.poll(() => seen(withArrows, '.arrows').length).toBe(1);
    const without = await mount(390, { ideas: SENTENCES });

    const height = (host: typeof without) => boxOf(all(host, '.heading')[0] as Element).height;
    expect(height(withArrows)).toBe(height(without));
  });

  /** Waits until the strip has come to rest. */
  async function settled(host: Awaited<ReturnType<typeof mount>>) {
    const album = all(host, '.album')[0] as Element;
    let [last, still] = [Number.NaN, 0];
    while (still < 20) {
      await new Promise(requestAnimationFrame);
      still = album.scrollLeft === last ? still + 1 : 0;
      last = album.scrollLeft;
    }
  }
});

describe('as squares', () => {
  it('shows four in two columns, and the rest on request', async () => {
    const host = await mount(280, { wall: WALL });
    const frames = seen(host, '.frame').map(boxOf);
    expect(frames).toHaveLength(4);
    for (const { width, height } of frames) expect(width / height).toBeLessThan(1.2);
    expect(new Set(frames.map(({ left }) => Math.round(left))).size).toBe(2);

    await page.getByRole('button', { name: 'More examples' }).click();

    expect(seen(host, '.sample')).toHaveLength(7);
    expect(host.shadowRoot?.activeElement).toBe(all(host, '.sample')[4]);
    expect(host.scrollWidth).toBe(280);
  });

  it('has no button where four are all', async () => {
    const host = await mount(280, { wall: WALL.slice(0, 4) });

    expect(all(host, '.others')).toEqual([]);
  });
});

it('gives the whole example to who asks for a picture of its shape', async () => {
  const host = await mount(1000, { wall: WALL });

  await page.getByRole('button', { name: /Picture 2,/ }).click();

  expect(host.chosen).toMatchObject([{ text: WALL[1]?.prompt, width: 900, height: 1200, image: WALL[1]?.image }]);
});

it('shows ideas with pictures as pictures, and those without as sentences under them', async () => {
  const host = await mount(1000, {
    ideas: [
      { text: 'A fox.' },
      { text: 'A boat.', image: pictureOf(600, 400) },
      { text: 'A hill.', image: pictureOf(400, 400) },
    ],
  });

  expect(all(host, '.sample')).toHaveLength(2);
  expect(all(host, '.idea').map(({ textContent }) => textContent?.trim())).toEqual(['A fox.']);
  expect(boxOf(all(host, '.idea')[0] as Element).top).toBeGreaterThan(boxOf(all(host, '.album')[0] as Element).bottom);
});

/**
 * What is reserved for the stage of an element with text of 15 px: the composer is there first, and facts that arrive
 * late must not move the page.
 */
it.each([
  { width: 280, em: 23 },
  { width: 335, em: 23 },
  { width: 350, em: 12.1 },
  { width: 600, em: 12.1 },
])('fits the $em em that are kept for it at $width px', async ({ width, em }) => {
  const long = SENTENCES.map(({ text }) => ({ text: `${text} And quite a few more words about it, to fill lines.` }));
  const css = 'font-size: 15px';
  const hosts = [
    await mount(width, { ideas: long }, '', css),
    await mount(width, { ideas: [] }, '', css),
    await mount(width, { wall: WALL }, '', css),
  ];

  for (const host of hosts) expect(boxOf(all(host, '.examples')[0] as Element).height).toBeLessThanOrEqual(em * 15);
});

it.each([280, 390, 1000])('moves nothing at %s px when pictures arrive or fail', async (width) => {
  const host = await mount(width, {
    wall: [{ image: '/nowhere.png', prompt: 'Lost.', width: 300, height: 400 }, ...WALL],
  });
  const places = () => all(host, '.sample').map((button) => JSON.stringify(boxOf(button)));
  const before = places();
  const images = all(host, 'img') as HTMLImageElement[];

  await Promise.allSettled(images.slice(0, 3).map((image) => image.decode()));

  expect(places()).toEqual(before);
  expect(getComputedStyle(all(host, '.frame')[0] as Element).backgroundColor).not.toBe('rgba(0, 0, 0, 0)');
  expect(images.map(({ loading }) => loading)).toEqual(images.map(() => 'lazy'));
});

it('names a picture by its words, and by what it shows where the owner has written that', async () => {
  await mount(1000, { wall: [{ ...WALL[0]!, alt: 'A fox.' }, WALL[1]!] });

  await expect.element(page.getByRole('button', { name: `A fox. ${WALL[0]?.prompt}` })).toBeVisible();
  await expect.element(page.getByRole('button', { name: WALL[1]?.prompt ?? '', exact: true })).toBeVisible();
});

it('shows the beginning of a caption that is too long, whatever the direction of the page', async () => {
  const long = 'Beginning of a very long description that never fits under a picture';
  const host = await mount(390, {
    wall: [
      { ...WALL[1]!, prompt: long },
      { ...WALL[1]!, prompt: `كوخ ${'خشبي '.repeat(20)}` },
    ],
  });
  host.dir = 'rtl';

  for (const caption of all(host, '.sample .small')) {
    const words = [...caption.childNodes].find((node) => node instanceof Text) as Text;
    const range = document.createRange();
    range.setStart(words, 0);
    range.setEnd(words, 1);
    const [first, box] = [range.getBoundingClientRect(), boxOf(caption)];
    expect(first.left).toBeGreaterThanOrEqual(box.left - 1);
    expect(first.right).toBeLessThanOrEqual(box.right + 1);
  }
});

it.each([{ ideas: SENTENCES }, { wall: WALL }])('does nothing while it is disabled', async (view) => {
  const host = await mount(600, { ...view, disabled: true }, '<button slot="ideas" value="Mine">Mine</button>');
  const own = await mount(600, { ...view, disabled: true });

  for (const button of all(own, '[part=idea]')) button.click();
  host.querySelector('button')?.click();

  expect([...own.chosen, ...host.chosen]).toEqual([]);
});

describe('of the page itself', () => {
  it('take the place of ours, as plain buttons with a value', async () => {
    const buttons =
      '<button slot="ideas" value="A cabin in the snow"><b>Cabin</b></button><button slot="ideas">No value</button>';
    const host = await mount(600, { ideas: SENTENCES }, buttons);

    await page.getByText('Cabin').click();
    await page.getByText('No value').click();

    expect(host.chosen).toEqual([{ text: 'A cabin in the snow' }]);
    expect(seen(host, '.idea')).toEqual([]);
    expect(boxOf(host.querySelector('button') as Element).width).toBe(600);
  });

  it('are there before the site is known', async () => {
    const host = await mount(600, { ideas: undefined }, '<button slot="ideas" value="A cabin">Cabin</button>');

    await page.getByText('Cabin').click();

    expect(host.chosen).toEqual([{ text: 'A cabin' }]);
  });

  it('may be anything, which replaces all', async () => {
    const host = await mount(600, { wall: WALL }, '<p slot="empty">Our own words</p>');

    await expect.element(page.getByText('Our own words')).toBeVisible();
    expect(seen(host, '.examples')).toEqual([]);
  });
});

it('loads the pictures’ module only where there are pictures', async () => {
  let asked = 0;
  const pictures = () => {
    asked += 1;
    return undefined;
  };

  await mount(600, { ideas: SENTENCES, pictures });
  expect(asked).toBe(0);
  const host = await mount(600, { wall: WALL, pictures });

  expect(asked).toBe(1);
  expect(all(host, '[role=group]')).toEqual([]);
});
