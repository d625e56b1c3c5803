/** What the editor of a site decides without drawing anything. */
import { describe, expect, it } from 'vitest';
import { changesOf, moreToday, removedOrigins } from '../../../../widget/admin/sites/changes.ts';
import { moneyWarnings, picturesSentence } from '../../../../widget/admin/sites/money.ts';
import { sectionOf, toMend, wordsOf } from '../../../../widget/admin/sites/problems.ts';
import {
  amountsOf,
  changedFields,
  ideasAsLines,
  type SiteRecord,
  withField,
  withIdeas,
} from '../../../../widget/admin/sites/record.ts';
import { isRecord } from '../../../../widget/admin/sites/saving.ts';
import { linesOf } from '../../../../widget/admin/sites/verdict.ts';
import { OVERVIEW } from '../figures.ts';
import { CHOICES } from './choices.ts';

const SHOP: SiteRecord = { origins: ['https://tidewater.example'], budgets: { dailyUsd: 4.5, monthlyUsd: 100 } };

describe('a field of a record', () => {
  it('is changed in its place, and its group goes with its last field', () => {
    expect(JSON.stringify(withField(SHOP, 'budgets.dailyUsd', 5))).toBe(
      '{"origins":["https://tidewater.example"],"budgets":{"dailyUsd":5,"monthlyUsd":100}}',
    );
    expect(withField({ origins: [], look: { accent: '#000' } }, 'look.accent', undefined)).toEqual({ origins: [] });
  });

  it('is named where it differs', () => {
    const changed = { ...withField(SHOP, 'budgets.dailyUsd', 5), origins: [], notice: 'x' };

    expect(changedFields(SHOP, changed).toSorted()).toEqual(['budgets.dailyUsd', 'notice', 'origins']);
    expect(changedFields(SHOP, { ...SHOP })).toEqual([]);
  });
});

it('an idea keeps its picture while its words stay', () => {
  const ideas = [{ text: 'Night swim', image: '/wall/swim.jpg' }, 'Pears'];

  expect(ideasAsLines(ideas)).toBe('Night swim\nPears');
  expect(withIdeas('Night swim\n\n A fox ', ideas)).toEqual([ideas[0], { text: 'A fox' }]);
  expect(withIdeas(' \n', ideas)).toBeUndefined();
});

it('shares of a visitor and of an address range are of the smaller of day and month', () => {
  expect(amountsOf({ origins: [] })).toEqual({ day: 5, month: 50, visitor: 0.5, range: 1.5 });
  expect(amountsOf({ origins: [], budgets: { dailyUsd: 100, monthlyUsd: 10 } })).toMatchObject({
    visitor: 1,
    range: 3,
  });
  expect(amountsOf({ origins: [], budgets: { dailyUsd: 1 } })).toMatchObject({ visitor: 0.3, range: 0.6 });
  expect(amountsOf({ origins: [], budgets: { dailyUsd: 0.2 } })).toMatchObject({ visitor: 0.2, range: 0.2 });
});

describe('money in pictures', () => {
  it('says how many a day is, and what stops one visitor first', () => {
    expect(picturesSentence(SHOP, CHOICES)).toBe(
      '$4.50 a day is about 125 pictures at 1K, or 29 by Nano Banana Pro. One network can take at most $1.35 of it. One visitor stops after 9: the next could pass $0.45.',
    );
    expect(picturesSentence({ ...SHOP, limits: { visitorPerDay: 5 } }, CHOICES)).toMatch(
      /One visitor stops after 5 pictures\.$/,
    );
  });

  it.each([
    [
      { dailyUsd: 30, monthlyUsd: 900 },
      [
        'The deployment stops at $20.00 a day; this site can never reach $30.00.',
        'Google’s first tier stops at $250.00 a month, whatever stands here.',
      ],
    ],
    [
      { dailyUsd: 4.5, monthlyUsd: 100 },
      ['$4.50 × 30 days is $135.00, more than the month’s $100.00: full days last until the 22nd.'],
    ],
    [{ dailyUsd: 10, monthlyUsd: 5 }, ['A day has $10.00 and the whole month $5.00: one day can spend it.']],
    [{ dailyUsd: 1, monthlyUsd: 50 }, []],
  ])('warns of caps that others reach first: %o', (budgets, expected) => {
    expect(moneyWarnings({ origins: [], budgets }, CHOICES, false)).toEqual(expected);
  });
});

