import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { createTestWorker, type TestWorker } from '../support.ts';
import { OWNER } from './admin/owner.ts';

const open = (worker: TestWorker, query = '') => worker.fetch(`/peel/privacy${query}`);
const textOf = async (worker: TestWorker, query = '') => (await open(worker, query)).text();

describe('GET /peel/privacy', () => {
  it('is a page that runs nothing, loads nothing and sets no cookie', async () => {
    const answer = await open(createTestWorker());

    expect(answer.status).toBe(200);
    expect(answer.headers.get('Content-Type')).toMatch(/^text\/html/);
    expect(answer.headers.get('Set-Cookie')).toBeNull();
    const policy = answer.headers.get('Content-Security-Policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'nonce-[0-9a-f]{32}'; base-uri 'none'/);
    const html = await answer.text();
    expect(html).not.toMatch(/<script|<img|<link|style=|\son\w+=|href=/);
    expect(html).toContain(`nonce="${/nonce-([0-9a-f]+)/.exec(policy)?.[1]}"`);
  });

  it.each([
    { SITE_RETENTION: '7d', says: 'A picture is kept for 7 days' },
    { SITE_RETENTION: '90d', says: 'A picture is kept for 90 days' },
    { SITE_PROOF: 'pow', says: 'Your browser solves a small puzzle' },
    { SITE_PROOF: 'none', says: 'Nothing is checked.' },
    { SITE_GROUNDING: 'on', says: 'made with a web search opens for its asker alone' },
    { SITE_NOTICE: 'No <b>faces</b>', says: 'The owner says: “No &#60;b&#62;faces&#60;/b&#62;”' },
    { SITE_ORIGINS: 'https://a.example,https://b.example', says: 'The pages are a.example, b.example.' },
    { GOOGLE_API_KEYS: '', says: 'the service draws a sample by itself' },
    { SITE_REPORTS: 'mailto:help@shop.example', says: 'Write to help@shop.example.' },
    {
      ...{ MODERATION_URL: 'https://check.example/look', MODERATION_SECRET: '9f86d081884c7d659a2feaa0c55ad015' },
      says: 'Before a picture is shown, check.example looks at it for the owner.',
    },
    {
      ...OWNER,
      says: 'The last entry of its menu, “···”, reports it. It stays at its address until the owner decides.',
    },
    { ...OWNER, SITE_REPORTS: 'off', says: 'Write to the owner of the page.' },
  ])('says what the settings are: $says', async ({ says, ...variables }) => {
    expect(await textOf(createTestWorker(variables))).toContain(says);
  });

  it('says who is asked for pictures, in their order, with the host', async () => {
    const keys = { GOOGLE_BASE_URL: '', FAL_API_KEYS: 'fal-key-0123456789abcdef', PROVIDERS: 'fal,google' };

    const text = await textOf(createTestWorker(keys));

    expect(text).toMatch(
      /go to fal \(fal\.run\), or where that fails to Google \(generativelanguage\.googleapis\.com\),/,
    );
  });

  it('says what a record says, for its own site', async () => {
    const record = { origins: ['https://mugs.example'], adultsDeclared: true, retention: '7d', proof: 'none' };
    await env.KV.put('site:mugs', JSON.stringify(record));
    const worker = createTestWorker();

    expect(await textOf(worker, '?site=mugs')).toMatch(/mugs\.example[\s\S]*kept for 7 days/);
    expect(await textOf(worker)).not.toContain('mugs.example');
  });

  it('is a page as well where there is no such site', async () => {
    const answer = await open(createTestWorker(), '?site=%3Cb%3Enobody');

    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([404, expect.stringMatching(/^text\/html/)]);
    const html = await answer.text();
    expect(html).toContain('There is no such site here');
    expect(html).not.toContain('nobody');
  });
});
