import { describe, expect, it } from 'vitest';
import { DEFAULT_MODEL, SIZES } from '../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { checkSiteRecord, type RecordContext, readSiteRecord } from '../../worker/sites/site-record.ts';

const context: RecordContext = {
  catalog: SEED_CATALOG,
  today: () => '2026-11-29',
  demo: true,
  defaultProof: 'pow',
  hasTurnstile: false,
  isPublicSuffix: async (host) => ['com', 'pages.dev', 'co.uk'].includes(host),
};
const minimal = { origins: ['https://shop.example'] };

async function siteOf(record: object, change: Partial<RecordContext> = {}) {
  const read = await readSiteRecord('shop', JSON.stringify({ ...minimal, ...record }), { ...context, ...change });
  if ('problem' in read) throw new Error(read.problem);
  return read.entry();
}

describe('a record', () => {
  it('needs no more than origins', async () => {
    const { site, showcase } = await siteOf({});

    expect(site).toMatchObject({
      ...{ id: 'shop', origins: ['https://shop.example'], defaultModel: DEFAULT_MODEL, sizes: SIZES },
      ...{ grounding: false, retention: '30d', paused: false, proof: 'pow', epoch: 0, promptMode: 'free' },
      ...{ visitorPerMinute: 3, visitorPerDay: 20, sessionUses: 20, sitePerMinute: 120 },
      ...{ dayBudgetMicros: 5_000_000, monthBudgetMicros: 50_000_000, keptForClients: 0, keptOfDeployment: 0 },
      ...{ visitorDayMicros: 500_000, networkDayMicros: 1_500_000 },
    });
    expect(showcase).toEqual({ presets: [], ideas: [], wall: [], actions: [] });
  });

  it('names money in dollars and shares in percent', async () => {
    const budgets = { dailyUsd: 0.07, monthlyUsd: 1.1, visitorDailyUsd: 0.2, prefixDailyUsd: 0.3 };
    const { site } = await siteOf({ budgets: { ...budgets, clientsPercent: 25, deploymentPercent: 40 } });

    expect(site).toMatchObject({
      ...{
        dayBudgetMicros: 70_000,
        monthBudgetMicros: 1_100_000,
        visitorDayMicros: 200_000,
        networkDayMicros: 300_000,
      },
      ...{ keptForClients: 0.25, keptOfDeployment: 0.4 },
    });
  });

  it('gives each visitor several pictures of a small budget, and never more than the budget', async () => {
    expect((await siteOf({ budgets: { dailyUsd: 0.5 } })).site.visitorDayMicros).toBe(300_000);
    expect((await siteOf({ budgets: { dailyUsd: 0.05 } })).site.visitorDayMicros).toBe(50_000);
    expect((await siteOf({ budgets: { dailyUsd: 0 } })).site.visitorDayMicros).toBe(0);
  });

  it('gives visitors shares of the month where it has less than the day', async () => {
    const { site } = await siteOf({ budgets: { dailyUsd: 1000, monthlyUsd: 5 } });

    expect(site).toMatchObject({
      dayBudgetMicros: 1_000_000_000,
      visitorDayMicros: 500_000,
      networkDayMicros: 1_500_000,
    });
  });

  it('offers the models that it names, in their order, by any of their names', async () => {
    const [first, second] = [SEED_CATALOG[1]!.id, SEED_CATALOG[0]!.id];
    const { site } = await siteOf({ models: [first, second] });

    expect([site.models, site.defaultModel]).toEqual([[first, second], first]);
    expect((await siteOf({ models: [first, second], defaultModel: second })).site.defaultModel).toBe(second);
    expect((await siteOf({ models: [first, second, first] })).site.models).toEqual([first, second]);
    expect((await siteOf({ actions: ['take', 'take'] })).showcase.actions).toEqual(['take']);
  });

  it('shows what it says', async () => {
    const shown = {
      presets: [{ label: 'Studio', prompt: 'in a photo studio' }],
      ideas: [{ text: 'a fox' }],
      wall: [{ image: '/images/x/0.png', prompt: 'a fox', width: 2, height: 1, alt: 'A fox.' }],
      actions: ['take'],
      look: { accent: '#345', scheme: 'dark' },
      notice: 'Pictures are made by a machine.',
      showPrices: true,
    };

    expect((await siteOf(shown)).showcase).toEqual(shown);
    expect((await siteOf({ ...shown, ideas: ['a fox'] })).showcase).toEqual(shown);
  });

  it('must declare that visitors are adults beside a real key', async () => {
    expect(await checkSiteRecord(minimal, { ...context, demo: false })).toEqual({
      problems: [
        {
          field: 'adultsDeclared',
          rule: 'must be true: the providers allow only visitors of 18 years and more',
        },
      ],
    });
    expect((await siteOf({ adultsDeclared: true }, { demo: false })).site.id).toBe('shop');
  });

  it.each([
    'https://shop.example',
    'https://shop.example:8443',
    'https://xn--bcher-kva.example',
    'http://localhost:5173',
    'http://127.0.0.1:8787',
    'https://*.shop.example',
    'https://*.shop.co.uk',
    'https://*.mine.pages.dev',
  ])('may list the origin %s', async (origin) => {
    expect((await siteOf({ origins: [origin] })).site.origins).toEqual([origin]);
  });
});