describe('what changed', () => {
  it('is said in words, each page by itself', () => {
    const after = {
      ...withField(SHOP, 'budgets.dailyUsd', 9.5),
      origins: ['https://www.tidewater.example'],
      showPrices: true,
    };

    expect(changesOf(SHOP, after)).toEqual([
      'https://www.tidewater.example added',
      'https://tidewater.example removed',
      'A day $4.50 → $9.50',
      'Prices shown as usual → on',
    ]);
    expect(removedOrigins(SHOP.origins, after.origins)).toEqual(['https://tidewater.example']);
  });

  it('names what more could be spent only where the cap more than doubles', () => {
    expect(moreToday(SHOP, withField(SHOP, 'budgets.dailyUsd', 9))).toBeUndefined();
    expect(moreToday(SHOP, withField(SHOP, 'budgets.dailyUsd', 44.5))).toBe(40);
  });
});

describe('a rule of the worker', () => {
  it.each([
    [
      'origins.2',
      'must not be a wildcard below github.io, where anybody can get a name',
      'https://*.github.io',
      'Anybody can have a page under github.io, so this would let everybody spend. Name your page, such as https://tidewater.github.io.',
    ],
    [
      'origins.0',
      'must be https, except on this machine (localhost)',
      'http://a.example',
      'Browsers send http pages’ prompts in the clear. Use https.',
    ],
    [
      'adultsDeclared',
      'must be true: the providers allow only visitors of 18 years and more',
      undefined,
      'Google’s terms allow this only on pages not aimed at people under 18. Until you say so, nothing is drawn.',
    ],
    [
      'budgets.deploymentPercent',
      'must leave the sum of all sites at 100 or less, which would be 120',
      120,
      'Kept of the deployment: must leave the sum of all sites at 100 or less, which would be 120.',
    ],
  ])('is told in the desk’s words: %s', (field, rule, value, words) => {
    expect(wordsOf({ field, rule }, value)).toBe(words);
  });

  it('is in a part of the page', () => {
    expect(['origins.1', 'sizes', 'limits.perMinute', 'proof', 'wall.0.prompt', 'look.accent'].map(sectionOf)).toEqual([
      ...['where', 'models', 'money', 'check', 'words', 'look'],
    ]);
    expect(toMend(['origins.1'])).toBe('1 field to mend: Where');
    expect(toMend(['adultsDeclared'])).toBe('1 field to mend: For adults');
    expect(toMend(['origins.1', 'budgets.dailyUsd', 'budgets.monthlyUsd'])).toBe('3 fields to mend: Where, Money');
  });
});

describe('a verdict', () => {
  const shop = OVERVIEW.sites.find(({ site }) => site === 'shop');
  const statesOf = (judged: Parameters<typeof linesOf>[0]) =>
    linesOf(judged, SHOP, 'visitor', 'pow', shop).map(({ state }) => state);

  it('has each rule with its figures', () => {
    const lines = linesOf({ allowed: true, worstMicros: 626_000 }, SHOP, 'visitor', 'turnstile', shop);

    expect(lines.map(({ text }) => text).at(-1)).toBe('Day: $3.04 spent, $0.31 held, $0.63 to hold, of $4.50');
    expect(lines.every(({ state }) => state === 'holds')).toBe(true);
  });

  it.each([
    ['ORIGIN_DENIED', ['stops', ...Array(5).fill('unknown')], 'origins'],
    ['MODEL_NOT_ALLOWED', ['holds', 'stops', ...Array(4).fill('unknown')], 'models'],
    ['UNSUPPORTED_VALUE', ['holds', 'stops', ...Array(4).fill('unknown')], 'sizes'],
    ['SITE_PAUSED', ['holds', 'holds', 'stops', ...Array(3).fill('unknown')], 'paused'],
    ['VISITOR_DAY', [...Array(4).fill('holds'), 'stops', 'unknown'], 'limits.visitorPerDay'],
    ['DAILY_BUDGET_SPENT', [...Array(5).fill('holds'), 'stops'], 'budgets.dailyUsd'],
    ['BUDGET_HELD', [...Array(5).fill('holds'), 'stops'], 'budgets.dailyUsd'],
  ])('names the first rule that stops a request: %s', (reason, states, field) => {
    const judged = { allowed: false, reason };

    expect(statesOf(judged)).toEqual(states);
    expect(linesOf(judged, SHOP, 'visitor', 'pow', shop).find(({ state }) => state === 'stops')?.field).toBe(field);
  });

  it('of a kept picture asks no limit', () => {
    expect(statesOf({ allowed: true, hit: true })).toEqual([
      'holds',
      'holds',
      'holds',
      'unknown',
      'unknown',
      'unknown',
    ]);
  });
});

it.each([
  [{ origins: [] }, true],
  [{ origins: 'https://a.example' }, false],
  [{ origins: [], budgets: 5 }, false],
  [[], false],
  ['{', false],
])('what has the form of a record can be shown in fields: %j', (value, expected) => {
  expect(isRecord(value)).toBe(expected);
});
