/** Direction and order by geometry: where things are, and not by which rule they got there. */
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { Parts } from '../../widget/parts.ts';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import { smallPicture } from './states.ts';
import {
  appear,
  begin,
  draw,
  eventOf,
  type FakeWorker,
  failure,
  fakeWorker,
  focused,
  inside,
  mount,
  pictureChunk,
  press,
  resultOf,
  STOP,
  send,
  textOf,
  thoughtChunk,
  tidyUp,
  WIDE,
} from './support.ts';

let worker: FakeWorker;

beforeEach(() => {
  worker = fakeWorker();
});

afterEach(() => {
  document.body.dir = '';
  tidyUp();
});

const box = (studio: PeelStudio, selector: string) => inside(studio, selector).getBoundingClientRect();

/** Where the letters of an element are. */
function letters(studio: PeelStudio, selector: string): DOMRect {
  const range = document.createRange();
  range.selectNodeContents(inside(studio, selector));
  return range.getBoundingClientRect();
}

describe.each(['ltr', 'rtl'] as const)('on a page that reads %s', (dir) => {
  const isRtl = dir === 'rtl';
  /** The distance from the edge where lines begin. */
  const fromStart = (inner: DOMRect, outer: DOMRect) => (isRtl ? outer.right - inner.right : inner.left - outer.left);
  const fromEnd = (inner: DOMRect, outer: DOMRect) => (isRtl ? inner.left - outer.left : outer.right - inner.right);

  beforeEach(() => {
    document.body.dir = dir;
  });

  it('begins label, hint, examples and settings at the start, and ends with the button', async () => {
    const studio = await mount(worker, { hint: 'Free' }, 390);
    const field = box(studio, '[part~=field]');

    expect(fromStart(letters(studio, '[part=label]'), box(studio, '.composer'))).toBeCloseTo(0, 0);
    expect(fromStart(letters(studio, '[part=hint]'), box(studio, '.composer'))).toBeCloseTo(0, 0);
    expect(fromStart(letters(studio, '.heading p'), box(studio, '.base'))).toBeCloseTo(0, 0);
    expect(fromStart(letters(studio, '[part=idea] span'), box(studio, '[part=idea]'))).toBeLessThan(20);
    expect(fromEnd(box(studio, '[part=idea] .icon'), box(studio, '[part=idea]'))).toBeLessThan(20);
    expect(fromStart(box(studio, '.shape'), field)).toBeLessThan(24);
    expect(fromEnd(box(studio, '.line .icon'), field)).toBeLessThan(24);
    expect(fromEnd(box(studio, '.primary'), field)).toBeLessThan(12);
    expect(fromStart(box(studio, '.add'), field)).toBeLessThan(12);
  });

  it('begins the sentences of a note at the start, in their own language too', async () => {
    const studio = await mount(worker, {}, 390);
    worker.generate = () => failure(502, 'UPSTREAM_BROKEN');
    await send(studio, 'a fox');
    await appear(studio, '[part=notice]');
    const words = box(studio, '.note-words');

    expect(fromStart(letters(studio, '.note-title'), words)).toBeCloseTo(0, 0);
    expect(fromEnd(box(studio, '[part=notice] .icon'), words)).toBeGreaterThan(words.width);
  });

  it('has the AI label at the lower start of the picture and its buttons at the upper end', async () => {
    const studio = await mount(worker, {}, 390);
    worker.generate = () => inlineAnswer(320, 240);
    await draw(studio);
    const picture = box(studio, '.box');
    const badge = box(studio, '[part=badge]');
    const corner = box(studio, '.corner');

    expect(fromStart(badge, picture)).toBeLessThan(20);
    expect(picture.bottom - badge.bottom).toBeLessThan(20);
    expect(fromEnd(corner, picture)).toBeLessThan(20);
    expect(corner.top - picture.top).toBeLessThan(20);
  });

  it('begins the seconds at the start, and fills the bar from there', async () => {
    const studio = await mount(worker, {}, 390);
    await begin(worker, studio);
    const bar = inside(studio, '[part=progress]');
    const filled = inside(studio, '[part=progress-bar]');
    filled.style.setProperty('--_share', '0.5');
    filled.style.transition = 'none';

    expect(fromStart(letters(studio, '[part=elapsed]'), box(studio, '.under'))).toBeCloseTo(0, 0);
    expect(fromStart(filled.getBoundingClientRect(), bar.getBoundingClientRect())).toBeCloseTo(0, 0);
    expect(filled.getBoundingClientRect().width).toBeLessThan(bar.getBoundingClientRect().width);
  });

  it('orders the switch, added pictures and actions from the start', async () => {
    const studio = await mount(worker, {}, 390);
    await draw(studio);
    await appear(studio, '.switch');
    for (let n = 0; n < 2; n++) await studio.addReference(await smallPicture());
    await appear(studio, '[part=reference] + [part=reference]');
    const order = (first: string, second: string) => {
      const [one, other] = [box(studio, first), box(studio, second)];
      return isRtl ? one.left - other.right : other.left - one.right;
    };

    expect(order('.switch label:first-child', '.switch label:last-child')).toBeGreaterThanOrEqual(-1);
    expect(order('[part=reference]', '[part=reference]:last-child')).toBeGreaterThanOrEqual(0);
    expect(order('.download', '.more')).toBeGreaterThanOrEqual(0);
  });

  it('puts the composer at the start of a wide column, and the stage at the end', async () => {
    const studio = await mount(worker, {}, WIDE);
    await draw(studio);
    const [composer, stage] = [box(studio, '.composer-side'), box(studio, '.stage-side')];

    expect(fromStart(composer, box(studio, '.base'))).toBeCloseTo(0, 0);
    expect(isRtl ? stage.right <= composer.left : stage.left >= composer.right).toBe(true);
    expect(stage.top).toBeCloseTo(composer.top, 0);
    expect(stage.width / box(studio, '.base').width).toBeGreaterThan(0.6);
  });

  it('mirrors arrows that point along the line, and not those that point down', async () => {
    const studio = await mount(worker, {}, 390);
    const scale = (selector: string) => getComputedStyle(inside(studio, selector)).scale;

    expect(scale('[part=idea] .icon')).toBe(isRtl ? '-1 1' : 'none');
    expect(scale('.line .icon')).toBe('none');
  });
});

