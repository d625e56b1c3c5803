import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Problem } from '../../../widget/api/problem.ts';
import type { Reason } from '../../../widget/api/reasons.ts';
import {
  baseOf,
  type Diagnosis,
  diagnose,
  isOutdated,
  isPrivate,
  KEY_COMMAND,
  type Place,
  type Symptoms,
} from '../../../widget/owner/diagnose.ts';

const SHOP: Place = { origin: 'https://www.shop.example', protocol: 'https:', hostname: 'www.shop.example' };
const problem = (reason: Reason, message = 'A message.'): Problem => ({ reason, message, unsent: true });
const envelope = (reason: string) => ({ error: { code: 403, details: [{ reason, domain: 'peel' }] } });
const silent = async (): Promise<never> => {
  throw new TypeError('Failed to fetch');
};

const about = (more: Partial<Symptoms>): Promise<Diagnosis | undefined> =>
  diagnose({
    problem: problem('UNREACHABLE'),
    place: SHOP,
    endpoint: 'https://peel.example',
    site: 'default',
    scriptOrigin: 'https://peel.example',
    fetch: silent,
    policy: new Map(),
    ...more,
  });

afterEach(() => vi.unstubAllGlobals());

describe('a refusal that can be read', () => {
  it.each([
    { reason: 'ORIGIN_DENIED', expected: { cause: 'origin', line: 'https://www.shop.example' } },
    { reason: 'SITE_UNKNOWN', expected: { cause: 'site-name', line: 'PUT /peel/admin/api/sites/default' } },
    { reason: 'CONFIG_BROKEN', expected: { cause: 'variable', line: 'A message.' } },
    { reason: 'KEY_INVALID', expected: { cause: 'key', line: KEY_COMMAND } },
    { reason: 'SITE_PAUSED', expected: { cause: 'paused', line: 'POST /peel/admin/api/pause' } },
    { reason: 'UPSTREAM_UNAVAILABLE', expected: undefined },
    { reason: 'BURST', expected: undefined },
    { reason: 'OFFLINE', expected: undefined },
  ] as const)('is told by its reason: $reason', async ({ reason, expected }) => {
    const answer = { body: envelope(reason) };

    expect(await about({ problem: problem(reason), answer })).toEqual(expected);
  });

  it('of the origin `null` is a frame, or a file', async () => {
    const frame: Place = { origin: 'null', protocol: 'about:', hostname: '' };

    expect(await about({ problem: problem('ORIGIN_DENIED'), place: frame, site: 'my shop' })).toEqual({
      cause: 'sandboxed',
      line: 'https://peel.example/embed.html?site=my+shop',
    });
    expect(await about({ problem: problem('ORIGIN_DENIED'), place: { ...frame, protocol: 'file:' } })).toEqual({
      cause: 'file',
      line: '',
    });
  });
});

describe('what is not Peel', () => {
  it.each([
    { name: 'HTML with 200', reason: 'ANSWER_UNREADABLE', body: undefined },
    { name: 'HTML with 404', reason: 'NOT_FOUND', body: undefined },
    { name: 'HTML with 403', reason: 'ORIGIN_DENIED', body: undefined },
    { name: 'JSON of another service', reason: 'ANSWER_UNREADABLE', body: { hello: 'world' } },
    { name: 'an error of Google', reason: 'INVALID_FIELD', body: { error: { code: 400, details: [null, {}] } } },
    { name: 'null', reason: 'ANSWER_UNREADABLE', body: null },
  ] as const)('is known by its answer: $name', async ({ reason, body }) => {
    expect(await about({ problem: problem(reason), answer: { body } })).toEqual({ cause: 'wrong-worker', line: '' });
  });

  it.each(['UPSTREAM_BROKEN', 'UPSTREAM_UNAVAILABLE', 'DEADLINE'] as const)(
    'may be the host’s own page for a moment: %s',
    async (reason) => {
      expect(await about({ problem: problem(reason), answer: { body: undefined } })).toBeUndefined();
    },
  );

  it('answers without CORS headers, as no Peel worker does', async () => {
    const fetcher = vi.fn(async () => new Response());

    expect(await about({ endpoint: 'https://other.example/', fetch: fetcher })).toEqual({
      cause: 'wrong-worker',
      line: '',
    });
    expect(fetcher.mock.calls).toEqual([
      ['https://other.example/peel/health', { mode: 'no-cors', credentials: 'omit', signal: expect.any(AbortSignal) }],
    ]);
  });

  it('is not what served this script, whatever it answers now', async () => {
    expect(await about({ fetch: async () => new Response() })).toBeUndefined();
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'http://[', 'data:text/html,x'])(
    'is no web address: %s',
    async (endpoint) => {
      expect(await about({ endpoint })).toEqual({ cause: 'wrong-worker', line: '' });
    },
  );
});

