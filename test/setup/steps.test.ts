import { describe, expect, it } from 'vitest';
import type { DeskKey, StepName } from '../../worker/desk-protocol.ts';
import type { PictureRow } from '../../worker/ledger/pictures.ts';
import { firstPicture, type SetupSeen, setupOf } from '../../worker/setup/steps.ts';

const PAGE = 'https://tidewater.example';
const WWW = 'https://www.tidewater.example';
const NOW = Date.UTC(2026, 10, 30, 18);
const picture = (changes: Partial<PictureRow> = {}): PictureRow => ({
  ...{
    at: NOW,
    run: 'r',
    id: 'p',
    model: 'pro',
    provider: 'google',
    costMicros: 34_700,
    waitMs: 17_200,
    keepUntil: NOW,
  },
  ...changes,
});
const KEY: DeskKey = { provider: 'google', place: 1, tag: '3fa9c1d2', state: 'ready', since: 1 };

/** The check of it had no clear answer. */
const UNASKED: DeskKey = { provider: 'google', place: 1, tag: '95e22b27', state: 'ready' };

/** A new deployment that was not touched yet. */
const NEW: SetupSeen = {
  ...{
    version: '0.9.0',
    demo: true,
    pictures: [],
    keys: [],
    checkable: ['google'],
    deployment: { dayMicros: 20e6, monthMicros: 200e6 },
    saysBudget: false,
    adultsDeclared: false,
    drawsUndeclared: true,
  },
  probes: [
    { binding: 'KV', ok: true, ms: 12 },
    { binding: 'R2', ok: true, ms: 41 },
  ],
  site: { origins: [], proof: 'pow', dayBudgetMicros: 5e6, monthBudgetMicros: 50e6 },
  ...{ admitted: [], refused: [] },
};
const seen = (changes: Partial<SetupSeen> = {}): SetupSeen => ({ ...NEW, ...changes });
const at = (name: StepName, changes: Partial<SetupSeen>) =>
  setupOf(seen(changes)).steps.find((step) => step.name === name);
const page = (origin: string, lastAt = NOW) => ({ origin, count: 2, lastAt });

it('a new deployment runs, its bot check works as it is, and six steps are left', () => {
  const { steps, demo } = setupOf(NEW);

  expect(demo).toBe(true);
  expect(steps.map(({ name, done }) => [name, done])).toEqual([
    ['runs', true],
    ['drawn', false],
    ['key', false],
    ['page', false],
    ['money', false],
    ['check', true],
    ['adults', false],
    ['live', false],
  ]);
  expect(steps[0]?.facts).toEqual({ version: '0.9.0', ms: 41 });
});

it('a binding that does not answer is named with the platform’s words', () => {
  const probes = [{ binding: 'R2', ok: false, ms: 3, problem: 'bucket is missing' }, ...NEW.probes];

  expect(at('runs', { probes })).toMatchObject({ done: false, facts: { broken: 'R2', problem: 'bucket is missing' } });
});

it('any picture is one that was drawn', () => {
  expect(at('drawn', { pictures: [picture({ provider: 'demo' })] })).toMatchObject({
    done: true,
    facts: { demo: true },
  });
});

describe('a key', () => {
  it.each<[string, Partial<SetupSeen>, boolean]>([
    ['that works is one', { demo: false, keys: [KEY] }, true],
    ['that rests is one', { demo: false, keys: [{ ...KEY, state: 'rests' }] }, true],
    [
      'that was refused is none',
      { demo: false, keys: [{ ...KEY, state: 'stopped', why: 'key-invalid', status: 400 }] },
      false,
    ],
    ['that the provider was asked about in vain is none', { demo: false, keys: [UNASKED] }, false],
    ['that no free call can check is one', { demo: false, keys: [{ ...UNASKED, provider: 'fal' }] }, true],
    [
      'beside a refused one is one',
      {
        demo: false,
        keys: [
          { ...KEY, state: 'stopped' },
          { ...KEY, place: 2 },
        ],
      },
      true,
    ],
    ['is none in the demo', { keys: [] }, false],
  ])('%s', (_, changes, done) => {
    expect(at('key', changes)?.done).toBe(done);
  });
});

it('a key without a clear answer is told as one', () => {
  expect(at('key', { demo: false, keys: [UNASKED] })?.facts).toMatchObject({ tag: '95e22b27', unclear: true });
  expect(at('key', { demo: false, keys: [KEY] })?.facts).not.toHaveProperty('unclear');
});