describe('a narrow column', () => {
  const comesFirst = (studio: PeelStudio) =>
    inside(studio, '.studio').firstElementChild?.classList.contains('stage-side') === true;

  it('begins with the words, and with the stage from the press on, for eyes and for keys', async () => {
    const studio = await mount(worker, {}, 390);
    expect(comesFirst(studio)).toBe(false);
    expect(box(studio, '.composer-side').top).toBeLessThan(box(studio, '.stage-side').top);

    const { push, end } = await begin(worker, studio);

    expect(comesFirst(studio)).toBe(true);
    expect(box(studio, '.stage-side').top).toBeLessThan(box(studio, '.composer-side').top);
    expect(focused(studio)).toBe(inside(studio, '.primary'));
    await resultOf(studio, async () => {
      push(thoughtChunk('Hm.'));
      push(pictureChunk());
      push(STOP);
      end();
    });
    expect(comesFirst(studio)).toBe(true);
  });

  it('has the stage first at once, also where the press was faster than the engine', async () => {
    const load = Parts.prototype.load;
    const engine = Promise.withResolvers<void>();
    vi.spyOn(Parts.prototype, 'load').mockImplementation(function (this: Parts, name, fetchPart) {
      return load.call(this, name, name === 'engine' ? () => engine.promise.then(fetchPart) : fetchPart) as never;
    });
    const studio = await mount(worker, {}, 390);

    await send(studio, 'a fox');

    expect(comesFirst(studio)).toBe(true);
    expect(box(studio, '[part~=placeholder]').height).toBeGreaterThan(100);
    expect(textOf(studio, '.primary')).toBe('Cancel');
    engine.resolve();
    await eventOf(studio, 'peel-result');
    expect(comesFirst(studio)).toBe(true);
  });

  it('begins with the words again where nothing came of it', async () => {
    const studio = await mount(worker, {}, 390);
    worker.generate = () => failure(502, 'UPSTREAM_BROKEN');

    await send(studio, 'a fox');
    await appear(studio, '[part=notice]');

    expect(comesFirst(studio)).toBe(false);
    expect(focused(studio)?.matches('[part~=prompt], .primary')).toBe(true);
  });

  it('leads the Tab key to the text first, then over the picture to the words', async () => {
    const studio = await mount(worker, {}, 390);
    await draw(studio);
    await appear(studio, '.quick');
    const before = document.createElement('button');
    studio.before(before);
    before.focus();
    const stops: string[] = [];
    for (let presses = 0; presses < 16; presses++) {
      await userEvent.tab();
      const stop = focused(studio);
      if (!stop) break;
      stops.push(stop.className.split(' ')[0] || stop.getAttribute('part') || stop.localName);
    }

    const places = ['go-to-text', 'picture', 'prompt', 'primary', 'line'].map((stop) => stops.indexOf(stop));
    expect(stops[0]).toBe('go-to-text');
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((one, other) => one - other));
  });

  it('is what a wide column becomes, and the other way round, with the focus kept', async () => {
    const studio = await mount(worker, {}, WIDE);
    await draw(studio);
    expect(comesFirst(studio)).toBe(false);
    const column = studio.parentElement as HTMLElement;
    studio.focus();

    column.style.inlineSize = '390px';
    await expect.poll(() => comesFirst(studio)).toBe(true);
    expect(focused(studio)).toBe(inside(studio, '[part~=prompt]'));
    column.style.inlineSize = `${WIDE}px`;

    await expect.poll(() => comesFirst(studio)).toBe(false);
    expect(focused(studio)).toBe(inside(studio, '[part~=prompt]'));
  });
});

