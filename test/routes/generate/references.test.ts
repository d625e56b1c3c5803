/** Links from an answer return in place of their bytes, and reach the provider as if the bytes had come inline. */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { blobKey } from '../../../worker/storage/keys.ts';
import { createTestWorker, type ErrorAnswer, newPrompt, reasonOf, type TestWorker } from '../../support.ts';

const MODEL = 'gemini-3.1-flash-image';
const GENERATE = `${MODEL}:generateContent`;
const LINK = { 'Peel-Images': 'link' };
const NO_STORE = { 'Cache-Control': 'no-store' };
const SECRET = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const MIB = 1024 * 1024;

interface Part {
  text?: string;
  thought?: boolean;
  thoughtSignature?: string;
  inlineData?: { mimeType: string; data: string };
  fileData?: { mimeType: string; fileUri: string };
}
interface Sent {
  at: number;
  path: string;
  bytes: number;
  sha256: string;
}
type Body = ReturnType<typeof newPrompt>;

const partsOf = async (answer: Response): Promise<Part[]> => {
  const { candidates } = (await answer.json()) as { candidates: { content: { parts: Part[] } }[] };
  return candidates.flatMap(({ content }) => content.parts);
};
const idOf = (part: Part | undefined): string => part?.fileData?.fileUri.match(/[abc][0-9a-f]{32}/)?.[0] as string;
const sentUp = async (includes = ''): Promise<Sent[]> =>
  (await fetch(`${inject('upstreamUrl')}/__requests?includes=${encodeURIComponent(includes)}`)).json();

/** A request that continues from an answer, and the name by which upstream knows it. */
function following(asked: Body, answered: readonly Part[]): { body: Body; name: string } {
  const next = newPrompt('[[size:tiny]]');
  const name = JSON.stringify(next).match(/[0-9a-f-]{36}/)?.[0] as string;
  return { name, body: { contents: [...asked.contents, { role: 'model', parts: answered }, ...next.contents] } };
}

/** A conversation whose last answer has these parts instead. */
const withAnswer = ({ contents }: Body, parts: readonly Part[]): Body => ({
  contents: contents.map((turn, at) => (at === 1 ? { role: 'model', parts } : turn)),
});

let worker: TestWorker;
let asked: Body;
/** One answer with drafts, text and a picture, in both deliveries. */
let linked: Part[];
let inline: Part[];
beforeAll(async () => {
  worker = createTestWorker();
  asked = newPrompt('[[answer:thoughts]] [[size:tiny]] [[signature:6KB]]');
  linked = await partsOf(await worker.ask(GENERATE, asked, LINK));
  inline = await partsOf(await worker.ask(GENERATE, asked));
});

const picture = () => linked.findLast(({ fileData }) => fileData) as Part;
const changed = (change: Partial<Part>): Part[] =>
  linked.map((part) => (part === picture() ? { ...part, ...change } : part));
const problemOf = async (answer: Response) => {
  const { error } = (await answer.json()) as ErrorAnswer;
  return [error.code, error.details.find(({ reason }) => reason)?.reason, error.message] as const;
};