it('what it may spend tells the budgets of all sites together too', () => {
  expect(at('money', {})?.facts).toMatchObject({ deploymentDayMicros: 20e6, deploymentMonthMicros: 200e6 });
});

describe('a page', () => {
  it.each([
    [[PAGE], true],
    [['http://localhost:8787'], false],
    [['http://127.0.0.1'], false],
    [['https://shop.localhost'], false],
    [['http://localhost:1', PAGE], true],
    [[], false],
  ])('of %j is named: %s', (origins, done) => {
    expect(at('page', { site: { ...NEW.site, origins } })?.done).toBe(done);
  });

  it('on the owner’s machine is named, so that the set-up can say why it waits', () => {
    const origins = ['http://127.0.0.1:8784'];

    expect(at('page', { site: { ...NEW.site, origins } })?.facts).toMatchObject({ locals: origins[0] });
    expect(at('page', { site: { ...NEW.site, origins: [...origins, PAGE, WWW] } })?.facts).toMatchObject({
      ...{ origins: `${PAGE} ${WWW}`, locals: origins[0] },
    });
  });

  it('that asked and is not on the list is offered', () => {
    const refused = [page('http://localhost:3000'), page(`https://www.${PAGE.slice(8)}`)];

    expect(at('page', { refused })?.facts).toMatchObject({ refused: 'https://www.tidewater.example', refusedCount: 2 });
  });
});

it.each<[SetupSeen['site']['proof'], boolean, boolean | undefined, boolean]>([
  ['pow', false, undefined, true],
  ['none', false, undefined, false],
  ['turnstile', false, false, true],
  ['turnstile', false, true, false],
  ['turnstile', true, true, true],
])('the bot check %s (demo %s, test keys %s) is chosen: %s', (proof, demo, isTest, done) => {
  const turnstile = isTest === undefined ? {} : { turnstile: { isTest } };

  expect(at('check', { demo, ...turnstile, site: { ...NEW.site, proof } })?.done).toBe(done);
});

it('what it may spend and who it is for are the owner’s word', () => {
  expect(at('money', { saysBudget: true })).toMatchObject({ done: true, facts: { dayMicros: 5e6, monthMicros: 50e6 } });
  expect(at('adults', { adultsDeclared: true, demo: false })).toEqual({ name: 'adults', done: true, facts: {} });
});

it.each([
  ['draws with a key without that word where it is the variables’', { demo: false }, { draws: true }],
  ['does not where it is a record', { demo: false, drawsUndeclared: false }, { draws: false }],
  ['asks no provider in the demo', {}, {}],
])('the site %s', (_, seen, facts) => {
  expect(at('adults', seen)).toEqual({ name: 'adults', done: false, facts });
});

describe('the owner’s page', () => {
  const site = { ...NEW.site, origins: [PAGE] };

  it.each<[string, Partial<SetupSeen>, object]>([
    ['waits for a visit', {}, { line: 'waiting' }],
    ['was opened', { admitted: [page(PAGE)] }, { line: 'shown', origin: PAGE, at: NOW }],
    [
      'was not opened where only the owner’s machine was',
      { admitted: [page('http://localhost:1')] },
      { line: 'waiting' },
    ],
    [
      'has drawn for play money only',
      { admitted: [page(PAGE)], pictures: [picture({ provider: 'demo' })] },
      { line: 'shown' },
    ],
    [
      'has no picture of a server’s',
      { admitted: [page(PAGE)], pictures: [picture({ client: 'dev' })] },
      { line: 'shown' },
    ],
    [
      'has drawn',
      { admitted: [page(PAGE)], pictures: [picture()] },
      { line: 'done', origin: PAGE, costMicros: 34_700 },
    ],
  ])('%s', (_, changes, facts) => {
    const step = at('live', { site, ...changes });

    expect(step?.facts).toMatchObject(facts);
    expect(step?.done).toBe('line' in facts && facts.line === 'done');
  });

  it('may be one of many below a name', () => {
    const changes = seen({
      site: { ...site, origins: ['https://*.tidewater.example'] },
      admitted: [page('https://shop.tidewater.example')],
      pictures: [picture()],
    });

    expect(firstPicture(changes)).toMatchObject({ origin: 'https://shop.tidewater.example' });
  });

  it('stays done on the days after', () => {
    const live = { origin: PAGE, at: 5, id: 'p', costMicros: 1 };

    expect(at('live', { live })).toEqual({ name: 'live', done: true, facts: { line: 'done', ...live } });
  });
});
