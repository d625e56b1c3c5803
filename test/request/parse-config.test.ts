import { describe, expect, it } from 'vitest';
import { defaultSize } from '../../worker/request/parse-config.ts';
import { body, on, parsed, refused, withConfig, withImage, withThinking } from './bodies.ts';
import { modelOf } from './requests.ts';

const NANO_BANANA_2 = modelOf('nano-banana-2');

describe('numbers', () => {
  it.each<[string, object, object]>([
    ['as text', { seed: '42', topK: '3' }, { seed: 42, topK: 3 }],
    ['with exponents', { seed: 1e2, temperature: '5e-1' }, { seed: 100, temperature: 0.5 }],
  ])('are accepted %s', (_name, config, expected) => {
    expect(parsed(withConfig(config))).toMatchObject(expected);
  });

  it.each([
    ['low', { temperature: 0, topP: 0, topK: 1, seed: -2147483648, maxOutputTokens: 1 }],
    ['high', { temperature: 2, topP: 1, topK: 2147483647, seed: 2147483647, maxOutputTokens: 32768 }],
  ])('are accepted at the %s ends of their ranges', (_name, config) => {
    expect(parsed(withConfig(config))).toMatchObject(config);
  });

  it('have no negative zero', () => {
    expect(parsed(withConfig({ seed: -0 })).seed).toBe(0);
  });

  const NO_NUMBERS = ['hot', '', 'NaN', 'Infinity', '1e999', Number.POSITIVE_INFINITY, Number.NaN, true, [], {}];
  it.each([-0.1, 2.1, '2.5', '0x1', ' 1', '1 ', '1\n', '9'.repeat(40), ...NO_NUMBERS])(
    'are no temperature: %j',
    (value) => {
      const rule = 'must be a number from 0 to 2.';

      expect(refused(withConfig({ temperature: value }))).toEqual({
        reason: 'INVALID_FIELD',
        field: 'generationConfig.temperature',
        rule,
      });
    },
  );

  const SEED = 'must be a whole number from -2147483648 to 2147483647.';
  const TOP_K = 'must be a whole number from 1 to 2147483647.';
  it.each([
    ['topP', -1, 'must be a number from 0 to 1.'],
    ['topP', 1.01, 'must be a number from 0 to 1.'],
    ['topK', 1.5, TOP_K],
    ['topK', -4, TOP_K],
    ['topK', 2147483648, TOP_K],
    ['seed', 0.5, SEED],
    ['seed', '1.5', SEED],
    ['seed', 2147483648, SEED],
    ['seed', -2147483649, SEED],
    ['maxOutputTokens', -1, TOP_K],
    ['maxOutputTokens', 1.5, TOP_K],
    ['maxOutputTokens', 2147483648, TOP_K],
    ['candidateCount', 1.5, SEED],
    ['candidateCount', 'two', SEED],
  ])('are in their range: %s %j', (name, value, rule) => {
    expect(refused(withConfig({ [name]: value }))).toEqual({
      reason: 'INVALID_FIELD',
      field: `generationConfig.${name}`,
      rule,
    });
  });

  it.each([32_769, 65_536, '65536'])(
    'of output are the model’s limit where they are over it: %j',
    (maxOutputTokens) => {
      expect(parsed(withConfig({ maxOutputTokens }))).toMatchObject({ maxOutputTokens: 32_768 });
    },
  );

  it('of output are set by API clients alone', () => {
    expect(refused(withConfig({ maxOutputTokens: 4000 }), { caller: 'visitor' })).toEqual({
      reason: 'INVALID_FIELD',
      field: 'generationConfig.maxOutputTokens',
      rule: 'must be left out: only API clients may set it.',
    });
  });

  it.each([2, '4', -1, 100])('are one picture a request, not %j', (candidateCount) => {
    expect(refused(withConfig({ candidateCount }))).toEqual({
      reason: 'UNSUPPORTED_VALUE',
      field: 'generationConfig.candidateCount',
      value: String(candidateCount),
      accepted: ['1'],
      because: 'one request makes one picture',
    });
  });
});

describe('modalities', () => {
  it.each([
    ['in any case', ['Image'], ['IMAGE']],
    ['one for a list', 'IMAGE', ['IMAGE']],
    ['twice', ['IMAGE', 'image', 'Text'], ['TEXT', 'IMAGE']],
    ['in any order', ['IMAGE', 'TEXT'], ['TEXT', 'IMAGE']],
  ])('are read %s', (_name, responseModalities, expected) => {
    expect(parsed(withConfig({ responseModalities })).modalities).toEqual(expected);
  });

  it('include IMAGE', () => {
    expect(refused(withConfig({ responseModalities: ['TEXT'] }))).toEqual({
      reason: 'INVALID_FIELD',
      field: 'generationConfig.responseModalities',
      rule: 'must include IMAGE.',
    });
  });

  it.each(['AUDIO', 'PICTURE', ''])('are not %j', (value) => {
    expect(refused(withConfig({ responseModalities: ['IMAGE', value] }))).toEqual({
      reason: 'UNSUPPORTED_VALUE',
      field: 'generationConfig.responseModalities[1]',
      value,
      accepted: ['TEXT', 'IMAGE'],
    });
  });

  it.each([2, null, {}, ['IMAGE']])('are no %j', (value) => {
    expect(refused(withConfig({ responseModalities: [value] }))).toMatchObject({
      reason: 'INVALID_FIELD',
      field: 'generationConfig.responseModalities[0]',
      rule: 'must be one of the strings TEXT, IMAGE.',
    });
  });
});

