import { describe, expect, it } from 'vitest';
import { parseRange } from '../../worker/http/byte-range.ts';

describe('parseRange', () => {
  it.each([
    ['bytes=0-0', { offset: 0, length: 1 }],
    ['bytes=10-19', { offset: 10, length: 10 }],
    ['bytes=10-', { offset: 10, length: 90 }],
    ['bytes=-10', { offset: 90, length: 10 }],
    ['bytes=-1000', { offset: 0, length: 100 }],
    ['bytes=99-1000', { offset: 99, length: 1 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=20-10', 'ignore'],
    ['bytes=0-1,5-6', 'ignore'],
    ['bytes=-', 'ignore'],
    ['bytes=a-b', 'ignore'],
    ['items=0-1', 'ignore'],
    ['', 'ignore'],
  ])('reads %s of 100 bytes', (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected);
  });
});
