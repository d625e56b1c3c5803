import { ditherOf, HORIZON_TONE, type Palette, SKY_TONES } from './palette.ts';
import type { Scene } from './scene.ts';
import { brighten } from './streaks.ts';

/** How many tones of the ramp the glow lifts the sky at its centre. */
const GLOW_TONES = 40;

/** The sky: a ramp from top to horizon, lightened around the sun, with clouds, stars and the sun itself. */
export function createSky(scene: Scene, palette: Palette) {
  const { disc } = scene;
  const horizon = scene.ridges[0]!.base;
  return {
    paintRow(y: number, row: Uint8Array): void {
      const tone = Math.min(y / horizon, 1) ** 0.92 * HORIZON_TONE + ditherOf(y);
      row.fill(Math.floor(tone));
      paintGlow(disc, tone, y, row);
      for (const cloud of scene.clouds) brighten(row, y, cloud, SKY_TONES - 1);
      for (const star of scene.stars) paintDisc(row, y, star, palette);
      paintDisc(row, y, disc, palette);
    },
  };
}

/**
 * Lightens the row around the sun, as rings: a row crosses each ring in one stretch, so it takes one fill a tone
 * and no look at single pixels. The glow falls with the square of the distance from its rim.
 */
function paintGlow({ x, y: centre, glow }: Scene['disc'], tone: number, y: number, row: Uint8Array): void {
  const dy2 = (y + 0.5 - centre) ** 2;
  const base = Math.floor(tone);
  // What is bright already is lifted less, or the sky under a low sun would be one flat patch.
  const lift = GLOW_TONES * (1 - 0.62 * (tone / HORIZON_TONE));
  for (let lighter = base + 1; lighter < SKY_TONES; lighter++) {
    const radius = glow * (1 - Math.sqrt((lighter - tone) / lift));
    const half2 = radius * radius - dy2;
    if (radius <= 0 || Number.isNaN(radius) || half2 <= 0) return;
    const half = Math.sqrt(half2);
    row.fill(lighter, Math.max(0, Math.round(x - half)), Math.max(0, Math.round(x + half)));
  }
}

/** A filled circle with a soft edge. */
function paintDisc(row: Uint8Array, y: number, disc: { x: number; y: number; radius: number }, palette: Palette): void {
  const dy = y + 0.5 - disc.y;
  if (Math.abs(dy) > disc.radius + 1) return;
  const reach = Math.sqrt(Math.max((disc.radius + 1) ** 2 - dy * dy, 0));
  const end = Math.min(row.length, Math.ceil(disc.x + reach));
  for (let x = Math.max(0, Math.floor(disc.x - reach)); x < end; x++) {
    const covered = disc.radius + 0.5 - Math.hypot(x + 0.5 - disc.x, dy);
    if (covered > 0) row[x] = palette.blend(row[x]!, palette.disc, Math.min(covered, 1));
  }
}
