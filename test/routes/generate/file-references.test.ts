/** An uploaded file in place of inline bytes: for every caller of the site, and every provider. */
import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { FILE_LIFE_MS } from '../../../worker/files/file.ts';
import { createInputs } from '../../../worker/storage/inputs.ts';
import { wholeHeic, wholePng } from '../../files/whole-images.ts';
import { createTestWorker, type ErrorAnswer, newPrompt, reasonOf, WORKER } from '../../support.ts';
import { FAKE_APIYI_KEYS } from '../../upstream/keys.ts';
import { CLIENT, emptyFiles, type FileAnswer, fileOf, idOf, MIB, sendWhole, visit } from '../upload/uploads.ts';

const GENERATE = 'gemini-3.1-flash-image:generateContent';
const NO_STORE = { 'Cache-Control': 'no-store' };
const PICTURE = wholePng(2000);

interface Sent {
  path: string;
  bytes: number;
  sha256: string;
}

const worker = createTestWorker();
let file: FileAnswer;
beforeAll(async () => {
  file = await fileOf(await sendWhole(worker, PICTURE));
});
afterAll(emptyFiles);

const byAddress = (fileUri: string, mimeType?: string) => ({ fileData: { fileUri, ...(mimeType && { mimeType }) } });
const inline = (bytes = PICTURE, mimeType = 'image/png') => ({
  inlineData: { mimeType, data: Buffer.from(bytes).toString('base64') },
});

/** One new prompt, with either part beside it. */
function asking() {
  const { contents } = newPrompt('[[size:tiny]]') as { contents: { parts: object[] }[] };
  const words = contents[0]?.parts[0] as object;
  const name = JSON.stringify(words).match(/[0-9a-f-]{36}/)?.[0] as string;
  const sent = async (): Promise<Sent[]> =>
    (await fetch(`${inject('upstreamUrl')}/__requests?includes=${name}`)).json();
  return { body: (...parts: object[]) => ({ contents: [{ role: 'user', parts: [words, ...parts] }] }), sent };
}

