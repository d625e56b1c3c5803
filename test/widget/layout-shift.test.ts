/** Nothing on the page moves but after a press of the visitor. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import type { PeelStudio } from '../../widget/peel-studio.ts';
// It comes with the engine; the server of these tests has it apart.
import '../../widget/thread/change.ts';
import {
  appear,
  create,
  draw,
  eventOf,
  FACTS,
  type FakeWorker,
  fakeWorker,
  hold,
  place,
  press,
  resultOf,
  STOP,
  thoughtChunk,
  tidyUp,
  twoFrames,
  write,
} from './support.ts';

interface Shift extends PerformanceEntry {
  value: number;
  sources: { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[];
}

let worker: FakeWorker;
let observer: PerformanceObserver;
let shifts: string[];

beforeEach(async () => {
  worker = fakeWorker();
  await page.viewport(1100, 1600);
  shifts = [];
  observer = new PerformanceObserver((list) => read(list.getEntries()));
  observer.observe({ type: 'layout-shift' });
});

afterEach(async () => {
  observer.disconnect();
  tidyUp();
  await page.viewport(414, 896);
});

const SHAPES = [
  { asked: 'auto', is: 'the expected shape', across: 400, down: 300 },
  { asked: 'auto', is: 'another shape', across: 120, down: 160 },
  { asked: 'auto', is: 'a wider shape', across: 480, down: 270 },
  { asked: '9:16', is: 'a tall shape', across: 90, down: 160 },
  { asked: '8:1', is: 'a long shape', across: 480, down: 60 },
  { asked: '1:8', is: 'a spine', across: 60, down: 480 },
];

describe.each([
  { name: 'a sidebar', width: 280 },
  { name: 'a phone', width: 390 },
  { name: 'a page', width: 1000 },
])('in $name', ({ width }) => {
  it.each([0, 3, 8])('moves nothing while the facts of a site with %i ideas arrive', async (count) => {
    const facts = Promise.withResolvers<Response>();
    worker.site = () => facts.promise;
    const { studio, top } = await show(width);
    const before = top();
    await forgive();

    const ready = eventOf(studio, 'peel-ready');
    const ideas = Array.from({ length: count }, (_, at) => ({
      text: `A lighthouse at dusk, cut from paper, number ${at}`,
    }));
    facts.resolve(Response.json({ ...FACTS, ideas }));
    await ready;
    await settled();

    expect(shifts).toEqual([]);
    expect(top()).toBe(before);
  });

  it.each(SHAPES)(
    'moves nothing while it waits for a picture of $is, and when it comes',
    async ({ asked, across, down }) => {
      const { studio, top } = await show(width, { aspectRatio: asked });
      const stream = hold(worker);
      await write(studio, 'a fox in the snow, with a long tail that is red');
      await press(studio, '.primary');
      const { push, end } = await stream;
      await forgive();
      const waiting = top();

      push(
        thoughtChunk('**Mixing the colours of a winter morning, and a red tail that is longer than a line of words**'),
      );
      await appear(studio, '[part=thought]');
      await settled();
      expect(shifts).toEqual([]);
      await resultOf(studio, async () => {
        push(await inlinePicture(across, down));
        push(STOP);
        end();
      });
      await appear(studio, '.quick');
      await settled();

      expect(shifts).toEqual([]);
      expect(top()).toBe(waiting);
    },
  );

  it('moves nothing while a change is made, and when it comes', async () => {
    const { studio, top } = await show(width);
    worker.generate = async () => answer(await inlinePicture(160, 90));
    await draw(studio);
    await appear(studio, '.quick');
    const stream = hold(worker);
    await write(studio, 'at night');
    await press(studio, '.primary');
    const { push, end } = await stream;
    await forgive();
    const waiting = top();

    await resultOf(studio, async () => {
      push(await inlinePicture(160, 90));
      push(STOP);
      end();
    });
    await appear(studio, '[part=history]');
    await settled();

    expect(shifts).toEqual([]);
    expect(top()).toBe(waiting);
  });
});

async function show(width: number, attributes: Partial<PeelStudio> = {}) {
  const studio = create(worker, attributes);
  const after = document.createElement('p');
  after.textContent = 'After the element.';
  place(studio, width);
  studio.after(after);
  await studio.updateComplete;
  await vi.waitFor(() => expect(worker.askedFor('/peel/site')).toHaveLength(1));
  await settled();
  return { studio, top: () => Math.round(after.getBoundingClientRect().top + scrollY) };
}

function read(entries: PerformanceEntryList) {
  for (const { value, sources } of entries as Shift[]) {
    const moves = sources.map(({ node, previousRect, currentRect }) => {
      const rect = ({ x, y, width, height }: DOMRectReadOnly) => [x, y, width, height].map(Math.round).join(' ');
      return `${node?.textContent?.trim().slice(0, 20) ?? 'inside'}: ${rect(previousRect)} > ${rect(currentRect)}`;
    });
    shifts.push(`${value.toFixed(4)} ${moves.join(', ')}`);
  }
}

/** Long enough for the browser to have painted what was rendered, and to tell. */
async function settled() {
  await twoFrames();
  await twoFrames();
  read(observer.takeRecords());
}

/** What a press has moved is no fault. */
async function forgive() {
  await settled();
  shifts.length = 0;
}

async function inlinePicture(width: number, height: number) {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const data = canvas.toDataURL('image/png').split(',')[1];
  return { candidates: [{ content: { parts: [{ inlineData: { mimeType: 'image/png', data } }] } }] };
}

const answer = (...chunks: object[]) =>
  new Response([...chunks, STOP].map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join(''));
