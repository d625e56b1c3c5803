import { describe, expect, it } from 'vitest';
import { readConfig } from '../worker/config.ts';
import type { Variables } from '../worker/env.ts';

const SECRET = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
/** A complete configuration with a real provider. */
const real: Variables = {
  GOOGLE_API_KEYS: 'AQ.key-one,AQ.key-two',
  PEEL_SECRET: SECRET,
  SITE_ORIGINS: 'https://shop.example,http://localhost:5173',
};

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

  it('reads a whole configuration', () => {
    const config = readConfig({
      ...real,
      APIYI_API_KEYS: 'sk-a',
      APIYI_BILLING: 'per-token',
      PROVIDERS: 'apiyi, google',
      GOOGLE_BASE_URL: 'https://gateway.example/google/',
      CLIENT_KEYS: 'shop:pk_abc, app:pk_def',
      SITE_RETENTION: '7d',
      VISITOR_PER_MINUTE: '5',
      BURST: 'off',
    });

    expect(config.demo).toBe(false);
    expect(config.providers).toEqual([
      { name: 'apiyi', keys: ['sk-a'], baseUrl: 'https://api.apiyi.com', billing: 'per-token' },
      {
        name: 'google',
        keys: ['AQ.key-one', 'AQ.key-two'],
        baseUrl: 'https://gateway.example/google',
        billing: 'per-token',
      },
    ]);
    expect(config.clients).toEqual([
      { name: 'shop', key: 'pk_abc' },
      { name: 'app', key: 'pk_def' },
    ]);
    expect(config.site).toMatchObject({ retention: '7d', visitorPerMinute: 5 });
    expect(config.warnings).toEqual([
      'google is called at gateway.example',
      'BURST=off: no burst limit',
      'SITE_PROOF=none: visitors prove nothing',
    ]);
  });

  it.each<[string, { [name in keyof Variables]?: string | undefined }]>([
    ['PEEL_SECRET must be set', { ...real, PEEL_SECRET: undefined }],
    ['PEEL_SECRET must be 32 random bytes', { ...real, PEEL_SECRET: '' }],
    ['PEEL_SECRET must be 32 random bytes', { ...real, PEEL_SECRET: ' '.repeat(64) }],
    ['PEEL_SECRET must be 32 random bytes', { ...real, PEEL_SECRET: 'a'.repeat(64) }],
    ['PEEL_SECRET must be 32 random bytes', { ...real, PEEL_SECRET: SECRET.slice(0, 31) }],
    ['PEEL_SECRET must be 32 random bytes', { ...real, PEEL_SECRET: `${SECRET},short` }],
    ['SITE_ORIGINS must be set', { ...real, SITE_ORIGINS: undefined }],
    ['SITE_ORIGINS must be set', { ...real, SITE_ORIGINS: ' , ' }],
    ['SITE_ORIGINS must be exact origins', { ...real, SITE_ORIGINS: '*' }],
    ['SITE_ORIGINS must be exact origins', { ...real, SITE_ORIGINS: 'null' }],
    ['SITE_ORIGINS must be exact origins', { ...real, SITE_ORIGINS: 'https://*.example' }],
    ['SITE_ORIGINS must be exact origins', { ...real, SITE_ORIGINS: 'https://shop.example/' }],
    ['SITE_ORIGINS must be exact origins', { ...real, SITE_ORIGINS: 'https://shop.example/page' }],
    ['SITE_ORIGINS must be exact origins', { ...real, SITE_ORIGINS: 'shop.example' }],
    ['SITE_ORIGINS must be exact origins', { ...real, SITE_ORIGINS: 'file:///etc' }],
    ['PROVIDERS names apiyi', { ...real, PROVIDERS: 'google,apiyi' }],
    ['PROVIDERS must list', { ...real, PROVIDERS: 'google,openai' }],
    ['FAL_API_KEYS is not supported', { ...real, FAL_API_KEYS: 'x' }],
    ['GOOGLE_BASE_URL must be', { ...real, GOOGLE_BASE_URL: 'ftp://x' }],
    ['GOOGLE_BASE_URL must be', { ...real, GOOGLE_BASE_URL: 'https://user:pass@x' }],
    ['GOOGLE_BASE_URL must be', { ...real, GOOGLE_BASE_URL: 'https://x/?key=1' }],
    ['APIYI_BILLING must be one of', { ...real, APIYI_BILLING: 'monthly' }],
    ['CLIENT_KEYS must be entries', { ...real, CLIENT_KEYS: 'pk_abc' }],
    ['CLIENT_KEYS must be entries', { ...real, CLIENT_KEYS: 'shop:sk-abc' }],
    ['CLIENT_KEYS must not repeat a key', { ...real, CLIENT_KEYS: 'a:pk_1,b:pk_1' }],
    ['CLIENT_KEYS must not repeat a name', { ...real, CLIENT_KEYS: 'a:pk_1,a:pk_2' }],
    ['VISITOR_PER_MINUTE must be a whole number', { ...real, VISITOR_PER_MINUTE: '0' }],
    ['VISITOR_PER_DAY must be a whole number', { ...real, VISITOR_PER_DAY: '-1' }],
    ['SESSION_USES must be a whole number', { ...real, SESSION_USES: '1.5' }],
    ['SITE_PER_MINUTE must be a whole number', { ...real, SITE_PER_MINUTE: 'many' }],
    ['SITE_RETENTION must be one of', { ...real, SITE_RETENTION: '1d' }],
    ['SITE_PROOF "pow" is not supported', { ...real, SITE_PROOF: 'pow' }],
    ['SITE_DAILY_BUDGET_USD must be an amount', { ...real, SITE_DAILY_BUDGET_USD: '$5' }],
    ['BURST must be one of', { ...real, BURST: 'no' }],
    ['CATALOG', { ...real, CATALOG: '{' }],
  ])('says %s …', (problem, variables) => {
    const read = () => readConfig(JSON.parse(JSON.stringify(variables)));

    expect(read).toThrow(problem);
  });

  it('keeps keys and secrets out of what it says is wrong', () => {
    const leaky: Variables[] = [
      { ...real, PEEL_SECRET: 'my-secret-my-secret' },
      { ...real, CLIENT_KEYS: 'my-secret' },
    ];
    for (const variables of leaky) {
      expect(() => readConfig(variables)).toThrow(expect.not.stringContaining('my-secret') as unknown as string);
    }
  });
});
