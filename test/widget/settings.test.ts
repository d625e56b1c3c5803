import { expect, it } from 'vitest';
import { drawnSize, RATIOS } from '../../widget/ratios.ts';
import { type StudioOptions, settle, toBody } from '../../widget/settings.ts';
import { createTakes } from '../../widget/takes.ts';
import { paceOf, usualSeconds } from '../../widget/timing.ts';
import { FACTS } from './support.ts';

const NO_OPTIONS: StudioOptions = { model: '', aspectRatio: 'auto', resolution: '', thinking: '' };
const FLASH = 'gemini-2.5-flash-image';

it.each([
  {
    name: 'the default model and 1K without options',
    options: {},
    expected: { size: '1K', aspectRatio: 'auto', expectedMs: 12_000 },
  },
  { name: 'a size in any case', options: { resolution: '2k' }, expected: { size: '2K', expectedMs: 20_000 } },
  {
    name: 'no time where none is known',
    options: { resolution: '4K' },
    expected: { size: '4K', expectedMs: undefined },
  },
  { name: '1K where the model lacks the size', options: { model: FLASH, resolution: '4k' }, expected: { size: '1K' } },
  {
    name: 'auto where the model lacks the shape',
    options: { model: FLASH, aspectRatio: '8:1' },
    expected: { aspectRatio: 'auto' },
  },
  {
    name: 'no thinking where the model has no levels',
    options: { model: FLASH, thinking: 'high' },
    expected: { thinking: undefined },
  },
  { name: 'the default where the model is gone', options: { model: 'gone' }, expected: { model: FACTS.models[0] } },
])('settles on $name', ({ options, expected }) => {
  const settings = settle(FACTS, { ...NO_OPTIONS, ...options });

  expect(settings).toMatchObject(
    Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined)),
  );
  for (const [key, value] of Object.entries(expected))
    if (value === undefined) expect(settings).not.toHaveProperty(key);
});

it('has nothing to settle on for a site without models', () => {
  expect(settle({ ...FACTS, models: [] }, NO_OPTIONS)).toBeUndefined();
});

it('asks in Gemini’s words', () => {
  const settings = settle(FACTS, { ...NO_OPTIONS, aspectRatio: '16:9', resolution: '2K', thinking: 'high' });

  expect(settings && toBody('a fox', settings)).toEqual({
    contents: [{ role: 'user', parts: [{ text: 'a fox' }] }],
    generationConfig: {
      responseModalities: ['TEXT', 'IMAGE'],
      imageConfig: { aspectRatio: '16:9', imageSize: '2K' },
      thinkingConfig: { includeThoughts: true, thinkingLevel: 'high' },
    },
  });
});

it('names neither shape nor thoughts where the model is to choose or does not think', () => {
  const settings = settle(FACTS, { ...NO_OPTIONS, model: FLASH });

  expect(settings && toBody('a fox', settings).generationConfig).toEqual({
    responseModalities: ['TEXT', 'IMAGE'],
    imageConfig: { imageSize: '1K' },
  });
});

it('counts the takes of each request apart', () => {
  const takes = createTakes();
  const settings = settle(FACTS, NO_OPTIONS);
  const take = (prompt: string) => ({ model: 'm', body: toBody(prompt, settings!) });

  const variants = ['a', 'a', 'b', 'a'].map((prompt) => takes.next(take(prompt)).variant);

  expect(variants).toEqual(['take-2', 'take-3', 'take-2', 'take-4']);
});

it.each([
  { expectedMs: 12_000, range: { from: 10, to: 15 } },
  { expectedMs: 700, range: { from: 1, to: 2 } },
  { expectedMs: 30_000, range: { from: 25, to: 40 } },
])('makes a range of $expectedMs ms', ({ expectedMs, range }) => {
  expect(usualSeconds(expectedMs)).toEqual(range);
});

it.each([
  { elapsedMs: 15_000, expectedMs: 10_000, pace: 'usual' },
  { elapsedMs: 15_001, expectedMs: 10_000, pace: 'slow' },
  { elapsedMs: 90_000, expectedMs: undefined, pace: 'usual' },
  { elapsedMs: 120_000, expectedMs: undefined, pace: 'long' },
])('calls $elapsedMs of $expectedMs ms $pace', ({ elapsedMs, expectedMs, pace }) => {
  expect(paceOf(elapsedMs, expectedMs)).toBe(pace);
});

it('draws all 14 shapes inside their box, the thinnest still visible', () => {
  expect(RATIOS).toHaveLength(14);
  for (const ratio of RATIOS) {
    const { width, height } = drawnSize(ratio, 24);
    expect(Math.max(width, height)).toBe(24);
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(4);
  }
});
