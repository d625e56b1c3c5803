/** The button makes something new at every press, and nothing that was made is lost. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  appear,
  draw,
  eventOf,
  FACTS,
  type FakeWorker,
  failure,
  fakeWorker,
  find,
  inside,
  mount,
  orders,
  pictureAddress,
  pictureChunk,
  press,
  resultOf,
  STOP,
  send,
  streamOf,
  textOf,
  tidyUp,
  write,
} from './support.ts';

let worker: FakeWorker;
let studio: PeelStudio;

beforeEach(async () => {
  worker = fakeWorker();
  studio = await mount(worker);
});

afterEach(tidyUp);

const variants = () => orders(worker).map(({ headers }) => headers.get('Peel-Variant'));
const again = () => resultOf(studio, () => press(studio, '.primary'));
const toNew = async () => {
  (await appear(studio, 'input[type=radio][value=new]')).click();
  await studio.updateComplete;
};

describe('the button with nothing changed', () => {
  it('reads "Another take" and makes one', async () => {
    await draw(studio);
    expect(textOf(studio, '.primary')).toBe('Another take');

    await again();
    await again();

    expect(variants()).toEqual([null, 'take-2', 'take-3']);
    expect(orders(worker).map(({ body }) => JSON.stringify(body))).toEqual(
      Array(3).fill(JSON.stringify(orders(worker)[0]?.body)),
    );
    expect(studio.results[0]?.url).toBe(pictureAddress(3));
  });

  it('makes another take in the words for a new picture too', async () => {
    await draw(studio);
    await toNew();
    expect(inside<HTMLTextAreaElement>(studio, '[part~=prompt]').value).toBe('a fox');
    expect(textOf(studio, '.primary')).toBe('Another take');

    await again();

    expect(variants()).toEqual([null, 'take-2']);
  });

  it('makes the same words a new picture where the settings have changed', async () => {
    await draw(studio);
    await toNew();
    studio.aspectRatio = '16:9';
    await studio.updateComplete;
    expect(textOf(studio, '.primary')).toBe('Make picture');

    await again();

    expect(variants()).toEqual([null, null]);
    expect(orders(worker)[1]?.body).toMatchObject({ generationConfig: { imageConfig: { aspectRatio: '16:9' } } });
  });

  it('counts on after a reload', async () => {
    await draw(studio);
    await again();
    studio.remove();
    studio = await mount(worker);

    await draw(studio);
    await again();

    expect(variants()).toEqual([null, 'take-2', null, 'take-3']);
  });

  it('makes a take of a change as well', async () => {
    await draw(studio);
    await draw(studio, 'at night');

    await again();

    expect(variants()).toEqual([null, null, 'take-2']);
    expect(orders(worker)[2]?.body).toEqual(orders(worker)[1]?.body);
  });

  it('never shows the same picture as if it were new: a kept one says so', async () => {
    worker.generate = () => streamOf([pictureChunk(), STOP], { 'Cache-Status': 'peel; hit' });

    const { results } = await draw(studio);

    expect(results[0]?.cached).toBe(true);
    expect(textOf(studio, '[part=hint]')).toBe('This picture was here already.');
    expect(textOf(studio, '[part=caption]')).toContain('was here already');
  });
});

it('takes the shown picture again by its chip, whatever was asked since', async () => {
  await draw(studio);
  worker.generate = () => streamOf([{ candidates: [{ finishReason: 'IMAGE_SAFETY' }] }]);
  await toNew();
  const refused = eventOf(studio, 'peel-refused');
  await send(studio, 'something else');
  await refused;
  worker.generate = () => streamOf([pictureChunk(), STOP]);

  const { results } = await resultOf(studio, async () => {
    const chips = [...((await appear(studio, '.quick')).querySelectorAll<HTMLElement>('.chip') ?? [])];
    chips.find(({ textContent }) => textContent?.trim() === 'Another take')?.click();
  });

  expect(results[0]?.order.prompt).toBe('a fox');
  expect(variants().at(-1)).toBe('take-2');
});

it('asks for a fresh take where the words are an example, so that not all visitors get one picture', async () => {
  await press(studio, '[part=idea]');
  await studio.updateComplete;
  await again();
  expect(variants()[0]).toMatch(/^x[0-9a-f]{32}$/);

  await toNew();
  await draw(studio, 'A fox in the snow at night');
  expect(variants()[1]).toBeNull();
});

it('tries the very same request again after an error', async () => {
  worker.generate = () => failure(502, 'UPSTREAM_BROKEN');
  const error = eventOf(studio, 'peel-error');
  await send(studio, 'a fox');
  expect(await error).toMatchObject({ code: 'UPSTREAM_BROKEN', retryable: true, charged: 'maybe', requestId: 'req-1' });
  const links = async () => [...(await appear(studio, '.note-links')).querySelectorAll<HTMLElement>('.link')];
  expect((await links()).map(({ innerText }) => innerText)).toEqual(['Try again', 'Another take']);
  worker.generate = () => streamOf([pictureChunk(), STOP]);

  await write(studio, 'something new');
  await resultOf(studio, async () => (await links())[0]?.click());

  const [first, second] = orders(worker);
  expect(second?.body).toEqual(first?.body);
  expect(variants()).toEqual([null, null]);
});

describe('a picture whose address fails', () => {
  beforeEach(async () => {
    worker.generate = () => streamOf([pictureChunk(`${location.origin}/no-such-picture.png`), STOP]);
    const error = eventOf(studio, 'peel-error');
    await send(studio, 'a fox');
    expect((await error).code).toBe('PICTURE_UNREACHABLE');
    await appear(studio, '.note-links .link');
    worker.generate = () => streamOf([pictureChunk(), STOP]);
  });

  it('is opened again by the same request', async () => {
    await resultOf(studio, async () => inside(studio, '.note-links .link').click());

    const [first, second] = orders(worker);
    expect(second?.body).toEqual(first?.body);
    expect(variants()).toEqual([null, null]);
  });

  it('is replaced by another take, with the keyboard alone', async () => {
    inside(studio, '.note-links .link').focus();
    await userEvent.tab();
    expect(studio.shadowRoot?.activeElement?.textContent).toBe('Another take');

    await resultOf(studio, () => userEvent.keyboard('{Enter}'));

    expect(variants()).toEqual([null, 'take-2']);
    expect(studio.shadowRoot?.activeElement).not.toBeNull();
  });
});

describe('several pictures at once', () => {
  beforeEach(async () => {
    studio.count = 2;
    await studio.updateComplete;
    await draw(studio);
  });

  const strip = () => [...(studio.shadowRoot?.querySelectorAll<HTMLElement>('.several button') ?? [])];

  it('are takes of one request, in a strip', () => {
    expect(variants()).toEqual([null, 'take-2']);
    expect(studio.results).toHaveLength(2);
    expect(strip().map((button) => button.getAttribute('aria-label'))).toEqual(['Picture 1 of 2', 'Picture 2 of 2']);
    expect(strip().map((button) => button.ariaPressed)).toEqual(['true', 'false']);
    for (const button of strip()) expect(button.getBoundingClientRect().height).toBeGreaterThanOrEqual(24);
  });

  it('are said to be ready once, together', () => {
    expect(textOf(studio, '[role=status]')).toBe('2 pictures are ready.');
  });

  it('are shown one at a time, by the strip and by the page', async () => {
    const selected = eventOf(studio, 'peel-select');

    strip()[1]?.click();
    expect(await selected).toMatchObject({ index: 1 });
    await studio.updateComplete;

    expect(inside(studio, '[part~=image]').getAttribute('src')).toBe(studio.results[1]?.url);
    expect(strip().map((button) => button.ariaPressed)).toEqual(['false', 'true']);
    await studio.select(studio.selected?.turn ?? '', 0);
    expect(studio.selected?.index).toBe(0);
  });

  it('come as far as they come: one that fails takes none away', async () => {
    worker.generate = ({ headers }) =>
      headers.has('Peel-Variant') ? failure(502, 'UPSTREAM_BROKEN') : streamOf([pictureChunk(), STOP]);

    await toNew();
    await draw(studio, 'a cat');

    expect(studio.results).toHaveLength(1);
    expect(studio.state).toBe('done');
    expect(find(studio, '.several')).toBeNull();
  });

  it('are no more than the visitor may make now', async () => {
    worker.site = () => Response.json({ ...FACTS, limits: { perMinute: 3, perDay: 20, left: 1 } });
    const ready = eventOf(studio, 'peel-ready');
    studio.site = 'second';
    await ready;
    await studio.updateComplete;
    const before = orders(worker).length;

    await draw(studio, 'a cat');

    expect(orders(worker).length - before).toBe(1);
  });
});
