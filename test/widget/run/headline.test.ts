import { expect, it } from 'vitest';
import { headlineOf } from '../../../widget/run/headline.ts';

it.each([
  { thoughts: '**First**\n\nLong.\n\n**Second**\n\nLonger.', headline: 'Second' },
  { thoughts: 'Only words.\nAnd more.', headline: 'And more.' },
  { thoughts: '  ', headline: '' },
])('makes "$headline" of thoughts', ({ thoughts, headline }) => {
  expect(headlineOf(thoughts)).toBe(headline);
});
