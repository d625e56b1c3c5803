/** What a denied page can read of the worker in a real browser, and how monitoring scripts affect an allowed page. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CLIENT_KEY } from '../client-keys.ts';
import { type Deployment, startDeployment } from './deployment.ts';
import { type ShopPage, startPage } from './page.ts';

const MODEL = 'gemini-3.1-flash-image';
let allowed: ShopPage;
let denied: ShopPage;
let peel: Deployment;

beforeAll(async () => {
  [allowed, denied] = await Promise.all([startPage('plain-page.ts'), startPage('plain-page.ts')]);
  // The demo provider generates the pictures, so no upstream is needed.
  peel = await startDeployment({ SITE_ORIGINS: allowed.origin, CLIENT_KEYS: `dev:${CLIENT_KEY}`, BURST: 'off' });
});
afterAll(async () => {
  await peel.close();
  await Promise.all([allowed.close(), denied.close()]);
});

/** Calls from a page whose monitoring adds headers to every request. */
async function askFrom(shop: ShopPage, path: string) {
  const page = await shop.open();
  try {
    return await page.evaluate(
      async ({ url, key }) => {
        const headers = {
          'content-type': 'application/json',
          'x-goog-api-key': key,
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
          baggage: 'sentry-environment=production',
          'sentry-trace': '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331',
          'x-datadog-trace-id': '1',
        };
        const body = JSON.stringify({ contents: [{ parts: [{ text: 'a fox on a page' }] }] });
        const answer = await fetch(url, { method: 'POST', headers, body });
        return {
          status: answer.status,
          text: (await answer.text()).slice(0, 2000),
          requestId: answer.headers.get('X-Request-Id'),
        };
      },
      { url: peel.url + path, key: CLIENT_KEY },
    );
  } finally {
    await page.close();
  }
}

it('a page that is denied reads the reason, and nothing else', async () => {
  const { status, text, requestId } = await askFrom(denied, `/v1beta/models/${MODEL}:generateContent`);

  expect(status).toBe(403);
  expect(JSON.parse(text)).toMatchObject({
    error: { status: 'PERMISSION_DENIED', details: [{ reason: 'ORIGIN_DENIED', domain: 'peel' }] },
  });
  expect(requestId).toBeNull();
  await expect.poll(() => peel.output()).toContain(`"origin":"${denied.origin}"`);
});

it('a page that is allowed may have any monitoring script', async () => {
  const { status, requestId } = await askFrom(allowed, `/v1beta/models/${MODEL}:generateContent`);

  expect(status).toBe(200);
  expect(requestId).toMatch(/^[0-9a-f]{32}$/);
});

it('a page that asks where there is nothing reads what to use', async () => {
  const { status, text } = await askFrom(allowed, '/v1beta/interactions');

  expect(status).toBe(404);
  expect(text).toContain('generateContent');
});