describe('an uploaded file', () => {
  it.each([
    ['with its type', () => byAddress(file.uri, 'image/png')],
    ['without it', () => byAddress(file.uri)],
    ['on the other version', () => byAddress(file.uri.replace('v1beta', 'v1'))],
    ['in snake_case', () => ({ file_data: { file_uri: file.uri, mime_type: 'IMAGE/PNG' } })],
  ])('goes up byte for byte as if it had come inline: %s', async (_name, part) => {
    const { body, sent } = asking();

    const answers = [
      await worker.ask(GENERATE, body(part()), NO_STORE),
      await worker.ask(GENERATE, body(inline()), NO_STORE),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const [byFile, byBytes, ...others] = await sent();
    expect(others).toEqual([]);
    expect([byFile?.bytes, byFile?.sha256]).toEqual([byBytes?.bytes, byBytes?.sha256]);
  });

  it('has the same key: asked inline, it is the kept answer, and the other way round', async () => {
    for (const [first, second] of [
      [byAddress(file.uri), inline()],
      [inline(), byAddress(file.uri, 'image/png')],
    ] as const) {
      const { body, sent } = asking();

      const drawn = await worker.ask(GENERATE, body(first));
      const kept = await worker.ask(GENERATE, body(second));

      expect(drawn.headers.get('Cache-Status')).toBe('peel; fwd=uri-miss; stored');
      expect(kept.headers.get('Cache-Status')).toBe('peel; hit');
      expect(await kept.bytes()).toEqual(await drawn.bytes());
      expect(await sent()).toHaveLength(1);
    }
  });

  it('is for every caller of the site who knows it, in any turn, as often as wanted', async () => {
    const { body, sent } = asking();
    const { contents } = body(byAddress(file.uri), byAddress(file.uri));
    const turns = [
      { role: 'user', parts: [byAddress(file.uri), { text: 'look' }] },
      { role: 'model', parts: [{ text: 'I do' }] },
    ];

    const answer = await worker.fetch(`/v1/models/${GENERATE}`, {
      method: 'POST',
      headers: { ...(await visit(worker)), 'content-type': 'application/json' },
      body: JSON.stringify({ contents: [...turns, ...contents] }),
    });

    expect(answer.status).toBe(200);
    expect((await sent())[0]?.bytes).toBeGreaterThan(3 * Math.ceil(PICTURE.length / 3) * 4);
  });

  it('is the same to another provider', async () => {
    const apiyi = createTestWorker({
      GOOGLE_API_KEYS: '',
      APIYI_API_KEYS: FAKE_APIYI_KEYS[0],
      APIYI_BASE_URL: inject('upstreamUrl'),
    } as never);
    const { body, sent } = asking();

    const answer = await apiyi.ask(GENERATE, body(byAddress(file.uri)), NO_STORE);
    await apiyi.ask(GENERATE, body(inline()), NO_STORE);

    expect(answer.headers.get('Peel-Provider')).toBe('apiyi');
    const [byFile, byBytes] = await sent();
    expect(byFile?.sha256).toBe(byBytes?.sha256);
  });

  it('is named as what its bytes are, and may be called by the wider name', async () => {
    const heic = await fileOf(await sendWhole(worker, wholeHeic(), { 'Content-Type': 'image/heic' }));
    const { body, sent } = asking();

    await worker.ask(GENERATE, body(byAddress(heic.uri, 'image/heif')), NO_STORE);
    await worker.ask(GENERATE, body(inline(wholeHeic(), 'image/heic')), NO_STORE);

    const [byFile, byBytes] = await sent();
    expect(byFile?.sha256).toBe(byBytes?.sha256);
  });

  it('may be one of fourteen of a MiB, in a request of a few KiB', async () => {
    const files: FileAnswer[] = [];
    for (let seed = 1; seed <= 3; seed += 1) files.push(await fileOf(await sendWhole(worker, wholePng(MIB, seed))));
    const { body } = asking();
    const fourteen = Array.from({ length: 14 }, (_, at) => byAddress(files[at % 3]?.uri as string));

    const answer = await worker.ask(GENERATE, body(...fourteen), NO_STORE);

    expect(JSON.stringify(body(...fourteen)).length).toBeLessThan(3000);
    expect(answer.status).toBe(200);
  }, 30_000);

  it('may be counted, and stays when the run is over', async () => {
    const { body } = asking();

    const counted = await worker.ask('gemini-3.1-flash-image:countTokens', body(byAddress(file.uri)));
    await worker.ask(GENERATE, body(byAddress(file.uri), inline(wholePng(500))));

    expect(counted.status).toBe(200);
    expect((await worker.fetch(`/v1beta/files/${idOf(file)}`, { headers: CLIENT })).status).toBe(200);
    expect((await worker.ask(GENERATE, asking().body(byAddress(file.uri)), NO_STORE)).status).toBe(200);
  });
});

describe('a file that is not there', () => {
  const FIELD = 'contents[0].parts[1].fileData.fileUri';
  const gone = [404, 'NOT_FOUND', `The file of ${FIELD} was not found.`];
  const problemOf = async (answer: Response) => {
    const { error } = (await answer.json()) as ErrorAnswer;
    return [error.code, error.details.find(({ reason }) => reason)?.reason, error.message];
  };

  it('is refused by its field, before anything is paid: unknown, deleted, of another site', async () => {
    const mine = await fileOf(await sendWhole(worker, wholePng(300)));
    await worker.fetch(`/v1beta/files/${idOf(mine)}`, { method: 'DELETE', headers: CLIENT });
    const elsewhere = '5'.repeat(32);
    const { customMetadata = {} } = (await env.BUCKET.head(`files/default/${idOf(file)}`)) as R2Object;
    await env.BUCKET.put(`files/other/${elsewhere}`, '', { customMetadata });

    for (const id of ['0'.repeat(32), idOf(mine), elsewhere]) {
      const { body, sent } = asking();
      const answer = await worker.ask(GENERATE, body(byAddress(`${WORKER}/v1beta/files/${id}`)));
      expect(await problemOf(answer)).toEqual(gone);
      expect(await sent()).toEqual([]);
    }
  });

  it('is one that is past its 48 hours', async () => {
    const later = createTestWorker({}, (services) => ({
      ...services,
      inputs: createInputs(env.BUCKET, () => Date.now() + FILE_LIFE_MS),
    }));

    expect(await problemOf(await later.ask(GENERATE, asking().body(byAddress(file.uri))))).toEqual(gone);
  });

  it.each([
    ['its name alone', ({ name }: FileAnswer) => name],
    ['a path', ({ uri }: FileAnswer) => new URL(uri).pathname],
    ['another host', ({ uri }: FileAnswer) => uri.replace('peel.example', 'shop.example')],
    ['Google', ({ uri }: FileAnswer) => uri.replace('peel.example', 'generativelanguage.googleapis.com')],
    ['a query', ({ uri }: FileAnswer) => `${uri}?alt=media`],
    ['a way round', ({ uri }: FileAnswer) => uri.replace('/files/', '/files/../files/')],
    ['another object', ({ uri, name }: FileAnswer) => uri.replace(name, 'files/inputs')],
  ])('is not looked for under %s', async (_name, change) => {
    const answer = await worker.ask(GENERATE, asking().body(byAddress(change(file))));

    expect(await reasonOf(answer)).toEqual([400, 'URI_NOT_ALLOWED']);
  });
});
