/**
 * A provider that writes the key back: every spelling × every way in which an answer, an error or a log line leaves the
 * worker. The output is searched as a reader could read it: unchanged, and unescaped any number of times.
 */
import { reset } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { createTestWorker } from '../support.ts';
import { FAKE_GOOGLE_KEYS } from '../upstream/keys.ts';
import { ARRAY, GENERATE, MODEL, nameOf, newBody, SSE } from './generate/money.ts';

afterEach(reset);

const KEY = FAKE_GOOGLE_KEYS[0];
const escaped = (text: string, backslash = '\\') =>
  [...text].map((letter) => `${backslash}u00${letter.charCodeAt(0).toString(16)}`).join('');
const percent = (text: string) => [...text].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('');

/** Spellings of the key inside a JSON string. */
const SPELLINGS: Record<string, string> = {
  plain: KEY,
  'its first letter escaped': escaped(KEY[0]!) + KEY.slice(1),
  'all letters escaped': escaped(KEY),
  'all letters escaped in upper case': escaped(KEY).replace(/00../g, (code) => code.toUpperCase()),
  'every third letter escaped': [...KEY].map((letter, n) => (n % 3 === 0 ? escaped(letter) : letter)).join(''),
  'escaped twice': escaped(KEY, '\\\\'),
  hex: Buffer.from(KEY).toString('hex'),
  'hex in upper case': Buffer.from(KEY).toString('hex').toUpperCase(),
  reversed: [...KEY].reverse().join(''),
  base64: Buffer.from(`>${KEY}`).toString('base64'),
  base64url: Buffer.from(`>>${KEY}`).toString('base64url'),
  percent: percent(KEY),
  'half of it': KEY.slice(0, 19),
  'a window of it': KEY.slice(7, 23),
  'the end of it': KEY.slice(-16),
};

const undone = (text: string) =>
  text.replace(/\\+u00([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/** The pieces of the key that a reader can find. */
function findKey(body: string): string[] {
  const texts = [body, undone(body)];
  const windows = Array.from({ length: KEY.length - 15 }, (_, at) => KEY.slice(at, at + 16));
  const forms = [...windows, ...['hex', 'hex in upper case', 'reversed', 'percent'].map((name) => SPELLINGS[name]!)];
  const decoded = texts.flatMap((text) =>
    (text.match(/[\w+/-]{20,}/g) ?? []).flatMap((run) =>
      [0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), 'base64').toString('latin1')),
    ),
  );
  return forms.filter(
    (form) => texts.some((text) => text.includes(form)) || decoded.some((text) => text.includes(form)),
  );
}

const answerOf = (text: string) =>
  `{"candidates":[{"content":{"role":"model","parts":[{"text":"before ${text} after"}]},"finishReason":"STOP"}]}`;
const errorOf = (code: number, status: string, text: string) =>
  `{"error":{"code":${code},"status":"${status}","message":"Bad ${text} here","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"contents","description":"not ${text}"}]}]}}`;

const framed = {
  json: answerOf,
  sse: (text: string) => `data: ${answerOf(text)}\r\n\r\n`,
  array: (text: string) => `[${answerOf(text)}]`,
};
const LINK = { 'Peel-Images': 'link' };
const NO_STORE = { 'Cache-Control': 'no-store' };

interface Way {
  name: string;
  target: string;
  body: (text: string) => string;
  headers?: Record<string, string>;
  status?: number;
}

const WAYS: Way[] = [
  { name: 'JSON', target: GENERATE, body: framed.json },
  { name: 'JSON with links', target: GENERATE, body: framed.json, headers: LINK },
  { name: 'JSON not stored', target: GENERATE, body: framed.json, headers: NO_STORE },
  { name: 'events', target: SSE, body: framed.sse },
  { name: 'events with links', target: SSE, body: framed.sse, headers: LINK },
  { name: 'events not stored', target: SSE, body: framed.sse, headers: NO_STORE },
  { name: 'an array', target: ARRAY, body: framed.array },
  { name: 'an array with links', target: ARRAY, body: framed.array, headers: LINK },
  { name: 'an array not stored', target: ARRAY, body: framed.array, headers: NO_STORE },
  { name: 'a count of tokens', target: `${MODEL}:countTokens`, body: (text) => `{"totalTokens":7,"note":"${text}"}` },
  { name: 'an error', target: GENERATE, body: (text) => errorOf(400, 'INVALID_ARGUMENT', text), status: 400 },
  {
    name: 'an error not stored',
    target: GENERATE,
    body: (text) => errorOf(400, 'INVALID_ARGUMENT', text),
    status: 400,
    headers: NO_STORE,
  },
];

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(String(line)));
});
afterEach(() => void vi.restoreAllMocks());

async function teach(prompt: string, body: string, status = 200): Promise<void> {
  const rule = { match: { promptIncludes: prompt }, behaviour: { body, status } };
  await fetch(`${inject('upstreamUrl')}/__control`, { method: 'POST', body: JSON.stringify(rule) });
}

describe.each(WAYS)('in $name', ({ target, body, headers, status }) => {
  it('no spelling of the key comes out', async () => {
    const worker = createTestWorker();
    for (const [name, spelling] of Object.entries(SPELLINGS)) {
      const asked = newBody('');
      await teach(nameOf(asked), body(spelling), status);

      const answer = await worker.ask(target, asked, headers);
      const text = await answer.text();

      expect(answer.status, name).toBe(status ?? 200);
      expect(text, name).toContain('[redacted]');
      expect(findKey(text), name).toEqual([]);
      if (!text.startsWith('data:')) JSON.parse(text);
    }
    expect(findKey(lines.join('\n'))).toEqual([]);
  });
});

describe('in the log', () => {
  it('no spelling of the key comes out, where a provider’s words are written down', async () => {
    for (const spelling of Object.values(SPELLINGS)) {
      const worker = createTestWorker();
      const asked = newBody('');
      await teach(nameOf(asked), errorOf(403, 'PERMISSION_DENIED', spelling), 403);

      expect((await worker.ask(GENERATE, asked, NO_STORE)).status).toBe(503);
    }

    const told = lines.join('\n');
    expect(told).toMatch(/"event":"provider_failed".*"cause":"HTTP 403 /);
    expect(findKey(told)).toEqual([]);
  });
});