describe('layout', () => {
  it.each([
    { layout: 'stack', width: WIDE, isBeside: false },
    { layout: 'split', width: 600, isBeside: true },
    { layout: 'split', width: 500, isBeside: false },
    { layout: 'auto', width: 600, isBeside: false },
    { layout: 'compact', width: WIDE, isBeside: false },
  ] as const)('$layout at $width pixels', async ({ layout, width, isBeside }) => {
    const studio = await mount(worker, { layout }, width);
    await draw(studio);
    const [composer, stage] = [box(studio, '.composer-side'), box(studio, '.stage-side')];

    expect(stage.left >= composer.right).toBe(isBeside);
    expect(stage.bottom <= composer.top).toBe(!isBeside);
  });

  it('compact has no examples', async () => {
    const studio = await mount(worker, { layout: 'compact' }, 390);

    expect(inside(studio, '[part=ideas]').checkVisibility()).toBe(false);
    await press(studio, '[part~=settings-toggle]');
    await appear(studio, '#settings');
  });
});

function inlineAnswer(width: number, height: number): Response {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const data = canvas.toDataURL('image/png').split(',')[1];
  const answer = { candidates: [{ content: { parts: [{ inlineData: { mimeType: 'image/png', data } }] } }] };
  return new Response(`data: ${JSON.stringify(answer)}\r\n\r\ndata: ${JSON.stringify(STOP)}\r\n\r\n`);
}

it.each(['16px', '20px'])('keeps the words of the switch away from its borders at 280 px and %s', async (fontSize) => {
  document.body.style.fontSize = fontSize;
  onTestFinished(() => document.body.removeAttribute('style'));
  const studio = await mount(worker, {}, 280);
  await draw(studio);
  await appear(studio, '.switch');

  for (const label of studio.shadowRoot?.querySelectorAll('.switch label') ?? []) {
    const words = document.createRange();
    words.selectNodeContents(label);
    const rows = [...words.getClientRects()].filter(({ width }) => width < label.clientWidth + 2);
    const outer = label.getBoundingClientRect();
    const texts = rows.filter(({ height }) => height < outer.height);
    expect(texts.length).toBeGreaterThan(0);
    for (const { left, right, top, bottom } of texts) {
      expect(left - outer.left).toBeGreaterThanOrEqual(6);
      expect(outer.right - right).toBeGreaterThanOrEqual(6);
      expect(Math.min(top - outer.top, outer.bottom - bottom)).toBeGreaterThanOrEqual(1);
    }
  }
});
