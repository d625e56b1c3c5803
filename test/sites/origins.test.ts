import { describe, expect, it } from 'vitest';
import { isListed, readOrigin } from '../../worker/sites/origins.ts';

const WORKER = 'https://peel.example';
const options = { demo: false, framedSite: () => undefined };
const from = (headers: Record<string, string>) => new Request(`${WORKER}/peel/site`, { headers });
const shop = { id: 'shop', origins: ['https://shop.example', 'https://*.brand.example', 'http://localhost:5173'] };

describe('an origin that a site lists', () => {
  it.each([
    'https://shop.example',
    'http://localhost:5173',
    'https://a.brand.example',
    'https://deep.er.brand.example',
    'https://xn--bcher-kva.brand.example',
    'https://my_shop.brand.example',
  ])('%s', (origin) => {
    expect(isListed(shop.origins, origin)).toBe(true);
  });
});

describe('an origin that looks like one', () => {
  it.each([
    'https://brand.example',
    'http://a.brand.example',
    'https://a.brand.example:8443',
    'https://abrand.example',
    'https://a.brand.example.evil.example',
    'https://evil.example/.brand.example',
    'https://evil.example#.brand.example',
    'https://user@a.brand.example',
    'https://.brand.example',
    'https://a..brand.example',
    'https://*.brand.example',
    'https://A.brand.example',
    'https://a.brand.example.',
    'https://shop.example.',
    'https://shop.example:443',
    'https://SHOP.example',
    'HTTPS://shop.example',
    'HTTP://localhost:5173',
    'HTTPS://a.brand.example',
    'https://shop.example, https://evil.example',
    'https://evil.example .brand.example',
    'null',
    '',
  ])('%s is none of its own', (origin) => {
    expect(isListed(shop.origins, origin)).toBe(false);
  });

  it('is not let in by an entry that no owner can write', () => {
    expect(isListed(['*', 'https://*', 'https://*.', '*.brand.example'], 'https://a.brand.example')).toBe(false);
  });
});

describe('a page', () => {
  it('is judged by the site that is asked, and by no other', () => {
    const page = readOrigin(from({ Origin: 'https://shop.example' }), options);

    expect(page.isJudged).toBe(false);
    expect(page.refusedBy({ id: 'other', origins: ['https://other.example'] })).toEqual({
      reason: 'ORIGIN_DENIED',
      origin: 'https://shop.example',
    });
    expect(page.isJudged).toBe(true);
    expect(page.refusedBy(shop)).toBeUndefined();
  });

  it('is none where a server or a command line asks', () => {
    const page = readOrigin(from({}), options);

    expect([page.name, page.isJudged, page.refusedBy(shop)]).toEqual([undefined, true, undefined]);
  });

  it.each([
    ['the worker’s own page, which sends no Origin with a GET', { 'Sec-Fetch-Site': 'same-origin' }],
    ['the worker’s own page', { Origin: WORKER }],
  ])('%s needs its origin listed with a real key, and not in demo mode', (_name, headers) => {
    expect(readOrigin(from(headers), options).refusedBy(shop)?.reason).toBe('ORIGIN_DENIED');
    expect(readOrigin(from(headers), { ...options, demo: true }).refusedBy(shop)).toBeUndefined();
    expect(
      readOrigin(from({ Origin: 'https://evil.example' }), { ...options, demo: true }).refusedBy(shop)?.reason,
    ).toBe('ORIGIN_DENIED');
  });

  it('in capitals is not the worker’s own in demo mode either', () => {
    for (const Origin of ['HTTPS://peel.example', 'https://PEEL.example', 'HTTPS://PEEL.EXAMPLE']) {
      expect(readOrigin(from({ Origin }), { ...options, demo: true }).refusedBy(shop)?.reason).toBe('ORIGIN_DENIED');
      expect(readOrigin(from({ Origin }), options).refusedUnlessOwn()?.reason).toBe('ORIGIN_DENIED');
    }
  });

  it('of a frame may do what the pages around it may, for its own site alone', () => {
    const framed = readOrigin(from({ Origin: WORKER }), { demo: false, framedSite: () => 'shop' });

    expect(framed.refusedBy(shop)).toBeUndefined();
    expect(framed.refusedBy({ id: 'other', origins: [] })?.reason).toBe('ORIGIN_DENIED');
  });
});
