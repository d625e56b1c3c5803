/** Focus is never lost, and Escape closes what is innermost. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  appear,
  begin,
  click,
  draw,
  eventOf,
  FACTS,
  type FakeWorker,
  failure,
  fakeWorker,
  find,
  focused,
  inside,
  mount,
  pictureChunk,
  press,
  resultOf,
  STOP,
  send,
  thoughtChunk,
  tidyUp,
  WIDE,
} from './support.ts';

let worker: FakeWorker;

beforeEach(() => {
  worker = fakeWorker();
});

afterEach(tidyUp);

describe.each([
  { name: 'a narrow column', width: 390 },
  { name: 'a wide one', width: WIDE },
])('in $name', ({ width }) => {
  let studio: PeelStudio;

  beforeEach(async () => {
    studio = await mount(worker, {}, width);
  });

  it('stays in the words from Enter to the picture, whatever moves', async () => {
    studio.focus();
    await userEvent.keyboard('a fox');

    await resultOf(studio, () => userEvent.keyboard('{Enter}'));
    await appear(studio, '.quick');

    expect(focused(studio)).toBe(inside(studio, '[part~=prompt]'));
  });

  it('stays on the button that makes, cancels and makes again', async () => {
    const { push, end } = await begin(worker, studio);
    expect(focused(studio)).toBe(inside(studio, '.primary'));

    await resultOf(studio, async () => {
      push(pictureChunk());
      push(STOP);
      end();
    });
    await appear(studio, '.quick');

    expect(focused(studio)).toBe(inside(studio, '.primary'));
  });

  it('goes from a thought that vanishes to the button that stops or makes', async () => {
    const { push, end } = await begin(worker, studio);
    push(thoughtChunk('**Mixing colours**'));
    const thought = await appear(studio, '[part=thought]');
    // A page of assistive technology may put it anywhere.
    thought.tabIndex = -1;
    thought.focus();

    await resultOf(studio, async () => {
      push(pictureChunk());
      push(STOP);
      end();
    });

    expect(focused(studio)?.matches('[part~=prompt], .primary')).toBe(true);
  });

  it('goes from a note that vanishes to the words', async () => {
    worker.generate = () => failure(502, 'UPSTREAM_BROKEN');
    await send(studio, 'a fox');
    const link = await appear(studio, '[part=notice] .link');
    link.focus();

    await userEvent.keyboard('{Escape}');

    await vi.waitFor(() => expect(find(studio, '[part=notice]')).toBeNull());
    expect(focused(studio)).toBe(inside(studio, '[part~=prompt]'));
  });

  it('goes from the link of a note that starts again to the button', async () => {
    worker.generate = () => failure(502, 'UPSTREAM_BROKEN');
    await send(studio, 'a fox');
    const link = await appear(studio, '[part=notice] .link');
    worker.generate = () => new Promise(() => undefined);

    link.focus();
    link.click();
    await vi.waitFor(() => expect(find(studio, '[part=notice]')).toBeNull());

    expect(focused(studio)?.matches('[part~=prompt], .primary')).toBe(true);
  });

  it('goes from a quick change that vanishes to the words or the button', async () => {
    await draw(studio);
    // The last one makes the picture sharper, at once.
    const chip = await appear(studio, '.quick .chip:last-child');
    worker.generate = () => new Promise(() => undefined);

    chip.focus();
    chip.click();
    await vi.waitFor(() => expect(studio.state).toBe('generating'));
    await studio.updateComplete;

    expect(focused(studio)?.matches('[part~=prompt], .primary')).toBe(true);
  });

  it('goes from an example into the words that it has written', async () => {
    await press(studio, '[part=idea]');
    await vi.waitFor(() => expect(focused(studio)).toBe(inside(studio, '[part~=prompt]')));

    expect(studio.value).toBe('A fox in the snow');
    expect(inside<HTMLTextAreaElement>(studio, '[part~=prompt]').selectionStart).toBe(studio.value.length);
  });

  it('goes from a removed picture to its neighbour, and from the last one to the words', async () => {
    studio.focus();
    await studio.addReference(await picture());
    await studio.addReference(await picture());
    await vi.waitFor(() => expect(studio.shadowRoot?.querySelectorAll('.ref-tile')).toHaveLength(2));

    inside(studio, '.ref-tile').focus();
    await userEvent.keyboard('{Delete}');
    await studio.updateComplete;
    expect(focused(studio)?.matches('.ref-tile')).toBe(true);
    await userEvent.keyboard('{Delete}');
    await studio.updateComplete;

    expect(focused(studio)?.matches('[part~=prompt], .add')).toBe(true);
  });

  it('goes back to its button from the menu and from the settings', async () => {
    await draw(studio);
    await press(studio, '.menu-place .more');
    await appear(studio, '[role=menu] [role=menuitem]:focus');
    await userEvent.keyboard('{Escape}');
    await vi.waitFor(() => expect(focused(studio)).toBe(inside(studio, '.more')));
    expect(find(studio, '[role=menu]')).toBeNull();

    await press(studio, '[part~=settings-toggle]');
    (await appear(studio, '#settings input')).focus();
    await userEvent.keyboard('{Escape}');
    await studio.updateComplete;

    expect(focused(studio)).toBe(inside(studio, '[part~=settings-toggle]'));
    expect(find(studio, '#settings')).toBeNull();
  });

  it('goes from the comparison to its button', async () => {
    await draw(studio);
    await draw(studio, 'at night');
    await press(studio, '[aria-pressed].on-picture');
    const range = await appear(studio, '[part~=stage] input[type=range]');
    range.focus();

    await userEvent.keyboard('{Escape}');
    await studio.updateComplete;

    expect(find(studio, '[part~=stage] input[type=range]')).toBeNull();
    expect(focused(studio)).not.toBeNull();
  });

  it('is left alone by what the page does', async () => {
    const field = document.createElement('input');
    document.body.append(field);
    const { push, end } = await begin(worker, studio);
    field.focus();

    await resultOf(studio, async () => {
      push(thoughtChunk('Hm.'));
      push(pictureChunk());
      push(STOP);
      end();
    });

    expect(document.activeElement).toBe(field);
  });
});

describe('Escape', () => {
  it('closes the innermost first: menu, comparison, note, settings, and then nothing', async () => {
    const studio = await mount(worker);
    await draw(studio);
    await draw(studio, 'at night');
    await press(studio, '[part~=settings-toggle]');
    await appear(studio, '#settings');
    worker.generate = () => failure(502, 'UPSTREAM_BROKEN');
    await send(studio, 'in the snow');
    await appear(studio, '[part=notice]');
    await press(studio, '[aria-pressed].on-picture');
    await appear(studio, '[part~=stage] input[type=range]');
    await press(studio, '.menu-place .more');
    await appear(studio, '[role=menu]');
    const open = () =>
      ['[role=menu]', '[part~=stage] input[type=range]', '[part=notice]', '#settings'].filter((each) =>
        find(studio, each),
      );
    expect(open()).toHaveLength(4);

    const left: number[] = [];
    for (let presses = 0; presses < 5; presses++) {
      await userEvent.keyboard('{Escape}');
      await new Promise((resolve) => setTimeout(resolve, 50));
      await studio.updateComplete;
      left.push(open().length);
    }

    expect(left).toEqual([3, 2, 1, 0, 0]);
    expect(studio.results).toHaveLength(1);
  });

  it('never stops a picture that is being made', async () => {
    const studio = await mount(worker);
    await begin(worker, studio);

    await userEvent.keyboard('{Escape}');

    expect(studio.state).toBe('generating');
  });

  it('is left to the page where the element has nothing open', async () => {
    const studio = await mount(worker);
    const heard = vi.fn();
    document.body.addEventListener('keydown', heard, { once: true });
    studio.focus();

    await userEvent.keyboard('{Escape}');

    expect(heard.mock.calls[0]?.[0].defaultPrevented).toBe(false);
  });
});

it('moves into the words after Cancel, by mouse and by key', async () => {
  const studio = await mount(worker);
  await begin(worker, studio);
  await click(studio, '[part=cancel]');
  await studio.updateComplete;
  expect(focused(studio)).toBe(inside(studio, '[part~=prompt]'));

  await begin(worker, studio);
  inside(studio, '.primary').focus();
  await userEvent.keyboard('{Enter}');

  await vi.waitFor(() => expect(focused(studio)).toBe(inside(studio, '[part~=prompt]')));
  expect(studio.state).toBe('idle');
});

it('is put into the words by the page, and by the first stop of a narrow page with a picture', async () => {
  const studio = await mount(worker);
  await draw(studio);
  const skip = inside(studio, '.go-to-text');

  skip.focus();
  expect(skip.getBoundingClientRect().height).toBeGreaterThanOrEqual(24);
  await userEvent.keyboard('{Enter}');

  expect(focused(studio)).toBe(inside(studio, '[part~=prompt]'));
});

it('does not move when facts come, or the site changes', async () => {
  const studio = await mount(worker);
  studio.focus();
  const ready = eventOf(studio, 'peel-ready');
  worker.site = () => Response.json({ ...FACTS, ideas: [] });

  studio.site = 'second';
  await ready;
  await studio.updateComplete;

  expect(focused(studio)).toBe(inside(studio, '[part~=prompt]'));
});

const picture = async () => {
  const canvas = new OffscreenCanvas(40, 30);
  canvas.getContext('2d')?.fillRect(0, 0, 40, 30);
  return canvas.convertToBlob({ type: 'image/png' });
};
