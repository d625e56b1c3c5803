/** How far the element moves the page around it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../../e2e/studio-stage.ts';
import { type Measured, SNIPPET_RULE, shiftOf, type Visit, visit } from './visit.ts';

/** So narrow a column cannot be told by the width of the window, so its owner has to. */
const NARROW_RULE = '<style>peel-studio:not(:defined) { display: block; min-block-size: 42em }</style>';

/** A page, a phone, and a column of 280 pixels, each with the rule that keeps the element's place. */
export const PLACES = [
  { name: 'page', width: 1280, height: 900, rule: SNIPPET_RULE },
  { name: 'phone', width: 390, height: 844, rule: SNIPPET_RULE },
  { name: 'column', width: 312, height: 900, rule: NARROW_RULE },
] as const;

export type Place = (typeof PLACES)[number];

export interface Shift {
  place: Place['name'];
  sum: number;
  /** What moved, for the one who has to mend it. */
  moved: string[];
}

const SETTLE_MS = 1500;
/** Browsers forgive what follows an input so soon. */
const FORGIVEN_MS = 500;

const toShift = (place: Place, measured: Measured): Shift => ({
  place: place.name,
  sum: shiftOf(measured),
  moved: measured.shifts.map(({ at, value, moved }) => `${value.toFixed(4)} at ${at.toFixed(0)} ms: ${moved}`),
});

/** The page is painted, then the element comes. */
export async function measureArrival(stage: Stage, place: Place, way: Way, settleMs = SETTLE_MS): Promise<Shift> {
  await using arrival = await visit(stage, { element: elementBy(way, stage, place), ...place });
  await sleep(settleMs);
  return toShift(place, await arrival.read());
}

export const WAYS = ['reserved', 'snippet', 'bare', 'embed'] as const;

/** With the rule for the place, with the snippet's, without any, and by the script that makes the element itself. */
export type Way = (typeof WAYS)[number];

function elementBy(way: Way, stage: Stage, { rule }: Place): string {
  if (way === 'embed') return `<script async src="${stage.peel.url}/embed.js"></script>`;
  return `${way === 'bare' ? '' : way === 'reserved' ? rule : SNIPPET_RULE}${stage.tag()}`;
}

/** From the first sight to the second picture. */
export async function measureVisit(stage: Stage, place: Place, words: string, settleMs = SETTLE_MS): Promise<Shift> {
  await using all = await visit(stage, { element: elementBy('reserved', stage, place), ...place });
  const { studio } = all;
  await sleep(settleMs);
  await studio.prompt.click();
  await all.page.keyboard.type(words, { delay: 20 });
  await sleep(FORGIVEN_MS);
  await press(all, '', settleMs);
  await press(all, await studio.address(), settleMs);
  return toShift(place, await all.read());
}

/** Asks for a picture, or for another take, and looks at it for a moment. */
async function press({ studio }: Visit, shown: string, settleMs: number): Promise<void> {
  await studio.part('submit').click();
  await studio.next(shown);
  // The picture takes over from the light, and the visitor has not moved a finger.
  await sleep(settleMs);
}
