import { describe, expect, it } from 'vitest';
import { createTestWorker, ORIGIN, reasonOf, type TestWorker, WORKER } from '../support.ts';

const TWO = { SITE_ORIGINS: `${ORIGIN},https://frame.builder.example` };

/** Values that would load an address. */
const LOADING = [
  ...['url(//e)', 'URL(/x.png)', 'red, url(//e)', 'var(--x, url(//e))', 'src(//e)', 'image(//e)', 'image-set(//e 1x)'],
  ...['-webkit-image-set(//e)', 'cross-fade(//e, red)', 'red\nurl(//e)'],
];

const open = (worker: TestWorker, query = '', dest = 'iframe') =>
  worker.fetch(`/embed.html${query}`, {
    headers: { 'Sec-Fetch-Dest': dest, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'cross-site' },
  });

/** The directives of an answer's policy. */
function policyOf(answer: Response): Record<string, string> {
  const directives = (answer.headers.get('Content-Security-Policy') ?? '').split('; ');
  return Object.fromEntries(
    directives.map((directive) => [directive.split(' ', 1)[0], directive.replace(/^\S+ ?/, '')]),
  );
}

/** The element's start tag. */
const tagOf = async (answer: Response) => /<peel-studio[^>]*>/.exec(await answer.text())?.[0];

describe('GET /embed.html', () => {
  it('may be framed by the site’s origins and no others', async () => {
    const answer = await open(createTestWorker(TWO), '?site=default');

    expect(answer.status).toBe(200);
    expect(answer.headers.get('Content-Type')).toMatch(/^text\/html/);
    expect(policyOf(answer)['frame-ancestors']).toBe(`${ORIGIN} https://frame.builder.example`);
    expect(answer.headers.get('X-Frame-Options')).toBeNull();
    expect(policyOf(await open(createTestWorker({ GOOGLE_API_KEYS: '', SITE_ORIGINS: '' })))['frame-ancestors']).toBe(
      "'none'",
    );
  });

  it('runs the deployment’s own scripts alone', async () => {
    const answer = await open(createTestWorker());

    const policy = policyOf(answer);
    expect(policy).toMatchObject({
      'default-src': "'none'",
      'script-src': "'self'",
      'connect-src': "'self'",
      'require-trusted-types-for': "'script'",
    });
    const html = await answer.text();
    const [, nonce] = /<style nonce="([0-9a-f]{32})">/.exec(html) ?? [];
    expect(policy['style-src']).toBe(`'nonce-${nonce}'`);
    expect([...html.matchAll(/<script[^>]* src="([^"]*)"/g)].map(([, src]) => src)).toEqual([
      '/widget.js',
      '/embed-frame.js',
    ]);
  });

  it('lets Cloudflare’s check in where the site asks for it', async () => {
    const keys = {
      TURNSTILE_SITE_KEY: '0x4AAAAAAAB1cDeFgHiJkLmN',
      TURNSTILE_SECRET_KEY: '0x4AAAAAAAB1cDeFgHiJkLmNoPqRsTuVwXy',
    };
    const sources = async (proof: string) => {
      const policy = policyOf(await open(createTestWorker({ ...keys, SITE_PROOF: proof })));
      return [policy['script-src'], policy['frame-src'], policy['connect-src']];
    };

    expect(await sources('pow')).toEqual(["'self'", "'self'", "'self'"]);
    const both = "'self' https://challenges.cloudflare.com";
    expect(await sources('turnstile')).toEqual([both, both, "'self'"]);
  });

  it('shows the pictures of the owner’s wall and ideas, of their hosts alone', async () => {
    const wall = ['https://cdn.example/1.jpg', '/wall/2.jpg', 'https://cdn.example/3.jpg'].map((image) => ({
      ...{ image, prompt: 'A fox', width: 3, height: 2 },
    }));

    const answer = await open(createTestWorker({ SITE_WALL: JSON.stringify(wall) }));

    expect(policyOf(answer)['img-src']).toBe("'self' blob: data: https://cdn.example");
  });

  it('hands attributes of the element on, and nothing else', async () => {
    const query = new URLSearchParams({
      site: 'default',
      'aspect-ratio': '3:4',
      label: '"><script>alert(1)</script>',
      'without-share': '',
      disabled: 'false',
      endpoint: 'https://evil.example',
      onclick: 'alert(1)',
      style: 'display:none',
    });

    const tag = await tagOf(await open(createTestWorker(), `?${query}`));

    expect(tag).toBe(
      '<peel-studio site="default" aspect-ratio="3:4" label="&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;" without-share="">',
    );
  });

  it.each([
    ['?lang=de', '<html lang="de">'],
    [
      '?accent=%23a4c639&radius=0&font=Georgia,%20"Times%20New"',
      'peel-studio{--peel-accent:#a4c639;--peel-radius:0;--peel-font:Georgia, Times New}',
    ],
    ['?accent=color-mix(in%20srgb,%20red%2040%25,%20blue)', '{--peel-accent:color-mix(in srgb, red 40%, blue)}'],
    ['?scheme=dark', '<meta name="color-scheme" content="dark">'],
    ['?scheme=%22%3E', '<html lang="en">\n<meta charset="utf-8">\n<meta name="viewport"'],
  ])('writes %s into the page', async (query, expected) => {
    expect(await (await open(createTestWorker(), query)).text()).toContain(expected);
  });

  it.each(['red}body{display:none', 'red;--x:1', '</style><script>', 'url(https://evil.example)', ...LOADING, ''])(
    'takes no look that is more than a value: %s',
    async (accent) => {
      const html = await (await open(createTestWorker(), `?${new URLSearchParams({ accent })}`)).text();

      expect(html).not.toContain('--peel-accent');
    },
  );

  it('says in words that there is no such site', async () => {
    const answer = await open(createTestWorker(), '?site=shopp');

    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('There is no site of this name here');
    expect(policyOf(answer)).toEqual({ 'default-src': "'none'", 'frame-ancestors': "'none'" });
  });

  it('opens from any page, and is asked for alone', async () => {
    const worker = createTestWorker();
    const fromOwnPage = { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Dest': 'document' };

    expect((await worker.fetch('/embed.html', { headers: fromOwnPage })).status).toBe(200);
    expect(await reasonOf(await worker.fetch('/embed.html', { method: 'POST' }))).toEqual([405, 'METHOD_NOT_ALLOWED']);
  });
});