const ORIGIN = /^must be an origin such as https:\/\/shop\.example/;
const TEMPLATE = /template/;
const PICTURE = 'a1'.repeat(32);
const ofTemplate = { ...minimal, promptMode: 'template', template: { prompt: 'A mug.' } };
const broken: [name: string, record: unknown, field: string, rule: RegExp][] = [
  ['nothing', undefined, 'body', /object|given/],
  ['null', null, 'body', /object|given/],
  ['a list', [], 'body', /object|given/],
  ['a text', 'shop', 'body', /object|given/],
  ['no origins', {}, 'origins', /must be given/],
  ['origins that are one text', { origins: 'https://shop.example' }, 'origins', /must be a list/],
  ['an origin that is a number', { origins: [1] }, 'origins.0', /must be text/],
  ...[
    '',
    '*',
    'null',
    'shop.example',
    'https://shop.example/',
    'https://shop.example/path',
    'HTTPS://shop.example',
  ].map(
    (origin) =>
      [`the origin ${origin}`, { origins: [origin] }, 'origins.0', ORIGIN] as [string, unknown, string, RegExp],
  ),
  ...[
    'https://Shop.example',
    'https://shop.example:443',
    'https://user@shop.example',
    'ftp://shop.example',
    'https://*',
  ].map(
    (origin) =>
      [`the origin ${origin}`, { origins: [origin] }, 'origins.0', ORIGIN] as [string, unknown, string, RegExp],
  ),
  ...['https://*.*.example', 'https://shop.*.example', 'https://a*.shop.example', 'https://*.1.2.3.4', 'file://'].map(
    (origin) =>
      [`the origin ${origin}`, { origins: [origin] }, 'origins.0', ORIGIN] as [string, unknown, string, RegExp],
  ),
  ['an origin without TLS', { origins: ['http://shop.example'] }, 'origins.0', /must be https/],
  ['a wildcard without TLS', { origins: ['http://*.shop.example'] }, 'origins.0', ORIGIN],
  ['a wildcard of everybody', { origins: ['https://*.com'] }, 'origins.0', /anybody can get a name/],
  ['a wildcard of a host of many', { origins: ['https://*.pages.dev'] }, 'origins.0', /below pages\.dev/],
  ['a wildcard of a country', { origins: ['https://a.example', 'https://*.co.uk'] }, 'origins.1', /below co\.uk/],
  ['51 origins', { origins: new Array(51).fill('https://shop.example') }, 'origins', /at most 50/],
  ['an unknown field', { ...minimal, orgins: [] }, 'orgins', /not known/],
  ['an unknown limit', { ...minimal, limits: { perday: 1 } }, 'limits.perday', /not known/],
  ['an unknown budget', { ...minimal, budgets: { daily: 1 } }, 'budgets.daily', /not known/],
  ['limits that are a list', { ...minimal, limits: 3 }, 'limits', /object/],
  ['no pictures a minute', { ...minimal, limits: { visitorPerMinute: 0 } }, 'limits.visitorPerMinute', /whole number/],
  ['half a picture', { ...minimal, limits: { visitorPerDay: 0.5 } }, 'limits.visitorPerDay', /whole number/],
  ['pictures in words', { ...minimal, limits: { perMinute: '3' } }, 'limits.perMinute', /whole number/],
  ['too many uses', { ...minimal, limits: { sessionUses: 1e9 } }, 'limits.sessionUses', /whole number/],
  ['a negative budget', { ...minimal, budgets: { dailyUsd: -1 } }, 'budgets.dailyUsd', /amount of dollars/],
  ['a budget in words', { ...minimal, budgets: { monthlyUsd: '$50' } }, 'budgets.monthlyUsd', /amount of dollars/],
  ['a budget without end', { ...minimal, budgets: { dailyUsd: 1e12 } }, 'budgets.dailyUsd', /amount of dollars/],
  [
    'a visitor’s share below 0',
    { ...minimal, budgets: { visitorDailyUsd: -0.1 } },
    'budgets.visitorDailyUsd',
    /amount/,
  ],
  ['a part over all', { ...minimal, budgets: { clientsPercent: 101 } }, 'budgets.clientsPercent', /percent/],
  ['a part in halves', { ...minimal, budgets: { deploymentPercent: 0.5 } }, 'budgets.deploymentPercent', /percent/],
  ['an empty menu', { ...minimal, models: [] }, 'models', /must name a model/],
  ['a model nobody knows', { ...minimal, models: [DEFAULT_MODEL, 'gpt-9'] }, 'models.1', /must be one of gemini/],
  ['a default nobody knows', { ...minimal, defaultModel: 'gpt-9' }, 'defaultModel', /must be one of gemini/],
  [
    'a default that is not on the menu',
    { ...minimal, models: [SEED_CATALOG[1]!.id], defaultModel: SEED_CATALOG[0]!.id },
    'defaultModel',
    new RegExp(`^must be one of models: ${SEED_CATALOG[1]!.id}$`),
  ],
  ['a size nobody draws', { ...minimal, sizes: ['8K'] }, 'sizes.0', /must be one of 512, 1K/],
  ['no sizes', { ...minimal, sizes: [] }, 'sizes', /must name a size/],
  ['an unknown prompt mode', { ...minimal, promptMode: 'hidden' }, 'promptMode', /free, template/],
  ['a template site without its template', { ...minimal, promptMode: 'template' }, 'template', TEMPLATE],
  ['a template on a site of free words', { ...minimal, template: { prompt: 'A mug.' } }, 'promptMode', TEMPLATE],
  [
    'a template with a rule broken',
    { ...ofTemplate, template: { prompt: '{{who}}' } },
    'template.prompt',
    /the 1st names none/,
  ],
  ['a template whose model may search', { ...ofTemplate, grounding: true }, 'grounding', /must be false/],
  ['an unknown proof', { ...minimal, proof: 'captcha' }, 'proof', /turnstile, pow, none/],
  ['a proof that is not set up', { ...minimal, proof: 'turnstile' }, 'proof', /TURNSTILE_SITE_KEY/],
  ['grounding in words', { ...minimal, grounding: 'on' }, 'grounding', /true or false/],
  ['a retention of a day', { ...minimal, retention: '1d' }, 'retention', /7d, 30d, 90d/],
  ['a pause in words', { ...minimal, paused: 'yes' }, 'paused', /true or false/],
  ['an epoch below 0', { ...minimal, epoch: -1 }, 'epoch', /from 0 to 1000000000/],
  ['an epoch that does not count on', { ...minimal, epoch: 1e300 }, 'epoch', /from 0 to 1000000000/],
  ['adults in words', { ...minimal, adultsDeclared: 'yes' }, 'adultsDeclared', /true or false/],
  ['an idea without words', { ...minimal, ideas: [{}] }, 'ideas.0.text', /must be given/],
  ['an idea of blanks', { ...minimal, ideas: [{ text: '  ' }] }, 'ideas.0.text', /1 to 1000/],
  ['25 ideas', { ...minimal, ideas: new Array(25).fill({ text: 'a' }) }, 'ideas', /at most 24/],
  [
    'an idea with a script',
    { ...minimal, ideas: [{ text: 'a', image: 'javascript:alert(1)' }] },
    'ideas.0.image',
    /https/,
  ],
  [
    'an image of another host',
    { ...minimal, ideas: [{ text: 'a', image: '//evil.example/x' }] },
    'ideas.0.image',
    /https/,
  ],
  [
    'a wall without pixels',
    { ...minimal, wall: [{ image: '/a.png', prompt: 'a', width: 0, height: 1 }] },
    'wall.0.width',
    /pixels/,
  ],
  ['an unknown action', { ...minimal, actions: ['delete'] }, 'actions.0', /must be one of take/],
  ['a colour that ends a rule', { ...minimal, look: { accent: 'red;}' } }, 'look.accent', /CSS value/],
  ['an address without a scheme', { ...minimal, look: { accent: 'URL(//e)' } }, 'look.accent', /without url\(\)/],
  ['another function that loads', { ...minimal, look: { accent: 'image-set(//e 1x)' } }, 'look.accent', /CSS value/],
  ['an address in a font', { ...minimal, look: { font: 'url(https://evil.example)' } }, 'look.font', /CSS value/],
  ['an unknown scheme', { ...minimal, look: { scheme: 'sepia' } }, 'look.scheme', /light or dark/],
  ['a notice without end', { ...minimal, notice: 'a'.repeat(1001) }, 'notice', /1 to 1000/],
  ['prices in words', { ...minimal, showPrices: 'no' }, 'showPrices', /true or false/],
  ['a preset without a label', { ...minimal, presets: [{ prompt: 'a' }] }, 'presets.0.label', /must be given/],
  [
    'another prototype',
    JSON.parse('{"origins":["https://shop.example"],"__proto__":{"paused":true}}'),
    '__proto__',
    /not known/,
  ],
];

