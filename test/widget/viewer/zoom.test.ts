import { describe, expect, it } from 'vitest';
import {
  boxOf,
  canGrow,
  canShrink,
  fitted,
  isFitted,
  labelBox,
  press,
  settle,
  toggle,
  zoomAt,
} from '../../../widget/viewer/zoom.ts';

const LARGE = { view: { width: 800, height: 600 }, picture: { width: 1600, height: 900 } };
const SMALL = { view: { width: 800, height: 600 }, picture: { width: 200, height: 100 } };
const at = (scale: number, x = 0, y = 0) => ({ scale, x, y });

describe('fitting', () => {
  it('shows the whole picture, also a small one, as large as the view allows', () => {
    expect(fitted(LARGE)).toEqual(at(0.5));
    expect(fitted(SMALL)).toEqual(at(4));
    expect(boxOf(LARGE, fitted(LARGE))).toEqual({ x: 0, y: 75, width: 800, height: 450 });
  });
});

describe('zooming at a point', () => {
  it('keeps the spot under the point', () => {
    const point = { x: 100, y: -40 };
    const before = at(1, 30, 20);
    const after = zoomAt(LARGE, before, 2, point);

    const spotOf = (zoom: typeof before) => [(point.x - zoom.x) / zoom.scale, (point.y - zoom.y) / zoom.scale];
    expect(spotOf(after)).toEqual(spotOf(before));
  });

  it.each([
    { name: 'grows to four times the natural size', from: 3, to: 9, expected: 4 },
    { name: 'shrinks to the fitted size', from: 1, to: 0.1, expected: 0.5 },
  ])('$name', ({ from, to, expected }) => {
    expect(zoomAt(LARGE, at(from), to).scale).toBe(expected);
  });

  it('lets a small picture shrink to its natural size, and grow no further than the view', () => {
    expect(zoomAt(SMALL, fitted(SMALL), 0.1).scale).toBe(1);
    expect(zoomAt(SMALL, fitted(SMALL), 9).scale).toBe(4);
  });
});

describe('moving', () => {
  it.each([
    { name: 'stops at the left edge', zoom: at(1, 9999, 0), expected: at(1, 400, 0) },
    { name: 'stops at the lower edge', zoom: at(1, 0, -9999), expected: at(1, 0, -150) },
    { name: 'centres the side that is smaller than the view', zoom: at(0.6, 9999, 50), expected: at(0.6, 80, 0) },
  ])('$name', ({ zoom, expected }) => {
    const settled = settle(LARGE, zoom);

    expect(settled.scale).toBe(expected.scale);
    expect(settled.x).toBeCloseTo(expected.x);
    expect(settled.y).toBeCloseTo(expected.y);
  });
});

describe('buttons', () => {
  it('stops at the natural and at the fitted size on the way', () => {
    expect(press(LARGE, at(0.75), 1).scale).toBe(1);
    expect(press(LARGE, at(1), 1).scale).toBe(1.5);
    expect(press(LARGE, at(1.2), -1).scale).toBe(1);
    expect(press(LARGE, at(0.6), -1).scale).toBe(0.5);
  });

  it('reaches both ends and says so', () => {
    let zoom = fitted(LARGE);
    expect(canShrink(LARGE, zoom)).toBe(false);
    for (let presses = 0; canGrow(LARGE, zoom); presses++) {
      expect(presses).toBeLessThan(12);
      zoom = press(LARGE, zoom, 1);
    }
    expect(zoom.scale).toBe(4);

    for (let presses = 0; canShrink(LARGE, zoom); presses++) {
      expect(presses).toBeLessThan(12);
      zoom = press(LARGE, zoom, -1);
    }
    expect(isFitted(LARGE, zoom)).toBe(true);
  });
});

describe('the toggle', () => {
  it('goes to the natural size at the point, and back to the whole picture', () => {
    const close = toggle(LARGE, fitted(LARGE), { x: 200, y: 0 });
    expect(close).toEqual(at(1, -200, 0));
    expect(toggle(LARGE, close)).toEqual(fitted(LARGE));
  });

  it('doubles a picture that is fitted near its natural size', () => {
    const space = { view: { width: 800, height: 600 }, picture: { width: 800, height: 600 } };
    expect(toggle(space, fitted(space)).scale).toBe(2);
  });
});

describe('the label', () => {
  const view = { width: 800, height: 600 };

  it.each([
    {
      name: 'lies on a picture',
      picture: { x: 0, y: 75, width: 800, height: 450 },
      expected: { x: 0, y: 75, width: 800, height: 450 },
    },
    {
      name: 'stays in sight on an enlarged one',
      picture: { x: -400, y: -150, width: 1600, height: 900 },
      expected: { x: 0, y: 0, width: 800, height: 600 },
    },
    {
      name: 'stands beneath a low one',
      picture: { x: 0, y: 250, width: 800, height: 100 },
      expected: { x: 0, y: 250, width: 800, height: 136 },
    },
    {
      name: 'stands beside a narrow one',
      picture: { x: 362, y: 0, width: 75, height: 600 },
      expected: { x: 437, y: 0, width: 363, height: 600 },
    },
  ])('$name', ({ picture, expected }) => {
    expect(labelBox(view, picture, false)).toEqual(expected);
  });

  it('stands on the other side of a narrow one where the text goes from right to left', () => {
    expect(labelBox(view, { x: 362, y: 0, width: 75, height: 600 }, true)).toMatchObject({ x: 0, width: 362 });
  });
});