describe('a size', () => {
  it.each([
    ['512', '512'],
    ['512px', '512'],
    ['512PX', '512'],
    ['512P', '512'],
    ['0.5K', '512'],
    ['0.5k', '512'],
    ['1K', '1K'],
    ['1k', '1K'],
    ['2K', '2K'],
    ['2k', '2K'],
    ['4K', '4K'],
    ['4k', '4K'],
  ])('may be written %j for %s', (imageSize, size) => {
    expect(parsed(withImage({ imageSize })).size).toBe(size);
  });

  it.each([
    ['nano-banana-2', '8K', ['512', '1K', '2K', '4K']],
    ['nano-banana-2', '1024', ['512', '1K', '2K', '4K']],
    ['nano-banana-2', '1024x1024', ['512', '1K', '2K', '4K']],
    ['nano-banana-2', 'constructor', ['512', '1K', '2K', '4K']],
    ['nano-banana-2.1', '512px', ['1K', '2K', '4K']],
    ['nano-banana-pro', '0.5K', ['1K', '2K', '4K']],
    ['nano-banana', '2K', ['1K']],
    ['nano-banana', '512', ['1K']],
    ['nano-banana-2-lite', '4K', ['1K']],
  ])('of %s is not %j', (name, imageSize, accepted) => {
    expect(refused(withImage({ imageSize }), on(name))).toEqual({
      reason: 'UNSUPPORTED_VALUE',
      field: 'generationConfig.imageConfig.imageSize',
      value: imageSize,
      accepted,
      because: `${modelOf(name).id} draws no other here`,
    });
  });

  it.each([512, ['1K'], { size: '1K' }, true])('is text, not %j', (imageSize) => {
    const field = 'generationConfig.imageConfig.imageSize';

    expect(refused(withImage({ imageSize }))).toEqual({ reason: 'INVALID_FIELD', field, rule: 'must be a string.' });
  });

  it('repeats no more than a little of what was asked, and no broken text', () => {
    expect(refused(withImage({ imageSize: 'x'.repeat(999) }))).toMatchObject({ value: `${'x'.repeat(64)}…` });
    expect(refused(withImage({ imageSize: '\udc00' }))).toMatchObject({ value: '\ufffd' });
  });

  it('is 1K where none is asked for, or the smallest of a model without it', () => {
    const model = { ...NANO_BANANA_2, sizes: ['2K' as const, '4K' as const] };

    expect(defaultSize(NANO_BANANA_2)).toBe('1K');
    expect(parsed(body(), { model }).size).toBe('2K');
  });
});

describe('an aspect ratio', () => {
  it.each(NANO_BANANA_2.aspectRatios)('may be %s', (aspectRatio) => {
    expect(parsed(withImage({ aspectRatio })).aspectRatio).toBe(aspectRatio);
  });

  it.each([
    ['nano-banana-2', '9:21'],
    ['nano-banana-2', 'auto'],
    ['nano-banana-2', '16/9'],
    ['nano-banana-2', ' 16:9'],
    ['nano-banana-2', '1:1:1'],
    ['nano-banana-pro', '8:1'],
    ['nano-banana-2-lite', '1:4'],
    ['nano-banana', '4:1'],
  ])('of %s is not %j', (name, aspectRatio) => {
    expect(refused(withImage({ aspectRatio }), on(name))).toEqual({
      reason: 'UNSUPPORTED_VALUE',
      field: 'generationConfig.imageConfig.aspectRatio',
      value: aspectRatio,
      accepted: modelOf(name).aspectRatios,
      because: `${modelOf(name).id} draws no other here`,
    });
  });

  it.each([1.5, ['1:1'], {}, false])('is text, not %j', (aspectRatio) => {
    expect(refused(withImage({ aspectRatio }))).toMatchObject({
      reason: 'INVALID_FIELD',
      rule: expect.stringContaining('must be one of the strings 1:1, '),
    });
  });
});

