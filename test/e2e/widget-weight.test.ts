/** The short form of the widget's benchmark: what has exact figures. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { measureMounts } from '../bench/widget/memory.ts';
import { measureArrival, measureVisit, PLACES } from '../bench/widget/shift.ts';
import { visit } from '../bench/widget/visit.ts';
import { type Stage, startStage } from './studio-stage.ts';

/** The picture has taken over from the light. */
const SETTLE_MS = 700;

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.close());

// None of them measures time.
describe.concurrent('a page with the element', () => {
  it.for(PLACES)('does not move when the element comes: $name', async (place, { expect }) => {
    expect(await measureArrival(stage, place, 'reserved', SETTLE_MS)).toMatchObject({ sum: 0, moved: [] });
  });

  it('does not move by itself during a whole visit', async ({ expect }) => {
    expect(await measureVisit(stage, PLACES[1], 'a fox', SETTLE_MS)).toMatchObject({ sum: 0, moved: [] });
  });

  it('gets back what the element took', async ({ expect }) => {
    expect(await measureMounts(stage, 20, true)).toMatchObject({ nodes: 0, listeners: 0, detached: 0 });
  });

  it('gets back an element that has made a picture', async ({ expect }) => {
    await using pictures = await visit(stage, { element: stage.tag(), delayMs: 0 });
    const { page, studio, devtools } = pictures;
    await studio.make('a fox that leaves');
    await page.evaluate(`globalThis.left = new WeakRef(document.querySelector('peel-studio'))`);
    await page.evaluate(`left.deref().replaceWith(document.createElement('peel-studio'))`);
    // The browser itself holds the form that was typed into last.
    await studio.make('a fox that comes');

    const isThere = async () => {
      await devtools.send('HeapProfiler.collectGarbage');
      return page.evaluate('left.deref() !== undefined');
    };
    await expect.poll(isThere, { interval: 500 }).toBe(false);
  });
});