describe('silence', () => {
  it('is the visitor’s network where nothing answers at all', async () => {
    expect(await about({ endpoint: 'https://nothing.example' })).toBeUndefined();
  });

  it('is the policy that blocked the worker, named only after the request has failed', async () => {
    const written = "default-src 'self'";
    const policy = new Map([
      ['img-src https://peel.example.evil', written],
      ['img-src https://peel.example', written],
      ['connect-src https://fonts.example', written],
    ]);
    const asked = about({ policy });
    policy.set('connect-src https://peel.example', written);

    expect(await asked).toEqual({ cause: 'csp', line: "connect-src 'self' https://peel.example" });
  });

  it.each([
    ["default-src 'self'; script-src https://peel.example", { line: "connect-src 'self' https://peel.example" }],
    ["default-src 'none'", { line: 'connect-src https://peel.example' }],
    [
      "default-src 'self' https://api.example 'nonce-abc' 'strict-dynamic'",
      { line: "connect-src 'self' https://api.example https://peel.example" },
    ],
    [
      "default-src 'self';  Connect-Src 'self' https://api.example",
      { line: 'https://peel.example', directive: 'connect-src' },
    ],
    ["connect-src 'none'", { line: 'https://peel.example', directive: 'connect-src' }],
  ])('keeps what the policy allows already: %s', async (written, expected) => {
    const policy = new Map([['connect-src https://peel.example', written]]);

    expect(await about({ policy })).toEqual({ cause: 'csp', ...expected });
  });

  it('of a picture is the policy’s, or nobody’s', async () => {
    const unreachable: Problem = { reason: 'PICTURE_UNREACHABLE', message: '' };
    const written = "default-src *; img-src 'self'";
    const fetcher = vi.fn(silent);

    expect(await about({ problem: unreachable, fetch: fetcher })).toBeUndefined();
    expect(await about({ problem: unreachable, policy: new Map([['img-src https://peel.example', written]]) })).toEqual(
      { cause: 'csp', line: 'https://peel.example', directive: 'img-src' },
    );
    expect(fetcher).not.toHaveBeenCalled();
  });

  it('is a worker without https on a page with it, but for the own machine', async () => {
    expect(await about({ endpoint: 'http://peel.example' })).toEqual({
      cause: 'insecure',
      line: 'endpoint="https://peel.example"',
    });
    expect(await about({ endpoint: 'http://127.0.0.1:8787' })).toBeUndefined();
    expect(await about({ endpoint: 'http://localhost:8787' })).toBeUndefined();
  });
});

it('names an old browser before anything else', async () => {
  expect(isOutdated()).toBe(false);
  vi.stubGlobal('CSS', { supports: () => false });

  expect(isOutdated()).toBe(true);
  expect(await about({ problem: problem('ORIGIN_DENIED') })).toEqual({ cause: 'browser', line: '' });
});

it.each([
  ['https://peel.example', 'https://peel.example'],
  ['https://peel.example///', 'https://peel.example'],
  ['https://shop.example/api/peel/', 'https://shop.example/api/peel'],
  ['/api', `${location.origin}/api`],
])('resolves an endpoint: %s', (endpoint, expected) => {
  expect(baseOf(endpoint)).toBe(expected);
});

it.each([
  ['localhost', true],
  ['shop.localhost', true],
  ['127.0.0.1', true],
  ['10.1.2.3', true],
  ['192.168.1.20', true],
  ['172.16.0.9', true],
  ['172.32.0.9', false],
  ['[::1]', true],
  ['[fd00::1]', true],
  ['[2001:db8::1]', false],
  ['macbook.local', true],
  ['shop.test', true],
  ['www.shop.example', false],
  ['10.example.com', false],
  ['localhost.evil.example', false],
  ['evil-localhost', false],
])('knows the address of somebody who builds: %s %s', (hostname, expected) => {
  expect(isPrivate({ hostname, protocol: 'https:', origin: '' })).toBe(expected);
});

it('knows a page on a disk', () => {
  expect(isPrivate({ hostname: '', protocol: 'file:', origin: 'null' })).toBe(true);
});
