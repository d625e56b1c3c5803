import { expect, it } from 'vitest';
import { problemOfSite } from '../../../widget/api/problem.ts';
import { readSite, type SiteOutcome } from '../../../widget/api/site.ts';
import { ENDPOINT, FACTS, failure, fakeWorker } from '../support.ts';

it('asks for the site by name', async () => {
  const { worker, read } = setUp({ site: 'my shop' });

  expect(await read()).toEqual({ facts: FACTS });
  expect(worker.asked[0]).toMatchObject({ method: 'GET', path: '/peel/site?site=my%20shop' });
});

it('asks without cookies', async () => {
  let sent: RequestInit | undefined;
  const { read } = setUp({
    fetch: async (_, init) => {
      sent = init;
      return Response.json(FACTS);
    },
  });

  await read();

  expect(sent?.credentials).toBe('omit');
});

it('takes an endpoint with a path and a slash at its end', async () => {
  const { worker, read } = setUp({ endpoint: 'https://shop.example/api/' });

  await read();

  expect(worker.asked[0]?.path).toBe('/api/peel/site?site=default');
});

it.each([
  { name: 'an error of the worker', answer: () => failure(403, 'ORIGIN_DENIED'), reason: 'ORIGIN_DENIED' },
  { name: 'a page of HTML', answer: () => new Response('<html>'), reason: 'ANSWER_UNREADABLE' },
  { name: 'JSON of something else', answer: () => Response.json({ models: 'none' }), reason: 'ANSWER_UNREADABLE' },
  { name: 'null', answer: () => Response.json(null), reason: 'ANSWER_UNREADABLE' },
  { name: 'silence', answer: () => Promise.reject(new TypeError('Failed to fetch')), reason: 'UNREACHABLE' },
])('tells of $name instead of the site, and that nothing was paid', async ({ answer, reason }) => {
  const { worker, read } = setUp();
  worker.site = answer;

  const outcome = await read();

  expect(outcome).not.toHaveProperty('facts');
  expect(problemOfSite(outcome as Failed, () => true)).toMatchObject({ reason, unsent: true });
});

it('calls silence offline where the browser has no network', async () => {
  const { worker, read } = setUp();
  worker.site = () => Promise.reject(new TypeError('Failed to fetch'));

  expect(problemOfSite((await read()) as Failed, () => false)).toMatchObject({ reason: 'OFFLINE', unsent: true });
});

it('hands on the body of a refusal, which tells the owner what to mend', async () => {
  const { worker, read } = setUp();
  worker.site = () => failure(403, 'ORIGIN_DENIED');

  expect(await read()).toMatchObject({ body: { error: { details: [{ reason: 'ORIGIN_DENIED' }] } } });
});

it('throws where it is aborted', async () => {
  const { read } = setUp();

  await expect(read(AbortSignal.abort())).rejects.toThrow('aborted');
});

type Failed = Exclude<SiteOutcome, { facts: unknown }>;

function setUp({
  site = 'default',
  endpoint = ENDPOINT,
  fetch = undefined as typeof globalThis.fetch | undefined,
} = {}) {
  const worker = fakeWorker();
  const options = { endpoint, site, fetch: fetch ?? worker.fetch, now: Date.now, isOnline: () => true };
  return { worker, read: (signal = new AbortController().signal) => readSite(options, signal) };
}