describe(`each of ${broken.length} broken records`, () => {
  it.each(broken)('%s: is refused by field and rule', async (_name, record, field, rule) => {
    const checked = await checkSiteRecord(record, context);

    if (!('problems' in checked)) throw new Error('accepted');
    expect(checked.problems[0]?.field).toBe(field);
    expect(checked.problems[0]?.rule).toMatch(rule);
  });

  it('is told whole where more than one rule is broken, of its form first', async () => {
    const record = {
      ...{ origins: ['shop.example', 'https://shop.example', 'https://*'], models: ['dall-e'], defaultModel: 'dall-e' },
      ...{ promptMode: 'template', template: { prompt: '{{cake}}' }, grounding: true, proof: 'turnstile' },
    };
    const fieldsOf = async (value: object) => {
      const checked = await checkSiteRecord(value, { ...context, demo: false });
      return 'problems' in checked ? checked.problems.map(({ field }) => field) : [];
    };

    expect(await fieldsOf(record)).toEqual([
      ...[
        'origins.0',
        'origins.2',
        'models.0',
        'defaultModel',
        'template.prompt',
        'grounding',
        'proof',
        'adultsDeclared',
      ],
    ]);
    expect(await fieldsOf({ ...record, sizes: ['9K'], notice: 1 })).toEqual(['sizes.0', 'notice']);
  });

  it.each([
    { at: 'the top', record: { colour: 1 }, accepted: ['origins', 'models'] },
    { at: 'budgets', record: { budgets: { daily: 1 } }, accepted: ['dailyUsd', 'monthlyUsd'] },
    { at: 'an idea', record: { ideas: [{ text: 'a fox', picture: 1 }] }, accepted: ['text', 'image'] },
    { at: 'a slot', record: { template: { prompt: 'x', slots: [{ id: 1 }] } }, accepted: ['name', 'label', 'type'] },
  ])('that has an unknown field in $at is told which names stand there', async ({ record, accepted }) => {
    const checked = await checkSiteRecord({ ...minimal, ...record }, context);

    const named = 'problems' in checked ? checked.problems.find((problem) => problem.accepted)?.accepted : [];
    expect(named?.slice(0, accepted.length)).toEqual(accepted);
  });

  it('is told in the same words when it stands in KV, and JSON that is none too', async () => {
    const told = await readSiteRecord('shop', '{"origins":["https://shop.example/"]}', context);

    expect(told).toEqual({ problem: expect.stringMatching(/^origins\.0 must be an origin/) });
    expect(await readSiteRecord('shop', '{"origins":', context)).toEqual({ problem: 'must be JSON' });
  });
});

describe('a template', () => {
  const few = SEED_CATALOG.map((model) => ({ ...model, maxReferences: model.id === DEFAULT_MODEL ? 14 : 3 }));
  const pictures = (...all: string[]) => ({ promptMode: 'template', template: { prompt: 'A mug.', pictures: all } });

  it('leaves only models on the menu that take all its pictures, and the one to change', async () => {
    const two = await siteOf(pictures(PICTURE, PICTURE), { catalog: few });
    const three = await siteOf(pictures(PICTURE, PICTURE, PICTURE), { catalog: few });

    expect(two.site.models.length).toBeGreaterThan(1);
    expect(three.site.models).toEqual([DEFAULT_MODEL]);
    expect(three.template?.pictures).toHaveLength(3);
    expect(three.site.templateVersion).toBe(three.template?.version);
  });

  it('is refused where no model is left', async () => {
    const record = { ...minimal, models: ['gemini-2.5-flash-image'], ...pictures(PICTURE, PICTURE, PICTURE) };

    expect(await checkSiteRecord(record, { ...context, catalog: few })).toEqual({
      problems: [{ field: 'template.pictures', rule: 'must leave a model that takes 4 pictures, the changed one too' }],
    });
  });
});
