import { describe, expect, it } from 'vitest';
import { layCaption } from '../../../worker/providers/demo/caption.ts';
import { createPainter } from '../../../worker/providers/demo/painter.ts';
import { composeScene, type SceneOptions } from '../../../worker/providers/demo/scene.ts';
import { SCHEMES } from '../../../worker/providers/demo/schemes.ts';

const options: SceneOptions = {
  subject: 'a lemon',
  instruction: 'a lemon',
  take: 1,
  width: 160,
  height: 120,
  captionHeight: 20,
};

const caption = layCaption({ prompt: '', modelName: '', size: '1K', aspectRatio: '4:3', references: 0 }, options);

function paint(scene: Partial<SceneOptions>): { pixels: Uint8Array; colours: Uint8Array } {
  const composed = composeScene({ ...options, ...scene });
  const { colours, paintRow } = createPainter(composed, { ...caption, paintRow: () => undefined });
  const pixels = new Uint8Array(composed.width * composed.height);
  for (let y = 0; y < composed.height; y++) {
    paintRow(y, pixels.subarray(y * composed.width, (y + 1) * composed.width));
  }
  return { pixels, colours };
}

const differing = (one: Uint8Array, other: Uint8Array): number =>
  one.reduce((count, value, index) => count + (value === other[index] ? 0 : 1), 0) / one.length;

describe('composeScene', () => {
  it('composes the same scene from the same words and take', () => {
    expect(composeScene(options)).toEqual(composeScene({ ...options }));
  });

  it.each([
    { name: 'other words', change: { subject: 'a lime', instruction: 'a lime' } },
    { name: 'another take', change: { take: 2 } },
  ])('makes another picture of $name', ({ change }) => {
    expect(differing(paint(options).pixels, paint(change).pixels)).toBeGreaterThan(0.1);
  });

  it.each([
    ['mountains at night', SCHEMES.moonlight],
    ['a harbour at sunset', SCHEMES.dusk],
    ['snowy peaks', SCHEMES.winter],
    ['Pines in the MORNING', SCHEMES.dawn],
  ])('understands the hour in "%s"', (words, scheme) => {
    expect(composeScene({ ...options, subject: words, instruction: words }).scheme).toBe(scheme);
  });

  it('has water for a sea, trees for a forest, and stars at night only', () => {
    const scene = (words: string) => composeScene({ ...options, subject: words, instruction: words });

    expect(scene('the sea at dusk').water).toBeDefined();
    expect(scene('a meadow at dusk').water).toBeUndefined();
    expect(scene('a forest at noon').ridges.some(({ trees }) => trees > 0)).toBe(true);
    expect(scene('dunes at noon').ridges.every(({ trees }) => trees === 0)).toBe(true);
    expect(scene('dunes at noon').stars).toEqual([]);
    expect(scene('dunes at night').stars.length).toBeGreaterThan(20);
  });

  it('keeps the land and changes the light when a later turn edits the hour', () => {
    const first = composeScene({ ...options, subject: 'hills at noon', instruction: 'hills at noon' });
    const edited = composeScene({ ...options, subject: 'hills at noon', instruction: 'make it night' });

    expect(edited.ridges).toEqual(first.ridges);
    expect(edited.scheme).not.toBe(first.scheme);
  });
});

describe('createPainter', () => {
  it.each(Array.from({ length: 12 }, (_, take) => ({ take })))(
    'leaves no pixel of take $take unpainted',
    ({ take }) => {
      const composed = composeScene({ ...options, take, subject: `scene ${take}`, instruction: `scene ${take}` });
      const { paintRow } = createPainter(composed, { ...caption, paintRow: () => undefined });

      for (let y = 0; y < composed.height; y++) {
        const [zeros, ones] = [new Uint8Array(composed.width), new Uint8Array(composed.width).fill(255)];
        paintRow(y, zeros);
        paintRow(y, ones);
        // What was in the row before must not shine through.
        expect(Buffer.compare(zeros, ones)).toBe(0);
      }
    },
  );

  it.each([
    ['squares', 1024, 1024],
    ['banners', 1536, 192],
    ['towers', 192, 1536],
  ])('gives captions of %s a ground they can be read on', (_, width, height) => {
    for (let take = 0; take < 10; take++) {
      const text = { prompt: 'a lemon', modelName: 'Nano Banana', size: '1K', aspectRatio: '1:1', references: 1 };
      const laid = layCaption(text, { width, height });
      const scene = composeScene({ ...options, width, height, captionHeight: laid.height, take });
      const { paintRow, colours } = createPainter(scene, { ...laid, paintRow: () => undefined });
      const inks = { ink: 0, faintInk: 0 };
      createPainter(scene, { ...laid, paintRow: (_y, _row, given) => Object.assign(inks, given) }).paintRow(
        0,
        new Uint8Array(width),
      );

      const row = new Uint8Array(width);
      paintRow(height - laid.height, row);

      const grounds = [...new Set(row)].map((tone) => luminance(colours, tone));
      // WCAG 2.2: 4.5 for text, 3 for large text and what is not essential.
      expect(contrast(luminance(colours, inks.ink), Math.max(...grounds))).toBeGreaterThan(4.5);
      expect(contrast(luminance(colours, inks.faintInk), Math.max(...grounds))).toBeGreaterThan(3);
    }
  });
});

/** Relative luminance (w3.org/TR/WCAG22/#dfn-relative-luminance). */
function luminance(colours: Uint8Array, tone: number): number {
  const [r = 0, g = 0, b = 0] = [...colours.subarray(tone * 3, tone * 3 + 3)].map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const contrast = (light: number, dark: number): number => (light + 0.05) / (dark + 0.05);