describe('the frame’s own requests', () => {
  const from = (page: string) => ({ 'Sec-Fetch-Site': 'same-origin', ...(page && { Referer: page }) });
  const facts = (worker: TestWorker, headers: Record<string, string>) => worker.fetch('/peel/site', { headers });

  it('send a referrer inside a frame and nowhere else', async () => {
    const worker = createTestWorker();
    const referrerOf = async (dest: string) => (await open(worker, '', dest)).headers.get('Referrer-Policy');

    expect(await Promise.all(['iframe', 'object'].map(referrerOf))).toEqual(['same-origin', 'same-origin']);
    expect(await Promise.all(['document', 'empty'].map(referrerOf))).toEqual(['no-referrer', 'no-referrer']);
    expect((await open(worker)).headers.get('Vary')).toContain('Sec-Fetch-Dest');
  });

  it('may do what the pages around the frame may', async () => {
    const worker = createTestWorker();
    const framed = from(`${WORKER}/embed.html?site=default`);

    const session = await worker.fetch('/peel/session', {
      method: 'POST',
      headers: { ...framed, Origin: WORKER, 'content-type': 'application/json' },
      body: '{}',
    });

    expect((await facts(worker, framed)).status).toBe(200);
    expect(session.status).toBe(200);
  });

  it.each([
    ['without a referrer', from('')],
    ['of another page', from(`${WORKER}/`)],
    ['of a page that is called alike', from(`${WORKER}/images/embed.html`)],
    ['of another host', from('https://evil.example/embed.html')],
    ['with no address', from('embed.html')],
    ['of another origin', { Origin: 'https://evil.example', Referer: `${WORKER}/embed.html` }],
  ])('are refused %s', async (_, headers) => {
    expect(await reasonOf(await facts(createTestWorker(), headers))).toEqual([403, 'ORIGIN_DENIED']);
  });

  it('are answered without a frame where the owner has listed the deployment’s origin', async () => {
    const worker = createTestWorker({ SITE_ORIGINS: `${ORIGIN},${WORKER}` });

    expect((await facts(worker, from(''))).status).toBe(200);
  });
});