describe('a link answer that comes back', () => {
  it('goes up byte for byte as the inline one does, with its exact length', async () => {
    const { body, name } = following(asked, linked);

    const byLink = await worker.ask(GENERATE, body, NO_STORE);
    const byBytes = await worker.ask(GENERATE, withAnswer(body, inline), NO_STORE);

    expect([byLink.status, byBytes.status]).toEqual([200, 200]);
    expect(linked.some(({ fileData }) => fileData)).toBe(true);
    const [first, second, ...others] = await sentUp(name);
    expect(others).toEqual([]);
    expect(first?.bytes).toBeGreaterThan(8000);
    expect([second?.bytes, second?.sha256]).toEqual([first?.bytes, first?.sha256]);
  });

  it('has the same key: asked inline, it is the kept answer', async () => {
    const { body, name } = following(asked, linked);

    const first = await worker.ask(GENERATE, body);
    const second = await worker.ask(GENERATE, withAnswer(body, inline));

    expect(first.headers.get('Cache-Status')).toBe('peel; fwd=uri-miss; stored');
    expect(second.headers.get('Cache-Status')).toBe('peel; hit');
    expect(await second.bytes()).toEqual(await first.bytes());
    expect(await sentUp(name)).toHaveLength(1);
  });

  it('carries a signature of 3 MB, and pictures of megabytes', async () => {
    const large = newPrompt('[[answer:thoughts]] [[size:6MB]] [[signature:3MB]]');
    const parts = await partsOf(await worker.ask(GENERATE, large, LINK));
    const whole = await partsOf(await worker.ask(GENERATE, large));
    const { body } = following(large, parts);
    const before = new Set((await sentUp()).map(({ sha256 }) => sha256));

    await worker.ask(GENERATE, body, NO_STORE);
    await worker.ask(GENERATE, withAnswer(body, whole), NO_STORE);

    expect(JSON.stringify(body).length).toBeLessThan(6000);
    const sent = (await sentUp()).filter(({ sha256, bytes }) => !before.has(sha256) && bytes > 5_000_000);
    expect(sent).toHaveLength(2);
    expect(sent[1]?.sha256).toBe(sent[0]?.sha256);
  });

  it('is good with either alphabet of its signature, padded or not, and while secrets are rotated', async () => {
    const bytes = Buffer.from(picture().thoughtSignature as string, 'base64');
    const rotated = createTestWorker({ PEEL_SECRET: `${'0a1b2c3d4e5f6789'.repeat(3)}fedcba9876543210,${SECRET}` });
    const { body, name } = following(asked, linked);

    for (const thoughtSignature of [bytes.toString('base64url'), bytes.toString('base64').replace(/=+$/, '')]) {
      await worker.ask(GENERATE, withAnswer(body, changed({ thoughtSignature })), NO_STORE);
    }
    await rotated.ask(GENERATE, body, NO_STORE);

    const digests = (await sentUp(name)).map(({ sha256 }) => sha256);
    expect(digests).toHaveLength(3);
    expect(new Set(digests).size).toBe(1);
  });

  it('may be counted', async () => {
    const { body, name } = following(asked, linked);

    const answer = await worker.ask(`${MODEL}:countTokens`, body);

    expect(answer.status).toBe(200);
    expect((await sentUp(name)).map(({ path }) => path)).toEqual([expect.stringContaining(':countTokens')]);
  });
});

