/** Changing a picture, its versions, and what is kept of them. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Content, FilePart } from '../../widget/api/gemini.ts';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  type Asked,
  appear,
  begin,
  draw,
  eventOf,
  type FakeWorker,
  failure,
  fakeWorker,
  find,
  focused,
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

const contentsOf = (asked: Asked | undefined) => (asked as Asked & { body: { contents: Content[] } }).body.contents;
const picture = (n: number): FilePart => ({ fileData: { mimeType: 'image/png', fileUri: pictureAddress(n) } });
const toNew = async () => {
  (await appear(studio, 'input[type=radio][value=new]')).click();
  await studio.updateComplete;
};

describe('a change', () => {
  it('is the conversation so far and the new words', async () => {
    await draw(studio, 'a fox');
    expect(textOf(studio, '.primary')).toBe('Another take');
    expect(textOf(studio, '.quick')).not.toContain('Another take');
    expect(inside<HTMLTextAreaElement>(studio, '[part~=prompt]').placeholder).toBe('What should be different?');
    await write(studio, 'at night');
    expect(textOf(studio, '.primary')).toBe('Make the change');
    expect(textOf(studio, '.quick')).toContain('Another take');

    await resultOf(studio, () => press(studio, '.primary'));

    expect(contentsOf(orders(worker)[1])).toEqual([
      { role: 'user', parts: [{ text: 'a fox' }] },
      { role: 'model', parts: [picture(1)] },
      { role: 'user', parts: [{ text: 'at night' }] },
    ]);
    expect(inside<HTMLTextAreaElement>(studio, '[part~=prompt]').value).toBe('');
    expect(studio.value).toBe('a fox');
    expect(textOf(studio, '[part=caption]')).toContain('changed from version 1');
  });

  it('keeps the signatures of the answer it follows', async () => {
    worker.generate = () =>
      streamOf([{ candidates: [{ content: { parts: [{ ...picture(1), thoughtSignature: 'c2lnbmVk' }] } }] }, STOP]);
    await draw(studio, 'a fox');

    await draw(studio, 'at night');

    expect(contentsOf(orders(worker)[1])[1]?.parts).toEqual([{ ...picture(1), thoughtSignature: 'c2lnbmVk' }]);
  });

  it('keeps the shape of the picture, and says so in the settings line', async () => {
    await draw(studio);
    await write(studio, 'at night');

    expect(textOf(studio, '.choice')).toContain('Same shape');
  });

  it('is told to the page as the element has it', async () => {
    expect([studio.thread, studio.progress]).toEqual([[], undefined]);
    await draw(studio, 'a fox');
    await write(studio, 'at night');
    await resultOf(studio, () => press(studio, '.primary'));

    const [first, second] = studio.thread;
    expect(studio.thread.map(({ order }) => order.prompt)).toEqual(['a fox', 'at night']);
    expect(second?.parent).toBe(first?.id);
    expect(studio.selected?.turn).toBe(second?.id);
    expect(studio.progress).toBeUndefined();
  });

  it('leaves the words for a new picture beside it, and a new one begins a conversation of its own', async () => {
    await draw(studio, 'a fox');
    await write(studio, 'at night');
    await toNew();
    expect(inside<HTMLTextAreaElement>(studio, '[part~=prompt]').value).toBe('a fox');
    await draw(studio, 'a cat');

    expect(contentsOf(orders(worker)[1])).toEqual([{ role: 'user', parts: [{ text: 'a cat' }] }]);
  });

  it('begins by a quick action with its first words, and nothing is sent', async () => {
    await draw(studio);
    const chips = [...(await appear(studio, '.quick')).querySelectorAll<HTMLElement>('.chip')];
    expect(chips.map(({ textContent }) => textContent?.trim())).toEqual([
      'New background',
      'Other style',
      'Remove something',
      'Sharper',
    ]);

    chips[0]?.click();
    await vi.waitFor(() => expect(focused(studio)).toBe(inside(studio, '[part~=prompt]')));

    expect(inside<HTMLTextAreaElement>(studio, '[part~=prompt]').value).toBe('New background: ');
    expect(orders(worker)).toHaveLength(1);
  });

  it('is sharper by the same request in the next larger size', async () => {
    await draw(studio);
    const chips = [...(await appear(studio, '.quick')).querySelectorAll<HTMLElement>('.chip')];

    await resultOf(studio, async () => chips.find(({ textContent }) => textContent?.includes('Sharper'))?.click());

    expect(contentsOf(orders(worker)[1])).toEqual(contentsOf(orders(worker)[0]));
    expect(orders(worker)[1]?.body).toMatchObject({ generationConfig: { imageConfig: { imageSize: '2K' } } });
  });

  it('may be asked for by the page, of any version and of a place', async () => {
    await draw(studio, 'a fox');
    const first = studio.selected?.turn as string;
    await draw(studio, 'at night');
    worker.upload = () =>
      Response.json({ file: { uri: `${location.origin}/v1beta/files/marked`, mimeType: 'image/png' } });

    const result = await studio.edit('a hat', { from: first, region: { x: 0, y: 0, width: 0.5, height: 0.5 } });

    expect(result.order).toMatchObject({ prompt: 'a hat', from: first });
    const last = contentsOf(orders(worker)[2]);
    expect(last.slice(0, 2)).toEqual([
      { role: 'user', parts: [{ text: 'a fox' }] },
      { role: 'model', parts: [picture(1)] },
    ]);
    expect(JSON.stringify(last[2])).toContain('a hat');
    expect(JSON.stringify(last[2])).toContain('0% to 50% of the width');
    expect(JSON.stringify(last[2])).toContain('files/marked');
    await expect(studio.edit('a hat', { from: 'nowhere' })).rejects.toMatchObject({ code: 'INVALID' });
  });

  it('that fails leaves the picture, its version and the words', async () => {
    await draw(studio, 'a fox');
    worker.generate = () => failure(502, 'UPSTREAM_BROKEN');

    await send(studio, 'at night');
    await appear(studio, '[part=notice]');

    expect(studio.results[0]?.url).toBe(pictureAddress(1));
    expect(inside<HTMLTextAreaElement>(studio, '[part~=prompt]').value).toBe('at night');
  });

  it('leaves alone what the visitor types while it is made', async () => {
    const { push, end } = await begin(worker, studio);
    await write(studio, 'the next one');

    await resultOf(studio, async () => {
      push(pictureChunk());
      push(STOP);
      end();
    });

    expect(inside<HTMLTextAreaElement>(studio, '[part~=prompt]').value).toBe('the next one');
    expect(studio.results[0]?.order.prompt).toBe('a fox');
  });
});

describe('versions', () => {
  const rows = () => [...(studio.shadowRoot?.querySelectorAll<HTMLElement>('[part=history] [part=turn]') ?? [])];
  const words = () => rows().map((row) => row.querySelector('input')?.ariaLabel?.replace(/^.*: /, ''));
  const shown = () => studio.results[0]?.order.prompt;

  beforeEach(async () => {
    await draw(studio, 'a fox');
    await draw(studio, 'at night');
    await appear(studio, '[part=history]');
  });

  it('stand under the field, and a press shows one', async () => {
    expect(words()).toEqual(['a fox', 'at night']);
    const selected = eventOf(studio, 'peel-select');

    rows()[0]?.querySelector('input')?.click();

    expect(await selected).toMatchObject({ index: 0 });
    await studio.updateComplete;
    expect(shown()).toBe('a fox');
    expect(inside(studio, '[part~=image]').getAttribute('src')).toBe(pictureAddress(1));
  });

  it('go back and forward by methods, and stop at both ends', async () => {
    const steps: (string | undefined)[] = [];
    for (const step of ['undo', 'undo', 'redo', 'redo'] as const) {
      await studio[step]();
      steps.push(shown());
    }

    expect(steps).toEqual(['a fox', 'a fox', 'at night', 'at night']);
  });

  it('branch where an earlier one is changed again, and nothing is overwritten', async () => {
    await studio.undo();
    await draw(studio, 'in the snow');

    expect(words()).toHaveLength(3);
    expect(contentsOf(orders(worker)[2])).toEqual([
      { role: 'user', parts: [{ text: 'a fox' }] },
      { role: 'model', parts: [picture(1)] },
      { role: 'user', parts: [{ text: 'in the snow' }] },
    ]);
    await studio.undo();
    expect(shown()).toBe('a fox');
    await studio.redo();
    expect(shown()).toBe('in the snow');
  });

  it('are not exchanged while a picture is made', async () => {
    await begin(worker, studio, 'in the rain');

    await studio.undo();
    await studio.select(studio.selected?.turn ?? '');

    expect(studio.state).toBe('generating');
    expect(shown()).toBe('at night');
  });

  it('stand side by side: the shown one and the one that it changed', async () => {
    const compared = eventOf(studio, 'peel-compare');
    await studio.compare();

    expect(await compared).toMatchObject({ turn: studio.selected?.turn, index: 0 });
    const range = (await appear(studio, '[part~=stage] input[type=range]')) as HTMLInputElement;
    expect(studio.shadowRoot?.querySelectorAll('.box img')).toHaveLength(2);
    range.value = '20';
    range.dispatchEvent(new Event('input', { bubbles: true }));
    await studio.updateComplete;
    await studio.compare();
    await studio.updateComplete;

    expect(find(studio, '[part~=stage] input[type=range]')).toBeNull();
  });

  it('are not listed where the page does not want it, and not compared', async () => {
    studio.withoutHistory = true;
    studio.withoutCompare = true;
    await studio.updateComplete;

    expect(find(studio, '[part=history]')).toBeNull();
    expect(find(studio, '[aria-pressed].on-picture')).toBeNull();
  });

  it('give the words of one that is gone back, once the worker has said so', async () => {
    const real = worker.fetch;
    worker.fetch = async (input, init) =>
      String(input).includes('wide.png?n=1') ? new Response(null, { status: 404 }) : real(input, init);
    studio.fetch = worker.fetch;
    inside(studio, '[part=history] img').dispatchEvent(new Event('error'));
    const gone = await appear(studio, 'button[part=turn]');

    gone.click();
    await vi.waitFor(() => expect(inside<HTMLTextAreaElement>(studio, '[part~=prompt]').value).toBe('a fox'));

    expect(orders(worker)).toHaveLength(2);
  });
});
