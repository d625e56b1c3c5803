/**
 * Paints a scene row by row, each pixel an index into the palette. A row is mostly native fills: below a ridge's
 * lowest point nothing behind it is looked at, and blocks of columns that are all land or all sky are taken at once.
 */
import type { Caption } from './caption.ts';
import { createPalette, type Palette } from './palette.ts';
import type { Scene } from './scene.ts';
import { createSky } from './sky.ts';
import { BLOCK, type Outline, traceOutline } from './terrain.ts';
import { createWater } from './water.ts';

export interface Painter {
  /** 256 × RGB. */
  colours: Uint8Array;
  /** Fills `row` (one byte a pixel, as long as the picture is wide) with row `y`. Rows may be asked for in any order. */
  paintRow(y: number, row: Uint8Array): void;
}

interface Layer {
  outline: Outline;
  /** The tone of the shaded and the lit side at a row. */
  tones(y: number): { shade: number; lit: number };
}

export function createPainter(scene: Scene, caption: Caption): Painter {
  const palette = createPalette(scene.scheme, scene.ridges);
  const layers = scene.ridges.map((_, index) => createLayer(scene, index, palette));
  const sky = createSky(scene, palette);
  const water = scene.water && createWater(scene, scene.water.top);
  // Water lies before all land but the shore in front.
  const waterBefore = scene.water ? layers.length - 1 : -1;

  return {
    colours: palette.colours,
    paintRow(y, row) {
      const hidden = layers.findLastIndex((layer) => y > layer.outline.bottom);
      let next = hidden + 1;
      if (water?.covers(y) && hidden < waterBefore) {
        water.paintRow(y, row);
        next = waterBefore;
      } else if (hidden >= 0) {
        row.fill(layers[hidden]!.tones(y).shade);
      } else {
        sky.paintRow(y, row);
      }
      for (const layer of layers.slice(next)) paintLayer(layer, y, row, palette);
      caption.paintRow(y, row, palette);
    },
  };
}

function createLayer(scene: Scene, index: number, palette: Palette): Layer {
  const ridge = scene.ridges[index]!;
  const outline = traceOutline(ridge, scene.width, scene.disc.x > scene.width / 2 ? 1 : -1);
  const following = scene.ridges[index + 1]?.base ?? scene.height;
  const from = ridge.base - ridge.amplitude;
  const to = Math.max(following + ridge.amplitude * 0.4, from + 1);
  return {
    outline,
    tones(y) {
      const depth = Math.min(Math.max((y - from) / (to - from), 0), 0.999);
      return { shade: palette.shade(index, depth, y), lit: palette.lit(index, depth, y) };
    },
  };
}

function paintLayer({ outline, tones }: Layer, y: number, row: Uint8Array, palette: Palette): void {
  if (y + 1 <= outline.top) return;
  const { shade, lit } = tones(y);
  const { highest, lowest } = outline;
  for (let block = 0; block < highest.length; block++) {
    if (y + 1 <= highest[block]!) continue;
    const start = block * BLOCK;
    if (y < lowest[block]!) {
      paintEdge(outline, start, Math.min(start + BLOCK, row.length), y, row, { shade, lit }, palette);
      continue;
    }
    // One native fill for neighbours that are all land: a call costs as much as many pixels.
    while (block + 1 < highest.length && y >= lowest[block + 1]!) block++;
    row.fill(shade, start, Math.min((block + 1) * BLOCK, row.length));
  }
}

function paintEdge(
  { crest, lit: litTo }: Outline,
  start: number,
  end: number,
  y: number,
  row: Uint8Array,
  { shade, lit }: { shade: number; lit: number },
  palette: Palette,
): void {
  for (let x = start; x < end; x++) {
    const covered = y + 1 - crest[x]!;
    if (covered <= 0) continue;
    const shaded = y + 1 - litTo[x]!;
    const tone = shaded >= 1 ? shade : shaded <= 0 ? lit : palette.blend(lit, shade, shaded);
    row[x] = covered >= 1 ? tone : palette.blend(row[x]!, tone, covered);
  }
}
