/** A grounded picture is shown only to the caller that requested it, as Google's terms require. */
import { describe, expect, inject, it } from 'vitest';
import { CLIENT_KEY, OTHER_CLIENT_KEY } from '../client-keys.ts';
import { createTestWorker, newPrompt, ORIGIN, reasonOf, upstreamCalls } from '../support.ts';
import { GENERATE, MODEL, SSE } from './generate/money.ts';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const HTML =
  '<style>.a{color:#1f1f1f}</style><div class="a">“füchse” &amp; <a href="https://www.google.com/search?q=x">x</a></div>\n';
const LINK = { 'Peel-Images': 'link' };
const POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: data:";
type Headers = Record<string, string>;

const worker = createTestWorker({
  SITE_GROUNDING: 'on',
  CLIENT_KEYS: `dev:${CLIENT_KEY},joined:${OTHER_CLIENT_KEY}:site`,
  VISITOR_PER_MINUTE: '99',
});
const DEV = { 'x-goog-api-key': CLIENT_KEY };
const JOINED = { 'x-goog-api-key': OTHER_CLIENT_KEY };

async function visitor(address: string, old?: Headers): Promise<Headers> {
  const from = { Origin: ORIGIN, 'content-type': 'application/json', 'CF-Connecting-IP': address };
  const headers = { ...from, ...(old?.Authorization && { Authorization: old.Authorization }) };
  const answer = await worker.fetch('/peel/session', { method: 'POST', headers, body: '{}' });
  const { token } = (await answer.json()) as { token: string };
  return { ...from, 'x-goog-api-key': '', Authorization: `Bearer ${token}` };
}

/** A prompt with a search, and the provider's answer. */
async function grounded() {
  const body = { ...newPrompt(), tools: [{ googleSearch: {} }] };
  const name = JSON.stringify(body).match(/[0-9a-f-]{36}/)?.[0] as string;
  const message = {
    candidates: [
      {
        content: { parts: [{ inlineData: { mimeType: 'image/png', data: PNG } }], role: 'model' },
        finishReason: 'STOP',
        groundingMetadata: { webSearchQueries: ['x'], searchEntryPoint: { renderedContent: HTML } },
      },
    ],
  };
  const rule = { match: { promptIncludes: name }, behaviour: { body: JSON.stringify(message) } };
  await fetch(`${inject('upstreamUrl')}/__control`, { method: 'POST', body: JSON.stringify(rule) });
  return { body, name };
}