describe('responseFormat.image', () => {
  const withFormat = (image: unknown, more: object = {}) => withConfig({ responseFormat: { image }, ...more });

  it('says what imageConfig says', () => {
    const asked = parsed(withFormat({ aspectRatio: '16:9', image_size: '2k' }));

    expect(asked).toEqual(parsed(withImage({ aspectRatio: '16:9', imageSize: '2K' })));
  });

  it('may say the same as imageConfig, or what that leaves open', () => {
    const both = withFormat({ aspectRatio: '16:9', imageSize: '2K' }, { imageConfig: { imageSize: '2k' } });

    expect(parsed(both)).toMatchObject({ aspectRatio: '16:9', size: '2K' });
  });

  it.each([
    ['imageSize', { imageSize: '2K' }, { imageSize: '4K' }],
    ['aspectRatio', { aspectRatio: '1:1' }, { aspectRatio: '16:9' }],
  ])('may not say another %s', (name, image, imageConfig) => {
    expect(refused(withFormat(image, { imageConfig }))).toEqual({
      reason: 'INVALID_FIELD',
      field: `generationConfig.responseFormat.image.${name}`,
      rule: 'must be as in generationConfig.imageConfig, or be left out.',
    });
  });

  it.each([
    ['imageSize', { imageSize: '8K' }],
    ['aspectRatio', { aspectRatio: 'auto' }],
    ['delivery', { delivery: 'URI' }],
    ['mimeType', { mimeType: 'IMAGE_WEBP' }],
  ])('is refused by its own name: %s', (name, image) => {
    expect(refused(withFormat(image))).toMatchObject({ field: `generationConfig.responseFormat.image.${name}` });
  });
});

describe('mediaResolution', () => {
  it.each(['MEDIA_RESOLUTION_LOW', 'media_resolution_medium', 'MEDIA_RESOLUTION_HIGH'])(
    'may be %s',
    (mediaResolution) => {
      expect(parsed(withConfig({ mediaResolution })).mediaResolution).toBe(mediaResolution.toUpperCase());
    },
  );

  it.each(['MEDIA_RESOLUTION_ULTRA_HIGH', 'HIGH'])('is not %s', (mediaResolution) => {
    expect(refused(withConfig({ mediaResolution }))).toMatchObject({
      reason: 'UNSUPPORTED_VALUE',
      field: 'generationConfig.mediaResolution',
    });
  });
});

describe('thinking', () => {
  it.each([
    ['nano-banana-2.1', 'High', 'high'],
    ['nano-banana-2.1', 'MINIMAL', 'minimal'],
    ['nano-banana-2', 'high', 'high'],
    ['nano-banana-2-lite', 'HIGH', 'high'],
  ])('of %s may be %s', (name, thinkingLevel, expected) => {
    expect(parsed(withThinking({ thinkingLevel }), on(name)).thinkingLevel).toBe(expected);
  });

  it.each([
    ['nano-banana-2.1', 'medium'],
    ['nano-banana-2', 'Minimal'],
  ])('of %s is %s anyway, so that is left out', (name, thinkingLevel) => {
    expect(parsed(withThinking({ thinkingLevel }), on(name))).not.toHaveProperty('thinkingLevel');
  });

  it.each([
    ['nano-banana-2', 'low', ['minimal', 'high']],
    ['nano-banana-2', 'medium', ['minimal', 'high']],
    ['nano-banana-2.1', 'max', ['minimal', 'medium', 'high']],
  ])('of %s is not %s', (name, thinkingLevel, accepted) => {
    expect(refused(withThinking({ thinkingLevel }), on(name))).toMatchObject({
      reason: 'UNSUPPORTED_VALUE',
      field: 'generationConfig.thinkingConfig.thinkingLevel',
      value: thinkingLevel,
      accepted,
    });
  });

  const CONFIG = 'generationConfig.thinkingConfig';
  const AS_IT_LIKES = 'must be left out: gemini-3-pro-image decides for itself how long it thinks.';
  const BY_LEVEL = 'must be left out: thinkingLevel sets it, one of minimal, high.';
  it.each([
    ['nano-banana', '', { includeThoughts: true }, 'must be left out: gemini-2.5-flash-image does not think.'],
    [
      'nano-banana-pro',
      '.thinkingLevel',
      { thinkingLevel: 'high' },
      'must be left out: gemini-3-pro-image chooses for itself.',
    ],
    ['nano-banana-pro', '.thinkingBudget', { thinkingBudget: 9 }, AS_IT_LIKES],
    ['nano-banana-2', '.thinkingBudget', { thinking_budget: 1 }, BY_LEVEL],
    ['nano-banana-2', '.includeThoughts', { includeThoughts: 1 }, 'must be true or false.'],
    ['nano-banana-2', '.includeThoughts', { includeThoughts: 'true' }, 'must be true or false.'],
    ['nano-banana-2', '.thinkingLevel', { thinkingLevel: 2 }, 'must be one of the strings minimal, high.'],
    ['nano-banana-2', '', 'high', 'must be a JSON object.'],
  ])('of %s refuses thinkingConfig%s: %j', (name, path, thinkingConfig, rule) => {
    expect(refused(withThinking(thinkingConfig), on(name))).toEqual({
      reason: 'INVALID_FIELD',
      field: `${CONFIG}${path}`,
      rule,
    });
  });
});

it.each([[], 'x', 1, true])('a configuration is an object, not %j', (generationConfig) => {
  expect(refused(body({ generationConfig }))).toEqual({
    reason: 'INVALID_FIELD',
    field: 'generationConfig',
    rule: 'must be a JSON object.',
  });
});
