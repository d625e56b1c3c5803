import { describe, expect, it } from 'vitest';
import { bitsOf, isStrong } from '../../worker/config/strength.ts';

describe('the strength of a key', () => {
  it.each([
    ['32 hex digits', '7c1e5f0a9b3d2468ace013579bdf2468', 128],
    ['upper case hex', '7C1E5F0A9B3D2468ACE013579BDF2468', 128],
    ['hex with a prefix', 'pk_bar_0123456789abcdef', 138],
    ['words and digits', 'held-out-admin-token-0123456789', 186],
    ['a short key', 'pk_1', 24],
    ['one letter, sixteen times', 'aaaaaaaaaaaaaaaa', 4],
    ['eight letters, four times', 'abcdefgh'.repeat(4), Math.log2(36) * 8],
    ['half a key, twice', '0123456789abcdef'.repeat(2), 64],
    ['nothing', '', 0],
  ])('%s', (_, text, bits) => {
    expect(bitsOf(text)).toBeCloseTo(bits, 6);
  });

  it.each([
    ['7c1e5f0a9b3d2468ace013579bdf2468', true],
    ['pk_bar_0123456789abcdef', true],
    ['held-out-admin-token-0123456789', true],
    ['gültig-mit-umlauten-0123', true],
    ['pk_1', false],
    ['pk_dev', false],
    ['aaaaaaaaaaaaaaaa', false],
    ['abcdefgh'.repeat(4), false],
    [`${'ab'.repeat(40)}c`, false],
    ['0'.repeat(64), false],
    ['', false],
  ])('%s: %s', (text, expected) => {
    expect(isStrong(text)).toBe(expected);
  });
});
