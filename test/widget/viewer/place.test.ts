import { describe, expect, it } from 'vitest';
import type { Region } from '../../../widget/model.ts';
import {
  clampRegion,
  MIN_SIDE,
  moveRegion,
  placeInstruction,
  placeWords,
  regionBetween,
  regionByKey,
  sizeRegion,
} from '../../../widget/viewer/place.ts';
import '../../../widget/viewer/region.ts';
import { Words } from '../../../widget/words/words.ts';

const BOX: Region = { x: 0.2, y: 0.3, width: 0.4, height: 0.2 };
const of = (x: number, y: number, width: number, height: number): Region => ({ x, y, width, height });

function expectRegion(actual: Region | undefined, expected: Region) {
  for (const side of ['x', 'y', 'width', 'height'] as const) expect(actual?.[side], side).toBeCloseTo(expected[side]);
}

describe('a place stays in the picture', () => {
  it.each([
    { name: 'moves', actual: moveRegion(BOX, 0.1, -0.1), expected: of(0.3, 0.2, 0.4, 0.2) },
    { name: 'stops at the right and the upper edge', actual: moveRegion(BOX, 9, -9), expected: of(0.6, 0, 0.4, 0.2) },
    {
      name: 'is made smaller than the picture',
      actual: clampRegion(of(0.5, -1, 3, 0)),
      expected: of(0, 0, 1, MIN_SIDE),
    },
    {
      name: 'reads what is no number as 0',
      actual: clampRegion(of(Number.NaN, 0.1, 0.5, 0.5)),
      expected: of(0, 0.1, 0.5, 0.5),
    },
  ])('$name', ({ actual, expected }) => expectRegion(actual, expected));
});

describe('sizing moves one corner or edge', () => {
  it.each([
    { name: 'the lower right', actual: sizeRegion(BOX, 'se', 0.1, 0.1), expected: of(0.2, 0.3, 0.5, 0.3) },
    { name: 'the upper left', actual: sizeRegion(BOX, 'nw', -0.1, 0.1), expected: of(0.1, 0.4, 0.5, 0.1) },
    { name: 'the upper edge only', actual: sizeRegion(BOX, 'n', 0.3, -0.1), expected: of(0.2, 0.2, 0.4, 0.3) },
    { name: 'the right edge, to the picture', actual: sizeRegion(BOX, 'e', 9, 9), expected: of(0.2, 0.3, 0.8, 0.2) },
    {
      name: 'the left edge, not past the right one',
      actual: sizeRegion(BOX, 'w', 9, 0),
      expected: of(0.6 - MIN_SIDE, 0.3, MIN_SIDE, 0.2),
    },
  ])('$name', ({ actual, expected }) => expectRegion(actual, expected));
});

it('draws the same box from any of its corners, and none outside the picture', () => {
  const corners = [
    regionBetween({ x: 0.2, y: 0.3 }, { x: 0.6, y: 0.5 }),
    regionBetween({ x: 0.6, y: 0.3 }, { x: 0.2, y: 0.5 }),
  ];

  for (const region of corners) expectRegion(region, BOX);
  expectRegion(regionBetween({ x: 0.5, y: 0.5 }, { x: 7, y: -3 }), of(0.5, 0, 0.5, 0.5));
});

it('moves by arrows, sizes by arrows with Shift, and leaves other keys alone', () => {
  expectRegion(regionByKey(BOX, 'ArrowLeft', false), of(0.18, 0.3, 0.4, 0.2));
  expectRegion(regionByKey(BOX, 'ArrowDown', true), of(0.2, 0.3, 0.4, 0.22));
  expect(regionByKey(BOX, 'Home', false)).toBeUndefined();
});

describe('words', () => {
  it.each([
    [of(0, 0, 0.3, 0.3), 'in the upper left part'],
    [of(0.35, 0, 0.3, 0.3), 'in the upper part'],
    [of(0.7, 0, 0.3, 0.3), 'in the upper right part'],
    [of(0, 0.35, 0.3, 0.3), 'in the left part'],
    [of(0.25, 0.25, 0.5, 0.5), 'in the middle'],
    [of(0.7, 0.35, 0.3, 0.3), 'in the right part'],
    [of(0, 0.7, 0.3, 0.3), 'in the lower left part'],
    [of(0.35, 0.7, 0.3, 0.3), 'in the lower part'],
    [of(0.7, 0.7, 0.3, 0.3), 'in the lower right part'],
    [of(0, 0, 1, 0.2), 'along the upper edge'],
    [of(0, 0.4, 1, 0.2), 'across the middle'],
    [of(0.1, 0.8, 0.8, 0.2), 'along the lower edge'],
    [of(0, 0, 0.2, 1), 'along the left edge'],
    [of(0.4, 0.1, 0.2, 0.9), 'down the middle'],
    [of(0.8, 0, 0.2, 1), 'along the right edge'],
    [of(0.1, 0.1, 0.85, 0.85), 'almost all of it'],
  ])('%o is %s', (region, expected) => {
    expect(placeWords(region, new Words())).toBe(expected);
  });
});

it('tells the model the place in figures, and not to draw the frame of the marked picture', () => {
  expect(placeInstruction(of(0.1, 0.2, 0.35, 0.4))).toBe(
    'Change only the area from 10% to 45% of the width (left to right) and 20% to 60% of the height (top to bottom); ' +
      'leave everything else as it is.',
  );
  expect(placeInstruction(BOX, true)).toContain('the frame must not be in the result');
});
