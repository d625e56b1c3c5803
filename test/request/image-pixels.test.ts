import { describe, expect, it } from 'vitest';
import { refusePixels } from '../../worker/request/image-pixels.ts';

describe('the pixels that a header claims', () => {
  it.each([
    ['none that could be read', {}],
    ['the largest square of a model', { width: 4096, height: 4096 }],
    ['the longest picture of a model', { width: 1536, height: 12_288 }],
    ['40 megapixels', { width: 8000, height: 5000 }],
  ])('may be %s', (_name, image) => {
    expect(refusePixels('file', image)).toBeUndefined();
  });

  it.each([
    ['a bomb', { width: 65_535, height: 65_535 }],
    ['one pixel too wide', { width: 12_289, height: 1 }],
    ['one pixel too high', { width: 1, height: 12_289 }],
    ['more than 40 megapixels', { width: 8001, height: 5000 }],
    ['as many as 32 bits can say', { width: 0xffff_ffff, height: 0xffff_ffff }],
  ])('are refused by name: %s', (_name, image) => {
    expect(refusePixels('file', image)).toEqual({
      reason: 'INVALID_FIELD',
      field: 'file',
      rule: `must have at most 12288 pixels a side and 40 megapixels: it claims ${image.width} × ${image.height}.`,
    });
  });
});
