import { describe, expect, it } from 'vitest';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { readConfig } from '../../worker/config/config.ts';
import { VariableError, type VariableName, type Variables } from '../../worker/config/variables.ts';

const SECRET = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const SHOP = 'pk_shop_0123456789abcdef';
const APP = 'pk_app_fedcba9876543210';
/** A complete configuration with a real provider. */
const real: Variables = {
  GOOGLE_API_KEYS: 'AQ.key-number-one,AQ.key-number-two',
  PEEL_SECRET: SECRET,
  SITE_ORIGINS: 'https://shop.example,http://localhost:5173',
  ADULTS_DECLARED: 'yes',
};

const FOX = { image: 'https://shop.example/fox.jpg', prompt: 'A fox', width: 1200, height: 800 };
/** A change that leaves one model in the catalog. */
const only = (left: string) =>
  Object.fromEntries(SEED_CATALOG.filter(({ id }) => id !== left).map(({ id }) => [id, null]));

/** The message of a broken configuration. */
function problemOf(variables: Variables): string {
  try {
    readConfig(variables);
  } catch (error) {
    if (error instanceof VariableError) return error.message;
    throw error;
  }
  throw new Error('nothing is wrong');
}

const turnstile: Variables = {
  TURNSTILE_SITE_KEY: '0x4AAAAAAAB1cDeFgHiJkLmN',
  TURNSTILE_SECRET_KEY: '0x4AAAAAAAB1cDeFgHiJkLmNoPqRsTuVwXy',
};
/** https://developers.cloudflare.com/turnstile/troubleshooting/testing/ */
const TEST_SITE_KEYS = [
  '1x00000000000000000000AA',
  '2x00000000000000000000AB',
  '1x00000000000000000000BB',
  '2x00000000000000000000BB',
  '3x00000000000000000000FF',
];
const TEST_SECRET_KEYS = [
  '1x0000000000000000000000000000000AA',
  '2x0000000000000000000000000000000AA',
  '3x0000000000000000000000000000000AA',
];

