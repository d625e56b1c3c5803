import { describe, expect, it } from 'vitest';
import { body, on, parsed, refused, withSafety, withSearch, withTool } from './bodies.ts';

const OBJECT = 'must be a JSON object.';

describe('googleSearch', () => {
  it.each([
    ['the web by default', {}, { web: true, image: false }],
    ['the web where no type is named', { searchTypes: {} }, { web: true, image: false }],
    ['the web', { searchTypes: { webSearch: {} } }, { web: true, image: false }],
    ['images', { search_types: { image_search: {} } }, { web: false, image: true }],
    ['both', { searchTypes: { webSearch: {}, imageSearch: {} } }, { web: true, image: true }],
    [
      'images alone where the web is null',
      { searchTypes: { webSearch: null, imageSearch: {} } },
      { web: false, image: true },
    ],
  ])('searches %s', (_name, googleSearch, grounding) => {
    expect(parsed(withSearch(googleSearch)).grounding).toEqual(grounding);
    expect(parsed(body({ tools: { google_search: googleSearch } })).grounding).toEqual(grounding);
  });

  it.each([
    ['tools[0]', withTool('googleSearch'), OBJECT],
    ['tools[0]', withTool(null), OBJECT],
    ['tools', body({ tools: 'googleSearch' }), OBJECT],
    ['tools[0].googleSearch', withSearch(true), OBJECT],
    ['tools[0].googleSearch.searchTypes', withSearch({ searchTypes: ['webSearch'] }), OBJECT],
    ['tools[0].googleSearch.searchTypes.webSearch', withSearch({ searchTypes: { webSearch: true } }), OBJECT],
    [
      'tools[1]',
      body({ tools: [{ googleSearch: {} }, { google_search: {} }] }),
      'must be left out: one googleSearch is all there is.',
    ],
  ])('%s is refused: %j', (field, value, rule) => {
    expect(refused(value)).toEqual({ reason: 'INVALID_FIELD', field, rule });
  });

  it.each(['nano-banana', 'nano-banana-2-lite'])('is refused for %s, which does not search', (name) => {
    expect(refused(withSearch({}), on(name))).toMatchObject({
      reason: 'INVALID_FIELD',
      field: 'tools[0].googleSearch',
      rule: expect.stringMatching(/^must be left out: gemini-\S+ does not search\.$/),
    });
  });

  it('searches images with no model that cannot', () => {
    expect(refused(withSearch({ searchTypes: { imageSearch: {} } }), on('nano-banana-pro'))).toEqual({
      reason: 'UNSUPPORTED_VALUE',
      field: 'tools[0].googleSearch.searchTypes',
      value: 'imageSearch',
      accepted: ['webSearch'],
      because: 'gemini-3-pro-image does not search images',
    });
  });

  it.each(['visitor', 'client'] as const)('searches for no %s where the site does not', (caller) => {
    expect(refused(withSearch({}), { caller, grounding: false })).toEqual({
      reason: 'INVALID_FIELD',
      field: 'tools[0].googleSearch',
      rule: 'must be left out: searching is switched off here.',
    });
  });
});

describe('safetySettings', () => {
  const setting = (category: unknown, threshold: unknown) => ({ category, threshold });
  const HARASSMENT = 'HARM_CATEGORY_HARASSMENT';

  it('come back sorted, and spelled as Google does', () => {
    expect(
      parsed(withSafety(setting('harm_category_hate_speech', 'off'), setting(HARASSMENT, 'Block_None'))).safetySettings,
    ).toEqual([setting(HARASSMENT, 'BLOCK_NONE'), setting('HARM_CATEGORY_HATE_SPEECH', 'OFF')]);
  });

  it.each([
    ['HARM_CATEGORY_IMAGE_HATE', 'OFF', 'category'],
    [HARASSMENT, 'NONE', 'threshold'],
  ])('are not %j %j', (category, threshold, name) => {
    expect(refused(withSafety(setting(category, threshold)))).toMatchObject({
      reason: 'UNSUPPORTED_VALUE',
      field: `safetySettings[0].${name}`,
      accepted: expect.arrayContaining([name === 'category' ? HARASSMENT : 'BLOCK_NONE']),
    });
  });

  it.each([
    [
      'safetySettings[0].category',
      withSafety(setting(3, 'OFF')),
      expect.stringContaining('must be one of the strings'),
    ],
    ['safetySettings[0]', withSafety('OFF'), OBJECT],
    [
      'safetySettings[1].category',
      withSafety(setting(HARASSMENT, 'OFF'), setting(HARASSMENT, 'BLOCK_NONE')),
      'must not be set twice.',
    ],
  ])('%s is refused: %j', (field, value, rule) => {
    expect(refused(value)).toEqual({ reason: 'INVALID_FIELD', field, rule });
  });
});