describe('a reference', () => {
  const refusedWith = async (parts: readonly Part[]) => {
    const { body, name } = following(asked, parts);
    const problem = await problemOf(await worker.ask(GENERATE, body));
    expect(await sentUp(name)).toEqual([]);
    return problem;
  };
  const at = () => `contents[1].parts[${linked.indexOf(picture())}]`;

  it('to a picture that is gone is not found, by the name of its field', async () => {
    const id = `b${crypto.randomUUID().replaceAll('-', '')}`;
    const fileUri = picture().fileData?.fileUri.replace(idOf(picture()), id) as string;
    const { thoughtSignature: _, ...unsigned } = picture();

    expect(await refusedWith([{ ...unsigned, fileData: { mimeType: 'image/jpeg', fileUri } }])).toEqual([
      404,
      'NOT_FOUND',
      'The picture of contents[1].parts[0].fileData.fileUri was not found.',
    ]);
  });

  it('to a signature that is gone is not found either', async () => {
    const body = newPrompt('[[size:tiny]] [[signature:6KB]]');
    const parts = await partsOf(await worker.ask(GENERATE, body, LINK));
    const { objects } = await env.BUCKET.list({
      prefix: `30d/signatures/${idOf(parts.findLast(({ fileData }) => fileData))}/`,
    });
    await env.BUCKET.delete(objects.map(({ key }) => key));

    const answer = await worker.ask(GENERATE, following(body, parts).body);

    expect(await problemOf(answer)).toEqual([
      404,
      'NOT_FOUND',
      expect.stringContaining('The signature of contents[1]'),
    ]);
  });

  it('of a signature stands beside its own picture and no other', async () => {
    const [code, reason, message] = await refusedWith([
      ...linked,
      {
        ...(inline.findLast(({ inlineData }) => inlineData) as Part),
        thoughtSignature: picture().thoughtSignature as string,
      },
    ]);

    expect([code, reason]).toEqual([400, 'INVALID_FIELD']);
    expect(message).toBe(
      `contents[1].parts[${linked.length}].thoughtSignature must stand beside the picture it came with.`,
    );
  });

  it('with an altered signature is refused', async () => {
    const bytes = Buffer.from(picture().thoughtSignature as string, 'base64');
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;

    expect(await refusedWith(changed({ thoughtSignature: bytes.toString('base64') }))).toEqual([
      400,
      'INVALID_FIELD',
      `${at()}.thoughtSignature must be as an answer of this service gave it.`,
    ]);
  });

  it.each([
    ['with a width', (uri: string) => `${uri}?w=320`],
    ['as a download', (uri: string) => `${uri}?download`],
    ['without its host', (uri: string) => new URL(uri).pathname],
    ['of another host', (uri: string) => uri.replace('peel.example', 'shop.example')],
    ['of a server that listens', () => `${inject('upstreamUrl')}/images/b${'0'.repeat(32)}/0.png`],
  ])('to a picture %s is no address of ours, and nothing is fetched', async (_name, change) => {
    const fileUri = change(picture().fileData?.fileUri as string);
    const paths = async () => (await sentUp()).filter(({ path }) => path.includes('/images/')).length;

    const answer = await worker.ask(GENERATE, { contents: [{ parts: [{ text: 'a' }, { fileData: { fileUri } }] }] });

    expect(await reasonOf(answer)).toEqual([400, 'URI_NOT_ALLOWED']);
    expect(await paths()).toBe(0);
  });

  it('that makes the request longer than a provider takes is refused by that, before anything is read', async () => {
    const id = `b${'7'.repeat(32)}`;
    const bytes = new Uint8Array(20 * MIB);
    bytes.set(Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
    await env.BUCKET.put(blobKey('images', id, 0), bytes);
    const part = { fileData: { mimeType: 'image/png', fileUri: `https://peel.example/images/${id}/0.png` } };

    const [code, reason, message] = await refusedWith(Array(4).fill(part));
    await env.BUCKET.delete(blobKey('images', id, 0));

    expect([code, reason]).toEqual([400, 'INVALID_FIELD']);
    expect(message).toMatch(
      /^contents must come to at most 100000000 bytes with its pictures in base64, but comes to 1118\d{5}\.$/,
    );
  });
});

it('what R2 cannot look up is refused, and nothing is charged', async () => {
  const find = () => Promise.reject(new Error('get: internal error (10001)'));
  const broken = createTestWorker({}, (services) => ({ ...services, inputs: { ...services.inputs, find } }));
  const { body, name } = following(asked, linked);

  const answer = await broken.ask(GENERATE, body);

  expect(await problemOf(answer)).toEqual([
    503,
    'UPSTREAM_UNAVAILABLE',
    expect.stringContaining('Nothing was charged'),
  ]);
  expect(await sentUp(name)).toEqual([]);
});

it('text over a MiB is refused by name', async () => {
  for (const bytes of [MIB + 1, 3 * MIB]) {
    const answer = await worker.ask(GENERATE, { contents: [{ parts: [{ text: 'x'.repeat(bytes) }] }] });

    expect(await problemOf(answer)).toEqual([
      400,
      'INVALID_FIELD',
      expect.stringMatching(/^(contents|body) must have at most/),
    ]);
  }
});
