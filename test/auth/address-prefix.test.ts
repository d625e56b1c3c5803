import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressPrefix, UNKNOWN_ADDRESS } from '../../worker/auth/address-prefix.ts';

describe('addressPrefix', () => {
  it.each([
    ['203.0.113.7', '4:cb007107'],
    ['::ffff:203.0.113.7', '4:cb007107'],
    ['::ffff:cb00:7107', '4:cb007107'],
    ['0:0:0:0:0:FFFF:203.0.113.7', '4:cb007107'],
    ['2001:db8:1:2:3:4:5:6', '6:20010db800010002'],
    ['2001:0DB8:0001:0002::', '6:20010db800010002'],
    ['2001:db8:1:2::9%eth0', '6:20010db800010002'],
    ['::1', '6:0000000000000000'],
    ['1::', '6:0001000000000000'],
  ])('reads %s as %s', (address, prefix) => {
    expect(addressPrefix(address)).toBe(prefix);
  });

  it.each([
    '',
    null,
    undefined,
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.-4',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
    '::1.2.3.256',
    '1.2.3.4, 5.6.7.8',
    `${'1:'.repeat(40)}1`,
  ])('puts %j into the one bucket of the unreadable', (address) => {
    expect(addressPrefix(address)).toBe(UNKNOWN_ADDRESS);
  });

  it('gives every address of one /64 the same prefix, and those of another a different one', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const tail = fc.tuple(group, group, group, group);
    fc.assert(
      fc.property(fc.tuple(group, group, group, group), tail, tail, (net, one, two) => {
        const write = (host: number[]) => [...net, ...host].map((part) => part.toString(16)).join(':');
        fc.pre(net.some((part) => part !== 0));
        expect(addressPrefix(write(one))).toBe(addressPrefix(write(two)));
        const other = [net[0] ^ 1, ...net.slice(1), ...one].map((part) => part.toString(16)).join(':');
        expect(addressPrefix(other)).not.toBe(addressPrefix(write(one)));
      }),
    );
  });

  it('never throws, whatever the header says', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(addressPrefix(text)).toMatch(/^(unknown|4:.{8}|6:.{16})$/);
      }),
    );
  });
});
