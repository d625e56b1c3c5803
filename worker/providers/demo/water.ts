import { ditherOf, HORIZON_TONE, SKY_TONES } from './palette.ts';
import { between, createRandom } from './random.ts';
import type { Scene } from './scene.ts';
import { brighten, type Streak } from './streaks.ts';

/** Still water: the sky upside down and a little darker, with the sun's path on it. */
export function createWater(scene: Scene, top: number) {
  const depth = scene.height - top;
  const glitter = scatterGlitter(scene, top);
  return {
    /** Whether row `y` is water from edge to edge (but for the shore in front). */
    covers: (y: number): boolean => y >= top,
    paintRow(y: number, row: Uint8Array): void {
      const away = (y - top) / depth;
      row.fill(Math.floor(HORIZON_TONE * (0.9 - 0.85 * away ** 0.7) + ditherOf(y)));
      for (const streak of glitter) brighten(row, y, streak, SKY_TONES - 1);
    },
  };
}

/** Dashes that grow wider and rarer towards the viewer. */
function scatterGlitter({ disc, width, height, seed }: Scene, top: number): Streak[] {
  const random = createRandom(seed ^ 0x91177e4);
  const streaks: Streak[] = [];
  const unit = Math.sqrt(width * height);
  for (let y = top + unit * 0.002; y < height; y += unit * (0.0022 + 0.016 * ((y - top) / (height - top)))) {
    const away = (y - top) / (height - top);
    const spread = disc.radius * (0.9 + 2.4 * away);
    for (let dash = 0; dash < 3; dash++) {
      streaks.push({
        x: disc.x + between(random, -1, 1) * spread * random(),
        y: y + between(random, -0.3, 0.3) * unit * 0.004,
        halfWidth: disc.radius * between(random, 0.12, 0.75) * (0.6 + away),
        halfHeight: unit * (0.0007 + 0.0032 * away),
        tones: Math.round(between(random, 14, 44) * (1 - 0.4 * away)),
      });
    }
  }
  return streaks;
}