const ask = (body: unknown, headers: Headers, target = GENERATE) => worker.ask(target, body, { ...LINK, ...headers });
const addressIn = (text: string): string => /\/images\/[^"]+/.exec(text)?.[0] ?? '';
const addressOf = async (answer: Response) => addressIn(await answer.text());
const pathOf = (address: string) => address.replace(/\?.*/, '');
const open = async (path: string, headers: Headers = {}) => (await worker.fetch(path, { headers })).status;

describe('a grounded answer', () => {
  it('is told to its asker again, renewed ticket or not, and to no other', async () => {
    const { body, name } = await grounded();
    const [one, two] = [await visitor('203.0.113.31'), await visitor('203.0.113.32')];
    const askers = [one, two, DEV, JOINED];

    for (const headers of askers) {
      const answer = await ask(body, headers);
      expect(answer.headers.get('Cache-Status')).toBe('peel; fwd=uri-miss; stored');
    }
    const again = [...askers, await visitor('203.0.113.31', one)];
    for (const headers of again) expect((await ask(body, headers)).headers.get('Cache-Status')).toBe('peel; hit');
    expect(await upstreamCalls(name)).toBe(askers.length);
  });

  it('is not joined by another who asks the same at the same time', async () => {
    const { body, name } = await grounded();
    const askers = [await visitor('203.0.113.33'), await visitor('203.0.113.34'), DEV];

    const addresses = await Promise.all(
      askers.map(async (headers) => pathOf(await addressOf(await ask(body, headers)))),
    );

    expect(new Set(addresses).size).toBe(3);
    expect(await upstreamCalls(name)).toBe(3);
  });
});

describe('the picture of a grounded answer', () => {
  it('opens for its asker, and at its signed address, in every way a picture does', async () => {
    const { body } = await grounded();
    const asker = await visitor('203.0.113.35');

    const signed = await addressOf(await ask(body, asker));

    expect(signed).toMatch(/^\/images\/e[0-9a-f]{48}\/0\.png\?e=\d+&s=[\w-]{43}$/);
    const whole = await worker.fetch(signed);
    expect(whole.status).toBe(200);
    expect(Buffer.from(await whole.arrayBuffer()).toString('base64')).toBe(PNG);
    expect(whole.headers.get('Cache-Control')).toBe('private, max-age=3600');
    expect(await open(pathOf(signed), asker)).toBe(200);
    const small = await worker.fetch(`${signed}&w=160`);
    expect([small.status, small.headers.get('Content-Type')]).toEqual([200, 'image/webp']);
    expect(small.headers.get('Cache-Control')).toMatch(/^private/);
    expect(await open(signed, { Range: 'bytes=0-3' })).toBe(206);
    const file = await worker.fetch(`${signed}&download`);
    expect(file.headers.get('Content-Disposition')).toMatch(/^attachment/);
  });

  it.each(['', '?w=160', '?download'])('opens for no other caller: %s', async (query) => {
    const { body } = await grounded();
    const path = pathOf(await addressOf(await ask(body, DEV)));
    await worker.fetch(`${path}?w=160`, { headers: DEV });
    const others = [{}, await visitor('203.0.113.36'), JOINED, { ...JOINED, Range: 'bytes=0-3' }];

    for (const headers of others) {
      expect(await reasonOf(await worker.fetch(path + query, { headers }))).toEqual([404, 'NOT_FOUND']);
    }
    expect(await open(path + query, DEV)).toBe(200);
    expect(await reasonOf(await worker.fetch(path, { headers: { 'x-goog-api-key': 'pk_none' } }))).toEqual([
      401,
      'KEY_INVALID',
    ]);
  });

  it('has an address that ends after an hour, and a new one with each answer', async () => {
    const { body } = await grounded();
    let now = Date.now();
    const later = createTestWorker({ SITE_GROUNDING: 'on' }, (services) => ({ ...services, now: () => now }));
    const first = await addressOf(await later.ask(GENERATE, body, LINK));

    expect((await later.fetch(first)).status).toBe(200);
    now += 3_601_000;
    expect((await later.fetch(first)).status).toBe(404);
    const again = await addressOf(await worker.ask(GENERATE, body, LINK));
    expect(pathOf(again)).toBe(pathOf(first));
    expect(await open(again)).toBe(200);
    // The signature of another picture's address does not open this one.
    expect(
      await open(pathOf(first).replace(/e[0-9a-f]{48}/, `e${'0'.repeat(48)}`) + again.slice(again.indexOf('?'))),
    ).toBe(404);
  });

  it('has its signed address in a stream as well', async () => {
    const { body } = await grounded();

    const answer = await ask(body, DEV, SSE);

    expect(await open(await addressOf(answer))).toBe(200);
  });

  it('is gone on from by its asker, at an old address too, and by no other caller', async () => {
    const { body } = await grounded();
    const asker = await visitor('203.0.113.37');
    const signed = await addressOf(await ask(body, asker));
    const edit = (address: string) => {
      const { contents } = newPrompt('[[size:tiny]]') as { contents: { parts: object[] }[] };
      return {
        contents: [
          { role: 'user', parts: [...contents[0]!.parts, { fileData: { fileUri: `https://peel.example${address}` } }] },
        ],
      };
    };

    const own = [
      await ask(edit(signed), asker),
      await ask(edit(pathOf(signed)), asker),
      await ask(edit(signed.replace(/e=\d+/, 'e=1')), asker),
    ];
    const others = [await ask(edit(signed), await visitor('203.0.113.38')), await ask(edit(signed), DEV)];

    expect(own.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const answer of others) expect(await reasonOf(answer)).toEqual([404, 'NOT_FOUND']);
  });
});

describe('GET /images/{id}/suggestion.html', () => {
  it('is what Google sent, unaltered, under a policy that lets nothing run', async () => {
    const { body } = await grounded();
    const signed = await addressOf(await ask(body, DEV));

    const answer = await worker.fetch(signed.replace('0.png', 'suggestion.html'));

    expect(await answer.text()).toBe(HTML);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'cache-control': 'private, max-age=3600',
      'x-content-type-options': 'nosniff',
    });
    expect(await open(pathOf(signed).replace('0.png', 'suggestion.html'), DEV)).toBe(200);
  });

  it('opens for no other caller, and is not there where nothing was suggested', async () => {
    const { body } = await grounded();
    const suggestion = pathOf(await addressOf(await ask(body, DEV))).replace('0.png', 'suggestion.html');
    const plain = await addressOf(await worker.ask(`${MODEL}:generateContent`, newPrompt('[[size:tiny]]'), LINK));

    expect(await open(suggestion)).toBe(404);
    expect(await open(suggestion, JOINED)).toBe(404);
    expect(await open(plain.replace(/\d\.\w+$/, 'suggestion.html'), DEV)).toBe(404);
    expect(await open('/images/nothing/suggestion.html')).toBe(404);
  });

  it('comes out of a stream the same', async () => {
    const { body } = await grounded();
    await ask(body, DEV, SSE);

    const signed = await addressOf(await ask(body, DEV));

    expect(await (await worker.fetch(signed.replace('0.png', 'suggestion.html'))).text()).toBe(HTML);
  });
});
