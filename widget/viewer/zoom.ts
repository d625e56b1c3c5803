/**
 * The sums of looking closely: how large a picture is drawn, and where. Lengths are CSS pixels; points are measured from
 * the middle of the view, so the direction of the text does not matter.
 */
export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point, Size {}

export interface Space {
  /** The room for the picture. */
  view: Size;
  /** Natural size of the picture. */
  picture: Size;
}

/** @property scale 1 draws one pixel of the picture on one CSS pixel. `x` and `y` are the middle of the picture. */
export interface Zoom extends Point {
  scale: number;
}

const MAX_SCALE = 4;
/** One press of + or −. */
const PRESS = 1.5;
/** Two scales this close look the same. */
const SAME = 0.005;
/** A smaller picture cannot carry its label. */
const LABEL_ROOM = { width: 150, height: 120 };

/** The whole picture, as large as the view allows; a small picture is enlarged. */
export const fitted = ({ view, picture }: Space): Zoom => ({
  scale: Math.min(view.width / picture.width, view.height / picture.height),
  x: 0,
  y: 0,
});

export const isFitted = (space: Space, { scale }: Zoom): boolean => isSame(scale, fitted(space).scale);

/** The nearest allowed zoom: no gap appears beside a picture that is larger than the view, and a smaller one is centred. */
export function settle(space: Space, zoom: Zoom): Zoom {
  const scale = limit(space, zoom.scale);
  return {
    scale,
    x: within(zoom.x, (space.picture.width * scale - space.view.width) / 2),
    y: within(zoom.y, (space.picture.height * scale - space.view.height) / 2),
  };
}

/** Another scale, with the same spot of the picture under the point. */
export function zoomAt(space: Space, zoom: Zoom, scale: number, point: Point = { x: 0, y: 0 }): Zoom {
  const next = limit(space, scale);
  const ratio = next / zoom.scale;
  return settle(space, {
    scale: next,
    x: point.x - (point.x - zoom.x) * ratio,
    y: point.y - (point.y - zoom.y) * ratio,
  });
}

/** One press of + (1) or − (-1). It stops at the fitted and at the natural size on its way. */
export function press(space: Space, zoom: Zoom, direction: 1 | -1): Zoom {
  const next = zoom.scale * PRESS ** direction;
  const stop = [fitted(space).scale, 1].find(
    (scale) => !isSame(scale, zoom.scale) && (scale - zoom.scale) * (scale - next) < 0,
  );
  return zoomAt(space, zoom, stop ?? next);
}

/** The natural size and back. A picture that is fitted near its natural size or above it is doubled instead. */
export function toggle(space: Space, zoom: Zoom, point?: Point): Zoom {
  const fit = fitted(space);
  if (!isFitted(space, zoom)) return fit;
  return zoomAt(space, zoom, fit.scale < 0.9 ? 1 : fit.scale * 2, point);
}

export const canGrow = (space: Space, { scale }: Zoom): boolean => !isSame(scale, limit(space, scale * PRESS));
export const canShrink = (space: Space, { scale }: Zoom): boolean => !isSame(scale, limit(space, scale / PRESS));

/** Where the picture lies, from the upper left corner of the view. */
export function boxOf({ view, picture }: Space, zoom: Zoom): Box {
  const width = picture.width * zoom.scale;
  const height = picture.height * zoom.scale;
  return { x: (view.width - width) / 2 + zoom.x, y: (view.height - height) / 2 + zoom.y, width, height };
}

/**
 * The box whose lower start corner takes the label: what is seen of the picture, or the room beneath or beside a
 * picture that is too small to carry a label.
 */
export function labelBox(view: Size, picture: Box, isRtl: boolean): Box {
  const x = Math.max(0, picture.x);
  const y = Math.max(0, picture.y);
  const width = Math.min(view.width, picture.x + picture.width) - x;
  const height = Math.min(view.height, picture.y + picture.height) - y;
  if (height < LABEL_ROOM.height) return { x, y, width, height: Math.min(view.height - y, height + 36) };
  if (width >= LABEL_ROOM.width) return { x, y, width, height };
  return isRtl ? { x: 0, y, width: x, height } : { x: x + width, y, width: view.width - x - width, height };
}

const limit = (space: Space, scale: number): number => {
  const fit = fitted(space).scale;
  return Math.min(Math.max(scale, Math.min(fit, 1)), Math.max(fit, MAX_SCALE));
};

const within = (value: number, reach: number): number => (reach > 0 ? Math.min(Math.max(value, -reach), reach) : 0);
const isSame = (one: number, other: number): boolean => Math.abs(one - other) <= SAME * other;
