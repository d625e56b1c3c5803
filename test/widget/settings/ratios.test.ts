import { expect, it } from 'vitest';
import { drawnSize } from '../../../widget/settings/choices.ts';
import { nameOfShape, nearestRatio, parseRatio, RATIOS } from '../../../widget/settings/ratios.ts';
import { FIRST } from '../../../widget/words/english/first.ts';

const BOX = { width: 39, height: 33 };

it('names fourteen shapes, each in words', () => {
  const names = RATIOS.map(nameOfShape);

  expect(new Set(names).size).toBe(14);
  for (const name of names) expect(FIRST).toHaveProperty(name!);
});

it.each([
  { id: 'auto', name: 'any' },
  { id: '9:16', name: 'tall' },
  { id: '8:1', name: 'ribbon' },
  { id: '7:5', name: undefined },
])('calls $id $name', ({ id, name }) => {
  expect(nameOfShape(id)).toBe(name);
});

it.each(['auto', '', '16:', ':9', '0:3'])('reads %o as a square', (id) => {
  expect(parseRatio(id)).toEqual({ width: 1, height: 1 });
});

it.each([...RATIOS])('draws %s in its true ratio, inside its box and no larger than the square', (id) => {
  const { width, height } = drawnSize(id, 22, BOX);
  const true_ = parseRatio(id);

  expect(width / height).toBeCloseTo(true_.width / true_.height);
  expect(width).toBeLessThanOrEqual(BOX.width);
  expect(height).toBeLessThanOrEqual(BOX.height);
  expect(width * height).toBeLessThanOrEqual(22 * 22 + 0.001);
});

it('draws common shapes with the area of the square', () => {
  for (const id of ['1:1', '3:4', '9:16', '16:9', '5:4']) {
    const { width, height } = drawnSize(id, 22, BOX);
    expect(width * height).toBeCloseTo(22 * 22);
  }
});

it.each([
  { size: [1376, 768], nearest: '16:9' },
  { size: [1024, 1024], nearest: '1:1' },
  { size: [300, 2400], nearest: '1:8' },
])('finds the shape of a picture of $size pixels', ({ size: [width = 0, height = 1], nearest }) => {
  expect(nearestRatio(width / height, RATIOS)).toBe(nearest);
});
