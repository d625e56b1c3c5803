/** What a visitor of one site can read says nothing of another site's record. */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SessionAnswer } from '../../worker/protocol.ts';
import { CLIENT_KEY } from '../client-keys.ts';
import { createTestWorker, newPrompt, ORIGIN, reasonOf, type TestWorker } from '../support.ts';

const CANARY = 'canary-of-the-other-site';
const GENERATE = '/v1beta/models/gemini-3.1-flash-image:generateContent';
const OTHER = 'https://other.example';
const RECORD = {
  origins: [OTHER, `https://${CANARY}.example`],
  sizes: ['512'],
  budgets: { dailyUsd: 123.45, monthlyUsd: 1234.56 },
  limits: { visitorPerMinute: 4321 },
  presets: [{ label: CANARY, prompt: CANARY }],
  ideas: [{ text: CANARY }],
  wall: [{ image: `/images/${CANARY}.png`, prompt: CANARY, width: 1, height: 1 }],
  look: { font: CANARY },
  notice: CANARY,
  proof: 'none',
  adultsDeclared: true,
};
const SIGNS = [CANARY, '123.45', '123450000', '1234.56', '4321', 'other.example'];

let worker: TestWorker;
let headers: Record<string, string>;

async function ticketOf(site: string, origin: string): Promise<Record<string, string>> {
  const from = { Origin: origin, 'content-type': 'application/json' };
  const answer = await worker.fetch('/peel/session', { method: 'POST', headers: from, body: JSON.stringify({ site }) });
  return { ...from, 'x-goog-api-key': ((await answer.json()) as SessionAnswer).token };
}

beforeAll(async () => {
  await env.KV.put('site:other', JSON.stringify(RECORD));
  worker = createTestWorker({ SITE_PROOF: 'none' });
  headers = await ticketOf('default', ORIGIN);
});

/** All that an answer says. */
async function read(path: string, init: RequestInit = {}): Promise<string> {
  const answer = await worker.fetch(path, { headers, ...init });
  return [answer.status, JSON.stringify([...answer.headers]), await answer.text()].join('\n');
}

describe('a visitor', () => {
  it('of the site itself reads what the site shows', async () => {
    const own = await read('/peel/site?site=other', { headers: { Origin: OTHER } });

    expect(own).toContain(CANARY);
    expect(own).toContain('4321');
    // Budgets are the owner's business on every site.
    expect(own).not.toMatch(/123\.45|123450000|1234\.56/);
  });

  it('of another site reads nothing of it, in whatever answer', async () => {
    const post = (body: unknown, more = {}) => ({
      method: 'POST',
      headers: { ...headers, ...more },
      body: JSON.stringify(body),
    });
    const prompt = newPrompt('[[size:tiny]]');
    const theirs = await ticketOf('other', OTHER);
    const made = await worker.fetch(GENERATE, {
      ...post(newPrompt('[[size:tiny]]')),
      headers: { ...theirs, 'Peel-Images': 'link' },
    });
    const [address = ''] = /https:[^"]+\/images\/[^"]+/.exec(await made.text()) ?? [];
    expect(address).not.toBe('');

    const told = await Promise.all([
      read('/peel/site'),
      read('/peel/site?site=other'),
      read('/peel/site?site=nobody'),
      read('/peel/health'),
      read('/v1beta/models'),
      read('/v1beta/models/gemini-3.1-flash-image'),
      read('/v1beta/files'),
      read('/peel/session', post({ site: 'other' })),
      read('/peel/session', post({ site: 'nobody' })),
      read(GENERATE, post(prompt)),
      read(GENERATE, post(prompt)),
      read(GENERATE, post({ ...prompt, generationConfig: { imageConfig: { imageSize: '8K' } } })),
      read(GENERATE, post(prompt, { 'x-goog-api-key': theirs['x-goog-api-key'] })),
      read(GENERATE.replace('3.1-flash', '9.9-flash'), post(prompt)),
      read(GENERATE, { method: 'PUT' }),
      read('/no/such/path'),
      read('/peel/admin/api/sites'),
      read(new URL(address).pathname),
    ]);

    for (const text of told) for (const sign of SIGNS) expect(text).not.toContain(sign);
  });

  it('has nothing redrawn from a picture of another site', async () => {
    const theirs = { ...(await ticketOf('other', OTHER)), 'Peel-Images': 'link' };
    const ask = (body: unknown, from: Record<string, string>) =>
      worker.fetch(GENERATE, { method: 'POST', headers: from, body: JSON.stringify(body) });
    const made = await ask(newPrompt('[[size:tiny]]'), theirs);
    const [fileUri] = /https:[^"]+\/images\/[^"]+/.exec(await made.text()) ?? [];
    const edit = () => {
      const { contents } = newPrompt('[[size:tiny]]') as { contents: { parts: object[] }[] };
      return { contents: contents.map(({ parts }) => ({ parts: [...parts, { fileData: { fileUri } }] })) };
    };

    expect((await ask(edit(), theirs)).status).toBe(200);
    expect(await reasonOf(await ask(edit(), headers))).toEqual([404, 'NOT_FOUND']);
    const client = { 'content-type': 'application/json', 'x-goog-api-key': CLIENT_KEY };
    expect(await reasonOf(await ask(edit(), client))).toEqual([404, 'NOT_FOUND']);
  });

  it('hears of a site that is not its page’s the same as of any denial', async () => {
    const bodyOf = async (path: string) => (await read(path)).split('\n').at(-1);

    expect(await bodyOf('/peel/site?site=other')).toBe(
      (await read('/peel/site', { headers: { Origin: 'https://evil.example' } })).split('\n').at(-1),
    );
  });
});