describe('readConfig', () => {
  it('is a demo where no key is set, and needs nothing', () => {
    const config = readConfig({});

    expect(config.demo).toBe(true);
    expect(config.providers.map(({ name }) => name)).toEqual(['demo']);
    expect(config.site).toMatchObject({
      id: 'default',
      origins: [],
      defaultModel: 'gemini-nano-banana-2.1',
      retention: '30d',
      visitorPerMinute: 3,
      visitorPerDay: 20,
      sessionUses: 20,
      sitePerMinute: 120,
      grounding: false,
    });
    expect(config.burst).toBe(true);
    expect(config.warnings).toEqual([]);
  });

  it('has a budget where none is set, no owner’s API and no place for generations', () => {
    const config = readConfig({});

    expect(config.site).toMatchObject({ dayBudgetMicros: 5_000_000, monthBudgetMicros: 50_000_000 });
    expect(config.deploymentDayBudgetMicros).toBe(20_000_000);
    expect(config.deploymentMonthBudgetMicros).toBe(200_000_000);
    expect(config).not.toHaveProperty('adminToken');
    expect(config).not.toHaveProperty('location');
  });

  it('reads the owner’s money, token and place', () => {
    const config = readConfig({
      ...real,
      SITE_DAILY_BUDGET_USD: '0.000001',
      SITE_MONTHLY_BUDGET_USD: '120.5',
      DEPLOYMENT_DAILY_BUDGET_USD: '0',
      DEPLOYMENT_MONTHLY_BUDGET_USD: '7.25',
      ADMIN_TOKEN: ' 0123456789abcdef-and-more ',
      GENERATION_LOCATION: 'weur',
    });

    expect(config.site).toMatchObject({ dayBudgetMicros: 1, monthBudgetMicros: 120_500_000 });
    expect(config.deploymentDayBudgetMicros).toBe(0);
    expect(config.deploymentMonthBudgetMicros).toBe(7_250_000);
    expect(config.adminToken).toBe('0123456789abcdef-and-more');
    expect(config.location).toBe('weur');
  });

  it('gives visitors shares of the month where it has less than the day', () => {
    const { site } = readConfig({ ...real, SITE_DAILY_BUDGET_USD: '1000', SITE_MONTHLY_BUDGET_USD: '5' });

    expect(site).toMatchObject({ visitorDayMicros: 500_000, networkDayMicros: 1_500_000 });
  });

  it.each(['', '  '])('takes an empty token or place (%j) for none', (empty) => {
    const config = readConfig({ ...real, ADMIN_TOKEN: empty, GENERATION_LOCATION: empty });

    expect(config).not.toHaveProperty('adminToken');
    expect(config).not.toHaveProperty('location');
  });

  it.each(['wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'oc', 'afr', 'me'])('knows the place %s', (place) => {
    expect(readConfig({ ...real, GENERATION_LOCATION: place }).location).toBe(place);
  });

  it('warns where a real key draws without the owner’s word on age, and not in the demo', () => {
    for (const word of ['', 'no'] as const) {
      const { adultsDeclared, warnings } = readConfig({ ...real, ADULTS_DECLARED: word });
      expect([adultsDeclared, warnings]).toEqual([false, [expect.stringMatching(/^ADULTS_DECLARED is not yes: .*18/)]]);
    }
    expect(readConfig(real)).toMatchObject({ adultsDeclared: true, warnings: [] });
    expect(readConfig({}).warnings).toEqual([]);
    expect(() => readConfig({ ...real, ADULTS_DECLARED: 'on' })).toThrow('ADULTS_DECLARED must be one of yes, no');
  });

  it('reads a whole configuration', () => {
    const config = readConfig({
      ...real,
      APIYI_API_KEYS: 'sk-apiyi-key-number-one',
      APIYI_BILLING: 'per-token',
      PROVIDERS: 'apiyi, google',
      GOOGLE_BASE_URL: 'https://gateway.example/google/',
      CLIENT_KEYS: `shop:${SHOP}, app:${APP}:site:fresh`,
      SITE_RETENTION: '7d',
      SITE_GROUNDING: 'on',
      VISITOR_PER_MINUTE: '5',
      BURST: 'off',
      SITE_PROOF: 'none',
    });

    expect(config.demo).toBe(false);
    expect(config.providers).toEqual([
      { name: 'apiyi', keys: ['sk-apiyi-key-number-one'], baseUrl: 'https://api.apiyi.com', billing: 'per-token' },
      {
        name: 'google',
        keys: ['AQ.key-number-one', 'AQ.key-number-two'],
        baseUrl: 'https://gateway.example/google',
        billing: 'per-token',
      },
    ]);
    expect(config.clients).toEqual([
      { name: 'shop', key: SHOP },
      { name: 'app', key: APP, fresh: true, joinsSite: true },
    ]);
    expect(config.site).toMatchObject({ retention: '7d', visitorPerMinute: 5, grounding: true });
    expect(config.warnings).toEqual([
      'google is called at gateway.example',
      'BURST=off: no burst limit',
      'SITE_PROOF=none: visitors prove nothing',
    ]);
  });

  it.each([
    ['SITE_ACTION', 'SITE_ACTIONS'],
    ['SITE_NOTICES', 'SITE_NOTICE'],
    ['VISITORS_PER_DAY', 'VISITOR_PER_DAY'],
    ['DEPLOYMENT_BUDGET_USD', 'DEPLOYMENT_DAILY_BUDGET_USD'],
    ['SESSION_USE', 'SESSION_USES'],
    ['GOOGLE_API_KEY', 'GOOGLE_API_KEYS'],
    ['BURTS', 'BURST'],
    ['CLIENT_KEY', 'CLIENT_KEYS'],
  ])('warns of %s, which nothing reads, and not of its value', (name, meant) => {
    const { warnings } = readConfig({ [name]: 'a-value' } as Variables);

    expect(warnings).toEqual([`${name} is no variable of Peel: ${meant} is the nearest`]);
  });

  it('warns of no binding, no variable of somebody else, and none of its own', () => {
    const foreign = { KV: {}, BUCKET: {}, GENERATION: {}, BURST_LIMITER: {}, NODE_ENV: 'production', SENTRY_DSN: 'x' };
    const all = {
      ...{
        SITE_IDEAS: 'A fox',
        SITE_WALL: '',
        SITE_ACTIONS: '',
        SITE_NOTICE: 'Hello',
        SITE_MODELS: '',
        SITE_SIZES: '',
      },
      ...{ PROVIDERS: '', FAL_MEDIA_HOSTS: '', FAL_QUEUE_BASE_URL: '', APIYI_BILLING: '', CATALOG: '{}' },
      ...{ PEEL_SECRET: SECRET, CLIENT_KEYS: '', ADMIN_TOKEN: '', STREAM_HEARTBEAT_MS: '', SITE_PROOF: 'none' },
    };

    expect(readConfig({ ...foreign, ...all } as Variables).warnings).toEqual([]);
  });

  const withFal: Variables = { ...real, SITE_PROOF: 'none', FAL_API_KEYS: 'an-id:and-its-secret', PROVIDERS: 'fal' };
  const usual = { mediaHosts: ['fal.media', '.fal.media'], queueUrl: 'https://queue.fal.run' };
  it.each<[string, Variables, object, string[]]>([
    ['as it is', {}, { baseUrl: 'https://fal.run', fal: usual }, []],
    ['spelled out', { FAL_BASE_URL: 'https://fal.run/' }, { baseUrl: 'https://fal.run', fal: usual }, []],
    [
      'at a queue elsewhere',
      { FAL_QUEUE_BASE_URL: 'https://gateway.example/queue/' },
      { fal: { ...usual, queueUrl: 'https://gateway.example/queue' } },
      ['fal is called at gateway.example'],
    ],
    [
      'at a gateway without a queue',
      { FAL_BASE_URL: 'https://gateway.example/fal' },
      { baseUrl: 'https://gateway.example/fal', fal: { mediaHosts: usual.mediaHosts } },
      ['fal is called at gateway.example'],
    ],
    [
      'with pictures elsewhere',
      { FAL_MEDIA_HOSTS: 'Media.example, 127.0.0.1:4000' },
      { fal: { ...usual, mediaHosts: ['media.example', '127.0.0.1:4000'] } },
      ["fal's pictures come from media.example, 127.0.0.1:4000"],
    ],
  ])('reads fal %s', (_, variables, provider, warnings) => {
    const config = readConfig({ ...withFal, ...variables });

    expect(config.providers).toEqual([
      { name: 'fal', keys: ['an-id:and-its-secret'], billing: 'per-token', baseUrl: 'https://fal.run', ...provider },
    ]);
    expect(config.warnings).toEqual([...warnings, 'SITE_PROOF=none: visitors prove nothing']);
  });

  describe('the proof of visitors', () => {
    it.each<[string, Variables, string]>([
      ['is a proof of work by default', {}, 'pow'],
      ['is a proof of work by default in the demo', { GOOGLE_API_KEYS: '' }, 'pow'],
      ['is Turnstile where both of its keys are set', turnstile, 'turnstile'],
      ['is what the owner says', { ...turnstile, SITE_PROOF: 'pow' }, 'pow'],
    ])('%s', (_, variables, kind) => {
      const { site, warnings } = readConfig({ ...real, ...variables });

      expect([site.proof, warnings]).toEqual([kind, []]);
    });

    it('has the keys of Turnstile', () => {
      const config = readConfig({ ...real, ...turnstile, TURNSTILE_VERIFY_URL: 'http://127.0.0.1:9/verify' });

      expect(config.turnstile).toEqual({
        siteKey: turnstile.TURNSTILE_SITE_KEY,
        secretKey: turnstile.TURNSTILE_SECRET_KEY,
        verifyUrl: 'http://127.0.0.1:9/verify',
        isTest: false,
      });
      expect(config.warnings).toEqual(['Turnstile is asked at 127.0.0.1:9']);
    });

    it.each([
      ...TEST_SITE_KEYS.map((key) => ['TURNSTILE_SITE_KEY', key]),
      ...TEST_SECRET_KEYS.map((key) => ['TURNSTILE_SECRET_KEY', key]),
    ])('refuses the test %s %s beside a provider key, unless it is allowed', (name, key) => {
      const withTestKey = { ...real, ...turnstile, [name as string]: key } as Variables;
      const allowed = readConfig({ ...withTestKey, ALLOW_TEST_TURNSTILE: 'on' });

      expect(() => readConfig(withTestKey)).toThrow(`${name} must not be a test key where a provider key is set`);
      expect(allowed.warnings).toEqual(['ALLOW_TEST_TURNSTILE=on: Turnstile has test keys, which prove nothing']);
      expect(readConfig({ ...withTestKey, GOOGLE_API_KEYS: '' }).warnings).toEqual([]);
    });
  });

  it('tries fal last where no order is given', () => {
    const { providers } = readConfig({
      ...real,
      FAL_API_KEYS: 'an-id:and-its-secret',
      APIYI_API_KEYS: 'sk-apiyi-key-number-one',
    });

    expect(providers.map(({ name }) => name)).toEqual(['google', 'apiyi', 'fal']);
  });

  it.each<[string, Variables, object]>([
    ['all models and sizes', {}, { defaultModel: 'gemini-nano-banana-2.1', sizes: ['512', '1K', '2K', '4K'] }],
    [
      'the owner’s menu, whose first model is the default',
      { SITE_MODELS: 'gemini-3-pro-image, nano-banana-2.1' },
      { models: ['gemini-3-pro-image', 'gemini-nano-banana-2.1'], defaultModel: 'gemini-3-pro-image' },
    ],
    [
      'a menu as JSON',
      { SITE_MODELS: ' ["gemini-2.5-flash-image"] ', SITE_SIZES: '["1K"]' },
      { models: ['gemini-2.5-flash-image'], defaultModel: 'gemini-2.5-flash-image', sizes: ['1K'] },
    ],
    [
      'only models that draw one of the sizes',
      { SITE_SIZES: '4K,512' },
      { models: expect.not.arrayContaining(['gemini-2.5-flash-image']), sizes: ['4K', '512'] },
    ],
  ])('offers %s', (_, variables, site) => {
    expect(readConfig({ ...real, ...variables }).site).toMatchObject(site);
  });

  it('shows nothing of its own where the owner sets nothing', () => {
    const nothing = { presets: [], ideas: [], wall: [], actions: [] };

    expect(readConfig({}).showcase).toEqual(nothing);
    const empty = { SITE_IDEAS: ' ', SITE_WALL: '', SITE_ACTIONS: ',', SITE_NOTICE: ' \n' };
    expect(readConfig(empty).showcase).toEqual(nothing);
  });

  it('reads what the site shows its visitors', () => {
    const { showcase } = readConfig({
      SITE_IDEAS: '[" A fox, reading ", {"text": "A boat", "image": "https://shop.example/boat.jpg?w=320"}]',
      SITE_WALL: JSON.stringify([FOX, { ...FOX, image: '/images/b0f3/0.png', alt: 'A red fox' }]),
      SITE_ACTIONS: 'sharper, take',
      SITE_NOTICE: ' Pictures are kept for 30 days. ',
    });

    expect(showcase).toEqual({
      presets: [],
      ideas: [{ text: 'A fox, reading' }, { text: 'A boat', image: 'https://shop.example/boat.jpg?w=320' }],
      wall: [FOX, { ...FOX, image: '/images/b0f3/0.png', alt: 'A red fox' }],
      actions: ['sharper', 'take'],
      notice: 'Pictures are kept for 30 days.',
    });
  });

  it('splits plain ideas at commas', () => {
    expect(readConfig({ SITE_IDEAS: 'A fox, A boat' }).showcase.ideas).toEqual([{ text: 'A fox' }, { text: 'A boat' }]);
  });

  const wall = (...entries: unknown[]) => ({ SITE_WALL: JSON.stringify(entries) });
  it.each<[string, Variables]>([
    ['SITE_IDEAS must be a JSON array where it begins with [', { SITE_IDEAS: '["A fox"' }],
    ['SITE_IDEAS entry 2: text must be text of 1 to 1000 characters', { SITE_IDEAS: '["A fox", ""]' }],
    ['SITE_IDEAS entry 1: text must be text of 1 to 1000', { SITE_IDEAS: `["${'a'.repeat(1001)}"]` }],
    ['SITE_IDEAS entry 1 must be an object of text, image', { SITE_IDEAS: '[7]' }],
    ['SITE_IDEAS entry 1 has an unknown field; known are text, image', { SITE_IDEAS: '[{"text":"a","url":"/a"}]' }],
    ['SITE_IDEAS must have at most 24 entries', { SITE_IDEAS: 'a fox,'.repeat(25) }],
    ['SITE_WALL entry 1 must be an object of image, prompt, width, height, alt', { SITE_WALL: '/fox.jpg' }],
    ['SITE_WALL entry 1 must be an object of', wall([])],
    ['SITE_WALL entry 2 must have prompt', wall(FOX, { ...FOX, prompt: undefined })],
    ['SITE_WALL entry 1: width must be a whole number of pixels from 1 to 20000', wall({ ...FOX, width: '12' })],
    ['SITE_WALL entry 1: height must be a whole number of pixels', wall({ ...FOX, height: 0.5 })],
    ['SITE_WALL entry 1: height must be a whole number of pixels', wall({ ...FOX, height: 20_001 })],
    ['SITE_WALL entry 1: alt must be text of 1 to 300 characters', wall({ ...FOX, alt: ' ' })],
    ...[
      'http://shop.example/fox.jpg',
      '//elsewhere.example/fox.jpg',
      '/\\elsewhere.example/fox.jpg',
      'fox.jpg',
      'data:image/png;base64,AAAA',
      'javascript:alert(1)',
      'https://user:word@shop.example/fox.jpg',
      `/${'a'.repeat(2048)}`,
    ].map((image): [string, Variables] => [
      'SITE_WALL entry 1: image must be an https address, or a path of this deployment',
      wall({ ...FOX, image }),
    ]),
    [
      'SITE_ACTIONS must list names of take, background, restyle, remove, sharper, change; entry 2',
      { SITE_ACTIONS: 'take,explode' },
    ],
    ['SITE_ACTIONS must not repeat an entry', { SITE_ACTIONS: 'take,take' }],
    ['SITE_NOTICE must be text of at most 1000 characters', { SITE_NOTICE: 'a'.repeat(1001) }],
    ['SITE_SIZES must list names of 512, 1K, 2K, 4K; entry 1', { SITE_SIZES: '8K' }],
    ['SITE_MODELS must list names of gemini-nano-banana-2.1, ', { SITE_MODELS: 'gpt-image-1' }],
    ['SITE_MODELS must not repeat an entry', { SITE_MODELS: 'gemini-3-pro-image,nano-banana-pro' }],
    ['SITE_MODELS must list names of', { SITE_MODELS: 'gemini-2.5-flash-image', SITE_SIZES: '4K' }],
    [
      'SITE_SIZES must have a size that some model draws',
      { SITE_SIZES: '4K', CATALOG: JSON.stringify(only('gemini-2.5-flash-image')) },
    ],
  ])('says %s …', (problem, variables) => {
    expect(problemOf({ ...real, ...variables })).toContain(problem);
  });

  it.each([undefined, '', ' , '])(
    'lets no page in where SITE_ORIGINS is %j, so that the owner can name the first',
    (origins) => {
      const { site, warnings } = readConfig({ ...real, SITE_ORIGINS: origins } as Variables);

      expect(site.origins).toEqual([]);
      expect(warnings).toContain('SITE_ORIGINS is empty: no page may use the site default');
    },
  );

  it.each<[string, { [name in keyof Variables]?: string | undefined }]>([
    ['PEEL_SECRET must be set', { ...real, PEEL_SECRET: undefined }],
    ['PEEL_SECRET must be 32 random bytes', { ...real, PEEL_SECRET: '' }],
    ['PEEL_SECRET must be 32 random bytes', { ...real, PEEL_SECRET: ' '.repeat(64) }],
    ['PEEL_SECRET must be 32 random bytes', { ...real, PEEL_SECRET: 'a'.repeat(64) }],
    ['PEEL_SECRET must be 32 random bytes', { ...real, PEEL_SECRET: SECRET.slice(0, 31) }],
    ['PEEL_SECRET must be 32 random bytes', { ...real, PEEL_SECRET: `${SECRET},short` }],
    ['SITE_ORIGINS must be exact origins', { ...real, SITE_ORIGINS: '*' }],
    ['SITE_ORIGINS must be exact origins', { ...real, SITE_ORIGINS: 'null' }],
    ['SITE_ORIGINS must be exact origins', { ...real, SITE_ORIGINS: 'https://*.example' }],
    ['SITE_ORIGINS must be exact origins', { ...real, SITE_ORIGINS: 'https://shop.example/' }],
    ['SITE_ORIGINS must be exact origins', { ...real, SITE_ORIGINS: 'https://shop.example/page' }],
    ['SITE_ORIGINS must be exact origins', { ...real, SITE_ORIGINS: 'shop.example' }],
    ['SITE_ORIGINS must be exact origins', { ...real, SITE_ORIGINS: 'file:///etc' }],
    ['PROVIDERS names apiyi', { ...real, PROVIDERS: 'google,apiyi' }],
    ['PROVIDERS must list', { ...real, PROVIDERS: 'google,openai' }],
    ['PROVIDERS names fal', { ...real, PROVIDERS: 'google,fal' }],
    ['FAL_BASE_URL must be', { ...real, FAL_BASE_URL: 'fal.run' }],
    ['FAL_QUEUE_BASE_URL must be', { ...real, FAL_QUEUE_BASE_URL: 'ftp://x' }],
    [
      'FAL_MEDIA_HOSTS must be exact host names such as v3.fal.media; entry 2',
      { ...real, FAL_MEDIA_HOSTS: 'a.example,*.b' },
    ],
    ['FAL_MEDIA_HOSTS must be exact host names', { ...real, FAL_MEDIA_HOSTS: 'https://a.example' }],
    ['FAL_MEDIA_HOSTS must be exact host names', { ...real, FAL_MEDIA_HOSTS: 'a.example/files' }],
    ['FAL_MEDIA_HOSTS must be exact host names', { ...real, FAL_MEDIA_HOSTS: '.fal.media' }],
    ['FAL_MEDIA_HOSTS must be exact host names', { ...real, FAL_MEDIA_HOSTS: 'user@a.example' }],
    ['GOOGLE_BASE_URL must be', { ...real, GOOGLE_BASE_URL: 'ftp://x' }],
    ['GOOGLE_BASE_URL must be', { ...real, GOOGLE_BASE_URL: 'https://user:pass@x' }],
    ['GOOGLE_BASE_URL must be', { ...real, GOOGLE_BASE_URL: 'https://x/?key=1' }],
    ['APIYI_BILLING must be one of', { ...real, APIYI_BILLING: 'monthly' }],
    ['CLIENT_KEYS must be entries', { ...real, CLIENT_KEYS: 'pk_abc' }],
    ['CLIENT_KEYS must be entries', { ...real, CLIENT_KEYS: 'shop:sk-abc' }],
    ['CLIENT_KEYS must be entries', { ...real, CLIENT_KEYS: `shop:${SHOP}:stale` }],
    ['CLIENT_KEYS must be entries', { ...real, CLIENT_KEYS: `shop:${SHOP}:fresh:fresh` }],
    ['CLIENT_KEYS must be entries', { ...real, CLIENT_KEYS: `shop:${SHOP}:` }],
    ['CLIENT_KEYS must be entries', { ...real, CLIENT_KEYS: `shop:fresh:${SHOP}` }],
    ['CLIENT_KEYS must have 128 random bits or more', { ...real, CLIENT_KEYS: 'a:pk_1' }],
    ['`openssl rand -hex 16`; entry 2', { ...real, CLIENT_KEYS: `shop:${SHOP},dev:pk_dev` }],
    ['CLIENT_KEYS must have 128 random bits', { ...real, CLIENT_KEYS: `dev:pk_${'0'.repeat(40)}` }],
    ['ADMIN_TOKEN must have 128 random bits: 22 letters and digits or more', { ...real, ADMIN_TOKEN: 'a'.repeat(16) }],
    [
      'ADMIN_TOKEN must have 128 random bits: 22 letters and digits or more',
      { ...real, ADMIN_TOKEN: '0123456789abcdef' },
    ],
    ['PEEL_SECRET must have 128 random bits', { ...real, PEEL_SECRET: 'abcdefgh'.repeat(4) }],
    ['`openssl rand -hex 16`; entry 2', { ...real, PEEL_SECRET: `${SECRET},${'abcdefgh'.repeat(4)}` }],
    ['GOOGLE_API_KEYS must be keys of 16 characters or more', { ...real, GOOGLE_API_KEYS: 'abc' }],
    ['or more; entry 2', { ...real, GOOGLE_API_KEYS: 'AQ.key-number-one,AQ.short' }],
    ['APIYI_API_KEYS must be keys of 16', { ...real, GOOGLE_API_KEYS: undefined, APIYI_API_KEYS: 'sk-a' }],
    ['FAL_API_KEYS must be keys of 16', { ...real, GOOGLE_API_KEYS: undefined, FAL_API_KEYS: 'id:secret' }],
    ['CLIENT_KEYS must not repeat a key', { ...real, CLIENT_KEYS: 'a:pk_1,b:pk_1:fresh' }],
    ['CLIENT_KEYS must not repeat a name', { ...real, CLIENT_KEYS: 'a:pk_1,a:pk_2' }],
    ['VISITOR_PER_MINUTE must be a whole number', { ...real, VISITOR_PER_MINUTE: '0' }],
    ['VISITOR_PER_DAY must be a whole number', { ...real, VISITOR_PER_DAY: '-1' }],
    ['SESSION_USES must be a whole number', { ...real, SESSION_USES: '1.5' }],
    ['SITE_PER_MINUTE must be a whole number', { ...real, SITE_PER_MINUTE: 'many' }],
    ['SITE_RETENTION must be one of', { ...real, SITE_RETENTION: '1d' }],
    ['SITE_PROOF must be one of none, turnstile, pow', { ...real, SITE_PROOF: 'captcha' }],
    ['SITE_PROOF must not be turnstile unless TURNSTILE_SITE_KEY', { ...real, SITE_PROOF: 'turnstile' }],
    [
      'TURNSTILE_SITE_KEY must be set with TURNSTILE_SECRET_KEY',
      { ...real, TURNSTILE_SECRET_KEY: `0x${'A'.repeat(30)}` },
    ],
    ['TURNSTILE_SECRET_KEY must be set with TURNSTILE_SITE_KEY', { TURNSTILE_SITE_KEY: `0x${'A'.repeat(30)}` }],
    ['TURNSTILE_SITE_KEY must be a key of Turnstile', { ...real, TURNSTILE_SITE_KEY: 'a key, a key' }],
    ['TURNSTILE_VERIFY_URL must be an address', { ...real, TURNSTILE_VERIFY_URL: 'siteverify' }],
    ['ALLOW_TEST_TURNSTILE must be one of', { ...real, ALLOW_TEST_TURNSTILE: 'yes' }],
    ['TURNSTILE_SITE_KEY must not be a test key', { ...real, ...turnstile, TURNSTILE_SITE_KEY: TEST_SITE_KEYS[0] }],
    ['PEEL_SECRET must have at most 2 entries', { ...real, PEEL_SECRET: `${SECRET},${SECRET}a,${SECRET}b` }],
    ['SITE_DAILY_BUDGET_USD must be an amount', { ...real, SITE_DAILY_BUDGET_USD: '$5' }],
    ['SITE_DAILY_BUDGET_USD must be an amount', { ...real, SITE_DAILY_BUDGET_USD: '-1' }],
    ['SITE_DAILY_BUDGET_USD must be an amount', { ...real, SITE_DAILY_BUDGET_USD: '0.0000001' }],
    ['SITE_MONTHLY_BUDGET_USD must be an amount', { ...real, SITE_MONTHLY_BUDGET_USD: '1e3' }],
    ['DEPLOYMENT_DAILY_BUDGET_USD must be an amount', { ...real, DEPLOYMENT_DAILY_BUDGET_USD: '1,5' }],
    ['DEPLOYMENT_MONTHLY_BUDGET_USD must be an amount', { ...real, DEPLOYMENT_MONTHLY_BUDGET_USD: '-1' }],
    [
      'ADMIN_TOKEN must have 128 random bits: 22 letters and digits or more',
      { ...real, ADMIN_TOKEN: '0123456789abcde' },
    ],
    ['ACCESS_AUD must be set with ACCESS_TEAM_DOMAIN', { ...real, ACCESS_TEAM_DOMAIN: 'a.cloudflareaccess.com' }],
    ['ACCESS_TEAM_DOMAIN must be set with ACCESS_AUD', { ...real, ACCESS_AUD: '4714c1358e65fe4b408ad6d432a5f878' }],
    ['ACCESS_TEAM_DOMAIN must be exact host names', { ...real, ACCESS_TEAM_DOMAIN: 'https://a.cloudflareaccess.com' }],
    ['ACCESS_TEAM_DOMAIN must be a single host name', { ...real, ACCESS_TEAM_DOMAIN: 'a.example,b.example' }],
    [
      'ADMIN_TOKEN must have 128 random bits: 22 letters and digits or more',
      { ...real, ADMIN_TOKEN: 'correct horse battery' },
    ],
    [
      'ADMIN_TOKEN must have 128 random bits: 22 letters and digits or more',
      { ...real, ADMIN_TOKEN: 'fünfzehn-zeichen-plus' },
    ],
    ['GENERATION_LOCATION must be one of wnam, enam', { ...real, GENERATION_LOCATION: 'europe' }],
    ['BURST must be one of', { ...real, BURST: 'no' }],
    ['CATALOG', { ...real, CATALOG: '{' }],
    [
      'SITE_ORIGINS must be exact origins such as https://shop.example; entry 2',
      { ...real, SITE_ORIGINS: 'https://a.example, b' },
    ],
    ['PROVIDERS must list google, apiyi and fal, or demo alone; entry 2', { ...real, PROVIDERS: 'google,openai' }],
    ['separated by commas; entry 3', { ...real, CLIENT_KEYS: 'a:pk_1,b:pk_2,c' }],
    ['openssl rand -hex 32`; entry 2', { ...real, PEEL_SECRET: `${SECRET},short` }],
    ['CATALOG gemini-mine-9.displayName: must be given', { ...real, CATALOG: '{"gemini-mine-9":{}}' }],
    [
      'CATALOG gemini-3-pro-image.sizes: must be a list of sizes',
      { ...real, CATALOG: '{"gemini-3-pro-image":{"sizes":"2K"}}' },
    ],
  ])('says %s …', (problem, variables) => {
    const read = () => readConfig(JSON.parse(JSON.stringify(variables)));

    expect(read).toThrow(problem);
  });

  const keys = [
    'AIzaSyB1234567890abcdefghijklmnopqrstuv',
    'AQ.Ab8RN6Kx0123456789abcdefghij',
    'sk-abcdefghij0123456789',
    '0f0e0d0c-fa15-4bad-8bad-00000000fa01:fa1efa1efa1efa1efa1efa1efa1efa01',
  ];
  const names: VariableName[] = [
    'GOOGLE_BASE_URL',
    'APIYI_BASE_URL',
    'FAL_BASE_URL',
    'FAL_QUEUE_BASE_URL',
    'FAL_MEDIA_HOSTS',
    'APIYI_BILLING',
    'PROVIDERS',
    'CLIENT_KEYS',
    'SITE_ORIGINS',
    'SITE_DAILY_BUDGET_USD',
    'SITE_MONTHLY_BUDGET_USD',
    'DEPLOYMENT_DAILY_BUDGET_USD',
    'DEPLOYMENT_MONTHLY_BUDGET_USD',
    'GENERATION_LOCATION',
    'ALERT_WEBHOOK_URL',
    'VISITOR_PER_DAY',
    'SITE_PROOF',
    'TURNSTILE_SITE_KEY',
    'TURNSTILE_SECRET_KEY',
    'TURNSTILE_VERIFY_URL',
    'ALLOW_TEST_TURNSTILE',
    'SITE_RETENTION',
    'SITE_MODELS',
    'SITE_SIZES',
    'SITE_ACTIONS',
    'BURST',
    'STREAM_HEARTBEAT_MS',
    'CATALOG',
  ];
  it.each([
    [undefined, 10_000],
    ['50', 50],
    ['60000', 60_000],
  ])('lets a test deployment have its own heartbeat: %s', (value, heartbeatMs) => {
    expect(readConfig({ ...real, ...(value && { STREAM_HEARTBEAT_MS: value }) }).heartbeatMs).toBe(heartbeatMs);
  });

  it.each(['49', '60001', '0', 'soon'])('does not let it be %s', (value) => {
    expect(problemOf({ ...real, STREAM_HEARTBEAT_MS: value })).toMatch(/^STREAM_HEARTBEAT_MS must be a whole number/);
  });

  it.each(names)('does not tell a key that stands in %s', (name) => {
    for (const key of keys) expect(problemOf({ ...real, [name]: key })).toMatch(new RegExp(`^${name} (?!.*${key})`));
  });

  it.each([
    (key: string) => ({ [key]: {} }),
    (key: string) => ({ 'gemini-mine': { basedOn: key } }),
    (key: string) => ({ 'gemini-3-pro-image': { [key]: 1 } }),
    (key: string) => ({ 'gemini-3-pro-image': { offers: { google: { [key]: 'x' } } } }),
    (key: string) => ({ 'gemini-3-pro-image': { aliases: [key, key] } }),
    (key: string) => ({ 'gemini-3-pro-image': { end: key } }),
    (key: string) => ({ [key]: null }),
  ])('does not tell a key that stands in the catalog (%#)', (place) => {
    for (const key of keys) {
      const json = JSON.stringify(place(key));
      const escaped = json.replaceAll(key, `\\u00${key.charCodeAt(0).toString(16)}${key.slice(1)}`);
      expect(problemOf({ ...real, CATALOG: json })).not.toContain(key);
      expect(problemOf({ ...real, CATALOG: escaped })).not.toContain(key);
    }
  });

  it('takes weak keys and tokens in a demo, where nothing is at stake', () => {
    const { clients, adminToken } = readConfig({ CLIENT_KEYS: 'dev:pk_dev', ADMIN_TOKEN: 'a'.repeat(16) });

    expect([clients, adminToken]).toEqual([[{ name: 'dev', key: 'pk_dev' }], 'a'.repeat(16)]);
  });

  it.each(['pk_bar_0123456789abcdef', `pk_${'7c1e5f0a9b3d2468'}ace013579bdf2468`])('takes the client key %s', (key) => {
    expect(readConfig({ ...real, CLIENT_KEYS: `a:${key}` }).clients).toEqual([{ name: 'a', key }]);
  });

  it('does not tell the other entries of a broken list', () => {
    expect(problemOf({ ...real, PEEL_SECRET: 'my-secret-my-secret' })).not.toContain('my-secret');
    expect(problemOf({ ...real, SITE_ORIGINS: `https://shop.example,${keys[1]}` })).not.toContain(keys[1]);
    expect(problemOf({ ...real, CLIENT_KEYS: `shop:pk_abc,${keys[2]}` })).not.toContain(keys[2]);
    expect(problemOf({ ...real, ADMIN_TOKEN: 'my own pass phrase' })).not.toContain('phrase');
  });
});
