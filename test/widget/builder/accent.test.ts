import { expect, it } from 'vitest';
import { judgeAccent, written } from '../../../widget/builder/accent.ts';
import { SAMPLES } from '../../../widget/builder/stage.ts';
import { SWATCHES } from '../../../widget/builder/words.ts';

it.each([
  { accent: '#000000', onAccent: 21, hasLine: false },
  { accent: '#ffffff', onAccent: 21, hasLine: true },
  { accent: '#ffcc00', onAccent: 13.9, hasLine: true },
  { accent: '#0b6470', onAccent: 6.8, hasLine: false },
])('judges $accent as the element does', ({ accent, onAccent, hasLine }) => {
  const verdict = judgeAccent(accent, SAMPLES.light);

  expect(verdict.onAccent).toBeCloseTo(onAccent, 0);
  expect(verdict.hasLine).toBe(hasLine);
});

it.each(SWATCHES)('offers $name, on which text is readable', ({ colour }) => {
  expect(judgeAccent(colour, SAMPLES.light).onAccent).toBeGreaterThanOrEqual(4.5);
});

it('cuts a ratio, because 4.49 is not 4.5', () => {
  expect(written(4.49)).toBe('4.4');
  expect(written(21)).toBe('21.0');
});
