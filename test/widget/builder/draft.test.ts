import { describe, expect, it } from 'vitest';
import {
  type Draft,
  EMPTY,
  fromFragment,
  tagOf,
  toColour,
  toFragment,
  toIdeas,
} from '../../../widget/builder/draft.ts';
import { HOSTILE } from './hostile.ts';

const FULL: Draft = {
  accent: '#0b6470',
  corners: 'round',
  scheme: 'dark',
  font: 'system',
  label: 'What should be on your poster?',
  placeholder: 'Our dog Biscuit',
  ideas: ['Lighthouse at dusk', 'Pears & plums'],
  shape: '3:4',
  model: 'gemini-nano-banana-2.1',
  without: ['region', 'share'],
  inForm: true,
  site: 'shop',
  page: 'https://tidewater.example',
};

describe('a fragment', () => {
  it('carries the whole draft', () => {
    expect(fromFragment(toFragment(FULL))).toEqual(FULL);
  });

  it('carries nothing of a draft without choices', () => {
    expect(toFragment(EMPTY)).toBe('');
    expect(fromFragment('')).toEqual(EMPTY);
  });

  it.each(HOSTILE)('carries %s as it was typed', (text) => {
    const draft = { ...EMPTY, label: text, ideas: [text] };

    expect(fromFragment(`#${toFragment(draft)}`)).toEqual(draft);
  });

  it.each([
    { name: 'a colour with more behind it', fragment: 'accent=%23fff;background:url(x)', part: { accent: '' } },
    { name: 'an unknown corner', fragment: 'corners=__proto__', part: { corners: 'soft' } },
    { name: 'an unknown shape', fragment: 'shape=7:5', part: { shape: 'auto' } },
    { name: 'a model with a quote', fragment: 'model=a%22b', part: { model: '' } },
    { name: 'a site with a slash', fragment: 'site=../x', part: { site: 'default' } },
    { name: 'pieces that do not exist', fragment: 'without=constructor%20copy', part: { without: ['copy'] } },
    { name: 'lines in a line', fragment: 'label=a%0Ab%00c', part: { label: 'a b c' } },
    { name: 'a text without end', fragment: `label=${'x'.repeat(9000)}`, part: { label: 'x'.repeat(200) } },
    { name: 'ideas without end', fragment: 'idea=x&'.repeat(50), part: { ideas: Array(9).fill('x') } },
    { name: 'an escape that is none', fragment: 'label=%E0%A4%A', part: { label: expect.any(String) } },
  ])('gives $name a value that is one', ({ fragment, part }) => {
    expect(fromFragment(fragment)).toMatchObject(part);
  });
});

it.each([
  ['#0B6470', '#0b6470'],
  ['0b6470', '#0b6470'],
  [' #fc0 ', '#ffcc00'],
  ['#12345', undefined],
  ['teal', undefined],
  ['', undefined],
])('reads the colour %j as %j', (text, colour) => {
  expect(toColour(text)).toBe(colour);
});

it('takes one idea a line and leaves empty ones out', () => {
  expect(toIdeas(' a \n\n b\tc \n')).toEqual(['a', 'b c']);
});

describe('the element', () => {
  it('has no attribute and no style for what is left as it is', () => {
    expect(tagOf(EMPTY)).toEqual({ attributes: [], css: [], ideas: [] });
  });

  it('has every choice', () => {
    const { attributes, css, ideas } = tagOf(FULL);

    expect(Object.fromEntries(attributes)).toEqual({
      site: 'shop',
      label: 'What should be on your poster?',
      placeholder: 'Our dog Biscuit',
      'aspect-ratio': '3:4',
      model: 'gemini-nano-banana-2.1',
      name: 'picture',
      'without-region': true,
      'without-share': true,
    });
    expect(Object.fromEntries(css)).toMatchObject({
      '--peel-accent': '#0b6470',
      '--peel-radius': '1.25em',
      '--peel-font': 'system-ui,sans-serif',
      'color-scheme': 'dark',
    });
    expect(ideas).toEqual(FULL.ideas);
  });

  it('has no ideas where ideas are not shown', () => {
    expect(tagOf({ ...FULL, without: ['ideas'] }).ideas).toEqual([]);
  });
});
