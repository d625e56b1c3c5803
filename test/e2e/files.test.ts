/** `ai.files` of Google's own SDK, both versions and unmodified, in Node and on a page, against a whole deployment. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPartFromUri, type File as GeminiFile, GoogleGenAI as GoogleGenAIV2 } from '@google/genai';
import { GoogleGenAI as GoogleGenAIV3 } from 'genai-v3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_KEY, OTHER_CLIENT_KEY } from '../client-keys.ts';
import { wholePng } from '../files/whole-images.ts';
import { createFakeUpstream, type FakeUpstream } from '../upstream/server.ts';
import { type Deployment, inFrontOfGoogle, startDeployment } from './deployment.ts';
import { type ShopPage, startPage } from './page.ts';

const MODEL = 'gemini-3.1-flash-image';
const SMALL = wholePng(60_000);
/** Two and a half chunks of the SDK. */
const LARGE = wholePng(20 * 1024 * 1024, 1);
const hashOf = (bytes: Uint8Array) => btoa(createHash('sha256').update(bytes).digest('hex'));

let upstream: FakeUpstream;
let shop: ShopPage;
let peel: Deployment;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'peel-files-'));
  upstream = await createFakeUpstream();
  shop = await startPage('sdk-page.ts');
  peel = await startDeployment({
    ...inFrontOfGoogle(upstream.url),
    SITE_ORIGINS: shop.origin,
    CLIENT_KEYS: `dev:${CLIENT_KEY},other:${OTHER_CLIENT_KEY}`,
  });
});
afterAll(async () => {
  await peel?.close();
  await shop?.close();
  await upstream?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The picture that reached upstream beside these words. */
function sentUp(words: string): string | undefined {
  const sent = upstream.requests.findLast(({ body }) => body?.includes(words));
  const { contents } = JSON.parse(sent?.body ?? '{}') as { contents: { parts: { inlineData?: { data: string } }[] }[] };
  return contents[0]?.parts.find(({ inlineData }) => inlineData)?.inlineData?.data;
}

describe.each([
  { version: '2.18', GoogleGenAI: GoogleGenAIV2 },
  { version: '3.1', GoogleGenAI: GoogleGenAIV3 as unknown as typeof GoogleGenAIV2 },
])('@google/genai $version', ({ version, GoogleGenAI }) => {
  const client = (apiKey = CLIENT_KEY) => new GoogleGenAI({ apiKey, httpOptions: { baseUrl: peel.url } });

  it('uploads from a disk, in chunks, and gets, lists and deletes', async () => {
    const path = join(folder, `large-${version}.png`);
    writeFileSync(path, LARGE);
    const { files } = client();

    const file = await files.upload({ file: path, config: { displayName: 'a fox' } });
    const name = file.name as string;

    expect(file).toMatchObject({ displayName: 'a fox', mimeType: 'image/png', state: 'ACTIVE', source: 'UPLOADED' });
    expect([file.sizeBytes, file.sha256Hash]).toEqual([String(LARGE.length), hashOf(LARGE)]);
    expect(await files.get({ name })).toMatchObject({ name, uri: file.uri, sha256Hash: file.sha256Hash });
    const listed: (string | undefined)[] = [];
    for await (const each of await files.list({ config: { pageSize: 1 } })) listed.push(each.name);
    expect(listed).toContain(name);
    await expect(client(OTHER_CLIENT_KEY).files.get({ name })).rejects.toMatchObject({ status: 404 });
    await files.delete({ name });
    await expect(files.get({ name })).rejects.toMatchObject({ status: 404 });
  });

  it('uploads a blob, and a picture is made from the same bytes', async () => {
    const words = `bluer, from a file, for ${version}`;
    const ai = client();

    const file = await ai.files.upload({ file: new Blob([SMALL as Uint8Array<ArrayBuffer>], { type: 'image/png' }) });
    const part = createPartFromUri(file.uri as string, file.mimeType as string);
    const answer = await ai.models.generateContent({
      model: MODEL,
      contents: [{ role: 'user', parts: [part, { text: words }] }],
    });

    expect(answer.candidates?.[0]?.finishReason).toBe('STOP');
    expect(sentUp(words)).toBe(Buffer.from(SMALL).toString('base64'));
  });

  it('raises an ApiError that says what is wrong with a file', async () => {
    const upload = (bytes: Uint8Array, type: string) =>
      client().files.upload({ file: new Blob([bytes as Uint8Array<ArrayBuffer>], { type }) });

    await expect(upload(SMALL.subarray(0, -1), 'image/png')).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('must be a whole image'),
    });
    await expect(upload(new Uint8Array(20 * 1024 * 1024 + 1), 'image/png')).rejects.toMatchObject({ status: 413 });
  });

  it('has a wrong type corrected', async () => {
    const file = new Blob([SMALL as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' });

    expect(await client().files.upload({ file })).toMatchObject({ mimeType: 'image/png' });
  });

  it('does it all for a visitor on a page', async () => {
    const words = `bluer, on a page, for ${version}`;
    const page = await shop.open();

    const seen = await page.evaluate(visit, { version, baseUrl: peel.url, model: MODEL, words, small: [...SMALL] });

    expect(seen.small).toMatchObject({ mimeType: 'image/png', sha256Hash: hashOf(SMALL), state: 'ACTIVE' });
    expect(seen.large.sizeBytes).toBe(String(9 * 1024 * 1024));
    expect(seen.listed.sort()).toEqual([seen.small.name, seen.large.name].sort());
    expect(seen.got).toBe(seen.small.uri);
    expect(seen.finishReason).toBe('STOP');
    expect(seen.afterwards).toContain('404');
    expect(sentUp(words)).toBe(Buffer.from(SMALL).toString('base64'));
    await page.close();
  });
});

interface Visit {
  version: string;
  baseUrl: string;
  model: string;
  words: string;
  small: number[];
}

/** Runs in the page: gets a ticket, then uses only the SDK. */
async function visit({ version, baseUrl, model, words, small }: Visit) {
  const session = await fetch(`${baseUrl}/peel/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  });
  const { token } = (await session.json()) as { token: string };
  const GoogleGenAI = (globalThis as unknown as Record<string, typeof GoogleGenAIV2>)[version] as typeof GoogleGenAIV2;
  const ai = new GoogleGenAI({ apiKey: token, httpOptions: { baseUrl } });
  const upload = (bytes: Uint8Array) =>
    ai.files.upload({
      file: new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/png' }),
      config: { displayName: 'a füchsin' },
    });

  const file = await upload(Uint8Array.from(small));
  // A longer middle makes the picture need a second chunk of the SDK.
  const head = small.slice(0, 33);
  const long = new Uint8Array(9 * 1024 * 1024);
  long.set(head);
  new DataView(long.buffer).setUint32(33, long.length - 33 - 12 - 12);
  long.set(small.slice(37, 41), 37);
  long.set(small.slice(-12), long.length - 12);
  const large = await upload(long);
  const listed: (string | undefined)[] = [];
  for await (const each of await ai.files.list()) listed.push(each.name);
  const got: GeminiFile = await ai.files.get({ name: file.name as string });
  const part = { fileData: { fileUri: file.uri as string, mimeType: file.mimeType as string } };
  const answer = await ai.models.generateContent({
    model,
    contents: [{ role: 'user', parts: [part, { text: words }] }],
  });
  await ai.files.delete({ name: file.name as string });
  const afterwards = await ai.files.get({ name: file.name as string }).then(
    () => 'still there',
    (error: unknown) => String((error as { status?: number }).status),
  );
  return {
    ...{ small: file, large, listed, got: got.uri, afterwards },
    finishReason: answer.candidates?.[0]?.finishReason,
  };
}
