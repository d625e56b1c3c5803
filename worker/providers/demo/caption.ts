/** The caption in the picture's corner: the prompt's first words, the model, and the fact that it is a demo. */
import type { Dimensions } from './dimensions.ts';
import { foldToFont, GLYPH_HEIGHT, toColumns } from './font.ts';

/** Longest part of the prompt in the caption, in letters. */
const PROMPT_LETTERS = 40;

export interface CaptionText {
  /** Empty: the labels stand alone. */
  prompt: string;
  modelName: string;
  size: string;
  aspectRatio: string;
  /** Pictures that came with the request. */
  references: number;
}

export interface Caption {
  /** Height of the caption in pixels from the bottom of the picture, margins included. */
  height: number;
  /** Paints the caption's pixels of row `y` over `row`. */
  paintRow(y: number, row: Uint8Array, inks: { ink: number; faintInk: number }): void;
}

export function layCaption(text: CaptionText, { width, height }: Dimensions): Caption {
  const scale = Math.max(1, Math.round(Math.sqrt(width * height) / 512));
  const margin = Math.round(Math.min(width, height) * 0.02) + 6 * scale;
  const room = Math.floor((width - 2 * margin) / scale);
  const lineHeight = (GLYPH_HEIGHT + 3) * scale;
  const lines = [
    ...wrap(wordsOf(text.prompt), ' ', room).map((line) => ({ columns: toColumns(line), faint: false })),
    ...wrap(labelsOf(text), '  ·  ', room).map((line) => ({ columns: toColumns(line), faint: true })),
  ];
  const top = height - margin - lines.length * lineHeight + 3 * scale;
  return {
    height: height - top + margin,
    paintRow(y, row, { ink, faintInk }) {
      const line = lines[Math.floor((y - top) / lineHeight)];
      const bit = Math.floor(((y - top) % lineHeight) / scale);
      if (y < top || !line || bit >= GLYPH_HEIGHT) return;
      for (let column = 0; column < line.columns.length; column++) {
        if (((line.columns[column]! >> bit) & 1) === 0) continue;
        const x = margin + column * scale;
        row.fill(line.faint ? faintInk : ink, x, Math.min(x + scale, width - margin));
      }
    },
  };
}

/** The first words of the prompt that the font can write. */
function wordsOf(prompt: string): string[] {
  const writable = [...foldToFont(prompt)]
    .filter((letter) => letter === ' ' || toColumns(letter).length > 0)
    .join('')
    .trim();
  const shown = writable.length > PROMPT_LETTERS ? `${writable.slice(0, PROMPT_LETTERS).trimEnd()}…` : writable;
  return shown === '' ? [] : shown.split(' ');
}

function labelsOf({ modelName, size, aspectRatio, references }: CaptionText): string[] {
  const labels = ['PEEL DEMO', modelName, `${aspectRatio} ${size}`];
  if (references > 0) labels.push(`edited from ${references} ${references === 1 ? 'picture' : 'pictures'}`);
  return labels;
}

/** Fills lines of at most `room` font pixels greedily. A longer single item gets its own line and is cut. */
function wrap(items: readonly string[], between: string, room: number): string[] {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    const joined = last === undefined ? item : `${last}${between}${item}`;
    if (last !== undefined && toColumns(joined).length <= room) lines[lines.length - 1] = joined;
    else lines.push(item);
  }
  return lines;
}
