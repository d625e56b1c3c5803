/** The sums and words of a marked place. All of it is measured from the left, whatever the direction of the text. */
import type { Region } from '../model.ts';
import type { Key } from '../words/keys.ts';
import type { Words } from '../words/words.ts';

/** Compass points of a rectangle's handles. */
export const EDGES = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const;
export type Edge = (typeof EDGES)[number];

/** A smaller place has no room between its handles, and the models do not hit it. */
export const MIN_SIDE = 0.04;
/** One press of an arrow key. */
const KEY_STEP = 0.02;
/** From this share of a side on, the place goes along all of it. */
const WHOLE = 0.8;

/** Where the arrow keys point, to the right and down. */
export const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Where marking begins: a box that can be seen, moved and sized at once. */
export const START: Region = { x: 0.25, y: 0.25, width: 0.5, height: 0.5 };

/** The nearest place that is inside the picture. Values that are not numbers count as 0. */
export function clampRegion({ x, y, width, height }: Region): Region {
  const wide = between(width, MIN_SIDE, 1);
  const high = between(height, MIN_SIDE, 1);
  return { x: between(x, 0, 1 - wide), y: between(y, 0, 1 - high), width: wide, height: high };
}

export const moveRegion = (region: Region, dx: number, dy: number): Region =>
  clampRegion({ ...region, x: region.x + dx, y: region.y + dy });

/** Moves one edge or corner. The opposite one stays where it is. */
export function sizeRegion(region: Region, edge: Edge, dx: number, dy: number): Region {
  const [x, width] = edge.includes('w')
    ? moveStart(region.x, region.width, dx)
    : moveEnd(region.x, region.width, edge.includes('e') ? dx : 0);
  const [y, height] = edge.includes('n')
    ? moveStart(region.y, region.height, dy)
    : moveEnd(region.y, region.height, edge.includes('s') ? dy : 0);
  return { x, y, width, height };
}

/** The rectangle between two corners. */
export function regionBetween(one: { x: number; y: number }, other: { x: number; y: number }): Region {
  const [ax, bx] = [between(one.x, 0, 1), between(other.x, 0, 1)];
  const [ay, by] = [between(one.y, 0, 1), between(other.y, 0, 1)];
  return clampRegion({
    x: Math.min(ax, bx),
    y: Math.min(ay, by),
    width: Math.abs(ax - bx),
    height: Math.abs(ay - by),
  });
}

/** What a key makes of a place: arrows move it, with Shift they move its lower right corner. Undefined for other keys. */
export function regionByKey(region: Region, key: string, shift: boolean): Region | undefined {
  const step = ARROWS[key];
  if (!step) return undefined;
  const [dx, dy] = [step[0] * KEY_STEP, step[1] * KEY_STEP];
  return shift ? sizeRegion(region, 'se', dx, dy) : moveRegion(region, dx, dy);
}

/** Such as "in the upper left part". */
export function placeWords({ x, y, width, height }: Region, words: Words): string {
  const column = third(x + width / 2);
  const row = third(y + height / 2);
  return words.say(NAMES[height >= WHOLE ? 3 : row][width >= WHOLE ? 3 : column]);
}

/**
 * What the model reads, in English whatever the language of the page. The models take no mask, so figures say where.
 *
 * @param marked The last picture of the request is the marked picture (`markedPicture`) of this place.
 */
export function placeInstruction({ x, y, width, height }: Region, marked = false): string {
  const figures =
    `Change only the area from ${percent(x)}% to ${percent(x + width)}% of the width (left to right) ` +
    `and ${percent(y)}% to ${percent(y + height)}% of the height (top to bottom); leave everything else as it is.`;
  return marked
    ? `${figures} A red frame marks this area in the last picture; the frame must not be in the result.`
    : figures;
}

type Four = readonly [Key, Key, Key, Key];

/** By row and column: the first, second or third part, or all of it. */
const NAMES: readonly [Four, Four, Four, Four] = [
  ['placeUpperLeft', 'placeUpper', 'placeUpperRight', 'placeUpperEdge'],
  ['placeLeft', 'placeMiddle', 'placeRight', 'placeAcross'],
  ['placeLowerLeft', 'placeLower', 'placeLowerRight', 'placeLowerEdge'],
  ['placeLeftEdge', 'placeDown', 'placeRightEdge', 'placeAll'],
];

const third = (middle: number): 0 | 1 | 2 => (middle < 0.36 ? 0 : middle > 0.64 ? 2 : 1);
const between = (value: number, min: number, max: number): number => Math.min(Math.max(value || 0, min), max);
const percent = (share: number): number => Math.round(share * 100);

function moveStart(at: number, length: number, by: number): [number, number] {
  const start = between(at + by, 0, at + length - MIN_SIDE);
  return [start, at + length - start];
}

const moveEnd = (at: number, length: number, by: number): [number, number] => [
  at,
  between(length + by, MIN_SIDE, 1 - at),
];
