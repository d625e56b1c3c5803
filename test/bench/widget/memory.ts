/** Whether a page gets back what the element took, when it is removed. */
import type { CDPSession } from 'playwright';
import type { Stage } from '../../e2e/studio-stage.ts';
import { type Visit, visit } from './visit.ts';

interface Counters {
  nodes: number;
  listeners: number;
  /** Nodes that are in no page and are held by a script. */
  detached: number;
  /** Objects of scripts. What the browser compiles and times for itself grows for a long time and is not the element's. */
  heapBytes: number;
}

export interface Growth extends Counters {
  times: number;
}

/** Mounts before the count begins: the first loads the parts, and each state draws a template that is kept for the next. */
const WARM = { mounts: 10, pictures: 5 };

/**
 * Puts the element into the page and takes it out again, each time after it knows its site.
 *
 * @param isPatient Counts again for a minute where something is left, as on a machine with other work.
 */
export async function measureMounts(stage: Stage, times: number, isPatient = false): Promise<Growth> {
  await using mounts = await visit(stage, { element: `${stage.tag()}<main></main>`, delayMs: 0, isUnwatched: true });
  const mount = (count: number) => mounts.page.evaluate(MOUNT(count));
  await mounts.studio.part('prompt').waitFor();
  await mounts.page.evaluate(`document.querySelector('peel-studio').remove()`);
  await mount(WARM.mounts);
  const before = await counters(mounts, RESTING_MS);
  await mount(times);
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const growth = growthOf(before, await counters(mounts, RESTING_MS), times);
    const isLeft = growth.nodes > 0 || growth.listeners > 0 || growth.detached > 0;
    if (!isPatient || !isLeft || performance.now() > end) return growth;
  }
}

const MOUNT = (times: number): string => `(async () => {
  const main = document.querySelector('main');
  for (let i = 0; i < ${times}; i += 1) {
    const studio = document.createElement('peel-studio');
    const ready = new Promise((resolve) => studio.addEventListener('peel-ready', resolve, { once: true }));
    main.append(studio);
    await ready;
    await studio.updateComplete;
    studio.remove();
  }
})()`;

/** The same, and each time the visitor makes a picture. */
export async function measurePictures(stage: Stage, times: number): Promise<Growth> {
  await using pictures = await visit(stage, { element: `${stage.tag()}<main></main>`, delayMs: 0, isUnwatched: true });
  const { page, studio } = pictures;
  let made = 0;
  const make = async (count: number) => {
    for (let i = 0; i < count; i += 1) {
      await studio.part('prompt').waitFor();
      made += 1;
      await studio.make(`a fox, number ${made}`);
      await page.evaluate(`document.querySelector('peel-studio').replaceWith(document.createElement('peel-studio'))`);
    }
    await page.evaluate(`document.querySelector('peel-studio').remove()`);
    const counted = await counters(pictures, HELD_MS);
    await page.evaluate(`document.querySelector('main').append(document.createElement('peel-studio'))`);
    return counted;
  };
  const before = await make(WARM.pictures);
  return growthOf(before, await make(times), times);
}

/**
 * An element that has left is held for five seconds, in which a framework may put it back, and by a passing fact. The
 * browser itself holds the form that was typed into last, and with it one element, before and after.
 */
const HELD_MS = 7000;
/** One that nobody has touched has nothing to come back to. */
const RESTING_MS = 500;
const PATIENCE_MS = 60_000;

/** What is left after all garbage is collected. */
async function counters({ page }: Visit, heldMs: number): Promise<Counters> {
  await page.waitForTimeout(heldMs);
  // A session holds the detached nodes that it has told of, so each count has one of its own.
  const devtools = await page.context().newCDPSession(page);
  for (let i = 0; i < 4; i += 1) await devtools.send('HeapProfiler.collectGarbage');
  const { nodes, jsEventListeners } = await devtools.send('Memory.getDOMCounters');
  const { detachedNodes } = await devtools.send('DOM.getDetachedDomNodes');
  const heapBytes = await sizeOfObjects(devtools);
  await devtools.detach();
  return { nodes, listeners: jsEventListeners, detached: detachedNodes.length, heapBytes };
}

/** The part of V8's heap snapshots that is read here. Each node is a row of numbers. */
interface Snapshot {
  snapshot: { meta: { node_fields: string[]; node_types: [string[]] } };
  nodes: number[];
}

const OBJECTS = ['object', 'closure', 'array', 'string', 'concatenated string', 'sliced string', 'number', 'regexp'];

async function sizeOfObjects(devtools: CDPSession): Promise<number> {
  const chunks: string[] = [];
  devtools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await devtools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  const { snapshot, nodes } = JSON.parse(chunks.join('')) as Snapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, size] = [fields.indexOf('type'), fields.indexOf('self_size')];
  let bytes = 0;
  for (let at = 0; at < nodes.length; at += fields.length) {
    if (OBJECTS.includes(types[0][nodes[at + type] ?? 0] ?? '')) bytes += nodes[at + size] ?? 0;
  }
  return bytes;
}

const growthOf = (before: Counters, after: Counters, times: number): Growth => ({
  times,
  nodes: after.nodes - before.nodes,
  listeners: after.listeners - before.listeners,
  detached: after.detached - before.detached,
  heapBytes: after.heapBytes - before.heapBytes,
});
