import { beforeAll, describe, expect, it } from 'vitest';
import { listPublicSuffixes } from '../../scripts/build/public-suffixes.ts';
import { checkOrigins } from '../../worker/sites/origin-list.ts';
import { createPublicSuffixes } from '../../worker/sites/public-suffixes.ts';

let list = '';
beforeAll(async () => {
  list = await listPublicSuffixes();
});

const ruleFor = async (origin: string) =>
  (
    await checkOrigins(
      [origin],
      createPublicSuffixes(async () => list),
    )
  )[0]?.rule;

describe('a wildcard', () => {
  it.each([
    ...['https://*.com', 'https://*.co.uk', 'https://*.pages.dev', 'https://*.github.io', 'https://*.workers.dev'],
    ...['https://*.myshopify.com', 'https://*.vercel.app', 'https://*.s3.amazonaws.com', 'https://*.example'],
    // Suffixes are below these, and everybody's buckets, machines and sites below those.
    ...['https://*.amazonaws.com', 'https://*.compute.amazonaws.com', 'https://*.elb.amazonaws.com'],
    ...['https://*.windows.net', 'https://*.kawasaki.jp', 'https://*.hasura.app', 'https://*.core.windows.net'],
    // `*.ck` is a rule, `!www.ck` its exception.
    'https://*.anything.ck',
    // 公司.cn, as browsers write it.
    'https://*.xn--55qx5d.cn',
  ])('does not stand below %s, where anybody can get a name', async (origin) => {
    expect(await ruleFor(origin)).toMatch(/^must not be a wildcard below .*, where anybody can get a name$/);
  });

  it.each([
    ...['https://*.shop.example', 'https://*.example.co.uk', 'https://*.peel.pages.dev', 'https://*.www.ck'],
    ...[
      'https://*.a.b.shop.example',
      'https://*.city.kawasaki.jp',
      'https://*.shop.example:8443',
      'https://*.xn--mller-kva.de',
    ],
  ])('stands below %s', async (origin) => {
    expect(await ruleFor(origin)).toBeUndefined();
  });
});

it.each([
  'https://*.pages.dev.',
  'https://*.com.',
  'https://*.shop.example.',
  'https://shop.example.',
  'http://localhost.',
])('no origin ends in a dot (%s)', async (origin) => {
  expect(await ruleFor(origin)).toMatch(/^must (have no dot at the end of its host|be https)/);
});

it.each([
  ['https://münchen.example', 'https://xn--mnchen-3ya.example'],
  ['https://*.münchen.example', 'https://*.xn--mnchen-3ya.example'],
])('%s is told in the letters that browsers send', async (origin, sent) => {
  expect(await ruleFor(origin)).toMatch(/^must be an origin such as https:\/\/shop\.example/);
  expect(await ruleFor(origin)).toContain(`browsers send: ${sent}`);
  expect(await ruleFor(sent)).toBeUndefined();
});

it('the list has nothing but hosts in the alphabet of `Origin`, and the marks of its format', () => {
  const rules = list.split('\n');

  expect(rules.length).toBeGreaterThan(9000);
  expect(rules.filter((rule) => !/^(?:!|\*\.)?[a-z0-9.-]+$/.test(rule))).toEqual([]);
});
