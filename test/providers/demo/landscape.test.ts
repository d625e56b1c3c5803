import { describe, expect, it } from 'vitest';
import { type CaptionText, layCaption } from '../../../worker/providers/demo/caption.ts';
import { HOURS, hourIn } from '../../../worker/providers/demo/hours.ts';
import { type LandscapeOptions, paintLandscape } from '../../../worker/providers/demo/landscape.ts';

const options: LandscapeOptions = { subject: 'a lemon', instruction: 'a lemon', take: 1, width: 160, height: 120 };
const captionText: CaptionText = { prompt: '', modelName: '', size: '1K', aspectRatio: '4:3', references: 0 };

function paint(change: Partial<LandscapeOptions> = {}) {
  const { width, height } = { ...options, ...change };
  const caption = { ...layCaption(captionText, { width, height }), paintRow: () => undefined };
  const { colours, paintRow } = paintLandscape({ ...options, ...change }, caption);
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) paintRow(y, pixels.subarray(y * width, (y + 1) * width));
  return { pixels, colours };
}

const differing = (one: Uint8Array, other: Uint8Array): number =>
  one.reduce((count, value, index) => count + (value === other[index] ? 0 : 1), 0) / one.length;

describe('hourIn', () => {
  it.each([
    ['mountains at night', HOURS.night],
    ['a harbour at sunset', HOURS.dusk],
    ['snowy peaks', HOURS.winter],
    ['Pines in the MORNING', HOURS.dawn],
    ['a lemon', undefined],
  ])('understands "%s"', (words, hour) => {
    expect(hourIn(words)).toBe(hour);
  });
});

describe('paintLandscape', () => {
  it('paints the same picture from the same words and take', () => {
    expect(paint()).toEqual(paint());
  });

  it.each([
    { name: 'other words', change: { subject: 'a lime', instruction: 'a lime' } },
    { name: 'another take', change: { take: 2 } },
  ])('makes another picture of $name', ({ change }) => {
    expect(differing(paint().pixels, paint(change).pixels)).toBeGreaterThan(0.1);
  });

  it('keeps the land and changes the colours when a later turn edits the hour', () => {
    const first = paint({ subject: 'hills at noon', instruction: 'hills at noon' });
    const edited = paint({ subject: 'hills at noon', instruction: 'make it night' });

    const land = (pixels: Uint8Array) => pixels.subarray(options.width * Math.round(options.height * 0.75));
    expect(land(edited.pixels)).toEqual(land(first.pixels));
    expect(edited.colours).not.toEqual(first.colours);
  });

  it.each(Array.from({ length: 12 }, (_, take) => ({ take })))(
    'leaves no pixel of take $take unpainted',
    ({ take }) => {
      const caption = { ...layCaption(captionText, options), paintRow: () => undefined };
      const { paintRow } = paintLandscape({ ...options, take }, caption);

      for (let y = 0; y < options.height; y++) {
        const [zeros, ones] = [new Uint8Array(options.width), new Uint8Array(options.width).fill(255)];
        paintRow(y, zeros);
        paintRow(y, ones);
        // The row's earlier content must not show.
        expect(Buffer.compare(zeros, ones)).toBe(0);
      }
    },
  );

  it.each([
    ['squares', 1024, 1024],
    ['banners', 1536, 192],
    ['towers', 192, 1536],
  ])('gives captions of %s one ground that they can be read on', (_, width, height) => {
    for (const hour of Object.keys(HOURS)) {
      for (let take = 0; take < 4; take++) {
        const text = { prompt: 'a lemon', modelName: 'Nano Banana', size: '1K', aspectRatio: '1:1', references: 1 };
        const laid = layCaption(text, { width, height });
        const inks = { ink: 0, faintInk: 0 };
        const listening = {
          ...laid,
          paintRow: (_y: number, _row: Uint8Array, given: object) => void Object.assign(inks, given),
        };
        const scene = { ...options, width, height, take, subject: hour, instruction: hour };
        const { colours, paintRow } = paintLandscape(scene, listening);

        const row = new Uint8Array(width);
        paintRow(height - laid.height, row);

        const grounds = [...new Set(row)].map((tone) => luminance(colours, tone));
        // WCAG 2.2 asks for a contrast of 4.5 for text and 3 for large text.
        expect(contrast(luminance(colours, inks.ink), Math.max(...grounds))).toBeGreaterThan(4.5);
        expect(contrast(luminance(colours, inks.faintInk), Math.max(...grounds))).toBeGreaterThan(3);
      }
    }
  });
});

/** Relative luminance (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance). */
function luminance(colours: Uint8Array, tone: number): number {
  const [r = 0, g = 0, b = 0] = [...colours.subarray(tone * 3, tone * 3 + 3)].map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const contrast = (light: number, dark: number): number => (light + 0.05) / (dark + 0.05);
