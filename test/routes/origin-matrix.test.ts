/** Every origin against every route that spends something, with every method, for three sites. */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SessionAnswer } from '../../worker/protocol.ts';
import { createTestWorker, newPrompt, type TestWorker, upstreamCalls } from '../support.ts';

const SITES = {
  default: ['https://shop.example'],
  second: ['https://second.example', 'https://*.brand.example', 'https://shop.example:8443'],
  third: ['http://localhost:5173', 'https://xn--bcher-kva.example'],
};
type SiteName = keyof typeof SITES;
const NAMES = Object.keys(SITES) as SiteName[];

/** Who is let in, by origin. Every other origin of {@link STRANGERS} is let in nowhere. */
const FRIENDS: Record<string, SiteName> = {
  'https://shop.example': 'default',
  'https://second.example': 'second',
  'https://a.brand.example': 'second',
  'https://deep.er.brand.example': 'second',
  'https://shop.example:8443': 'second',
  'http://localhost:5173': 'third',
  'https://xn--bcher-kva.example': 'third',
};

const STRANGERS = [
  ...['null', '', '*', 'https://evil.example', 'https://peel.example', 'http://peel.example', 'file://', 'data:'],
  ...['http://shop.example', 'https://shop.example:443', 'https://shop.example:8444', 'https://shop.example.'],
  ...['HTTPS://shop.example', 'HTTPS://SECOND.EXAMPLE', 'HTTP://localhost:5173', 'HTTPS://a.brand.example'],
  ...['HTTPS://peel.example', 'https://PEEL.example'],
  ...['https://SHOP.example', 'https://Shop.Example', 'https://shop.example/', 'https://shop.example/path'],
  ...['https://shop.example.evil.example', 'https://evilshop.example', 'https://shop.example@evil.example'],
  ...['https://evil.example/https://shop.example', 'https://shop.example, https://evil.example'],
  ...['https://evil.example, https://shop.example', 'https://shop.example https://evil.example', 'shop.example'],
  ...['//shop.example', 'https:shop.example', 'https:///shop.example', 'ftp://shop.example', 'wss://shop.example'],
  ...[
    'chrome-extension://shop.example',
    'https://sub.shop.example',
    'https://shop.example%00',
    'https://shop%2eexample',
  ],
  ...['https://brand.example', 'http://a.brand.example', 'https://a.brand.example:444', 'https://.brand.example'],
  ...[
    'https://a..brand.example',
    'https://abrand.example',
    'https://brand.example.evil.example',
    'https://*.brand.example',
  ],
  ...[
    'https://a.brand.example.evil.example',
    'https://evil.example#.brand.example',
    'https://evil.example?.brand.example',
  ],
  ...['https://A.brand.example', 'https://a.brand.example.', 'http://localhost', 'http://localhost:5174'],
  ...[
    'https://localhost:5173',
    'http://127.0.0.1:5173',
    'http://localhost.evil.example:5173',
    'https://bücher.example',
  ],
  ...['https://xn--bcher-kva.evil.example', 'https://xn--bcher-kva', 'about:blank'],
];
const ORIGINS = [...Object.keys(FRIENDS), ...STRANGERS];

const MODEL = '/v1beta/models/gemini-3.1-flash-image';
const ROUTES = [
  `${MODEL}:generateContent`,
  `${MODEL}:streamGenerateContent?alt=sse`,
  `${MODEL}:countTokens`,
  '/upload/v1beta/files',
  '/v1beta/files',
  '/v1beta/models',
  '/peel/session',
  '/peel/site',
];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];

const MARK = 'from every origin there is';

let worker: TestWorker;
const tickets = new Map<string, string>();

async function ticketFor(site: SiteName, origin: string): Promise<string> {
  const known = tickets.get(`${site} ${origin}`);
  if (known !== undefined) return known;
  const headers = { Origin: origin, 'content-type': 'application/json' };
  const answer = await worker.fetch('/peel/session', { method: 'POST', headers, body: JSON.stringify({ site }) });
  const { token } = (await answer.json()) as SessionAnswer;
  tickets.set(`${site} ${origin}`, token);
  return token;
}

beforeAll(async () => {
  for (const name of ['second', 'third'] as const) {
    const record = { origins: SITES[name], adultsDeclared: true, proof: 'none' };
    await env.KV.put(`site:${name}`, JSON.stringify(record));
  }
  worker = createTestWorker({ SITE_PROOF: 'none' });
});

/** What a page hears. `none`: there is no such method, and no site that is asked. */
async function ask(route: string, method: string, site: SiteName, origin: string): Promise<'in' | 'none' | 'denied'> {
  const friend = Object.keys(FRIENDS).find((each) => FRIENDS[each] === site) as string;
  // A stranger has stolen a ticket of the site.
  const ticket = await ticketFor(site, FRIENDS[origin] === site ? origin : friend);
  const isSession = route === '/peel/session';
  const path = route === '/peel/site' ? `${route}?site=${site}` : route;
  const answer = await worker.fetch(path, {
    method,
    headers: {
      Origin: origin,
      'content-type': 'application/json',
      ...(!isSession && { 'x-goog-api-key': ticket }),
      ...(route.startsWith('/upload') && { 'x-goog-upload-protocol': 'resumable', 'x-goog-upload-command': 'start' }),
    },
    // A field that is not known ends every request that is let in before it costs anything.
    ...(method !== 'GET' && { body: JSON.stringify(isSession ? { site } : { ...newPrompt(MARK), stranger: true }) }),
  });
  const text = await answer.text();
  if (isSession && method !== 'POST') return 'none';
  if (answer.status !== 403) return 'in';
  expect(text).toContain('"ORIGIN_DENIED"');
  // The refusal says nothing of a site.
  expect(text).not.toMatch(/second|third|brand|localhost/);
  return 'denied';
}

describe(`${ORIGINS.length} origins × ${ROUTES.length} routes × ${METHODS.length} methods × ${NAMES.length} sites`, () => {
  it.each(ROUTES)('%s lets in the pages of the one site that is asked', async (route) => {
    const wrong: string[] = [];
    for (const site of NAMES) {
      for (const method of METHODS) {
        for (const origin of ORIGINS) {
          const heard = await ask(route, method, site, origin);
          const isFriend = FRIENDS[origin] === site;
          if (heard !== 'none' && (heard === 'in') !== isFriend)
            wrong.push(`${method} ${route} of ${site} from ${origin}: ${heard}`);
        }
      }
    }

    expect(wrong).toEqual([]);
    expect(await upstreamCalls(MARK)).toBe(0);
  });
});

describe('a ticket of one site', () => {
  it('is nothing to another, whatever the page says that it wants', async () => {
    const ticket = await ticketFor('second', 'https://second.example');
    for (const [origin, expected] of [
      ['https://second.example', [400, 'UNKNOWN_FIELD']],
      ['https://shop.example', [403, 'ORIGIN_DENIED']],
      ['http://localhost:5173', [403, 'ORIGIN_DENIED']],
    ] as const) {
      const answer = await worker.fetch(`${MODEL}:generateContent?site=default`, {
        method: 'POST',
        headers: { Origin: origin, 'content-type': 'application/json', Authorization: `Bearer ${ticket}` },
        body: JSON.stringify({ ...newPrompt(), stranger: true }),
      });
      const { error } = (await answer.json()) as { error: { details: { reason: string }[] } };

      expect([answer.status, error.details.map(({ reason }) => reason).find(Boolean)]).toEqual(expected);
    }
  });
});
