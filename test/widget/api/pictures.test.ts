import { expect, it } from 'vitest';
import { downloadAddress } from '../../../widget/run/picture.ts';
import {
  ENDPOINT,
  PICTURE_URL,
  pictureAddress,
  pictureChunk,
  STOP,
  streamOf,
  textChunk,
  thoughtChunk,
} from '../support.ts';
import { all, last, never, setUp, TAKE } from './client.ts';

it('tells in order: sent, thoughts as they grow, the picture', async () => {
  const { worker, client } = setUp();
  worker.generate = () =>
    streamOf([thoughtChunk('Hm.'), thoughtChunk(' Yes.'), pictureChunk(), textChunk(' A fox. '), STOP]);

  expect(await all(client.generate(TAKE, never()))).toEqual([
    { type: 'sent' },
    { type: 'thought', thought: 'Hm.' },
    { type: 'thought', thought: 'Hm. Yes.' },
    {
      type: 'picture',
      picture: {
        url: PICTURE_URL,
        mimeType: 'image/png',
        text: 'A fox.',
        thoughts: 'Hm. Yes.',
        cached: false,
        content: {
          role: 'model',
          parts: [{ fileData: { mimeType: 'image/png', fileUri: PICTURE_URL } }, { text: ' A fox. ' }],
        },
        sources: [],
        queries: [],
      },
    },
  ]);
});

it('tells of drafts, each once, and not of their thoughts alone', async () => {
  const { worker, client } = setUp();
  const draft = (n: number) => ({
    candidates: [{ content: { parts: [{ ...partOf(pictureAddress(n)), thought: true }] } }],
  });
  worker.generate = () => streamOf([draft(1), thoughtChunk('Hm.'), draft(2), pictureChunk(pictureAddress(3)), STOP]);

  const events = await all(client.generate(TAKE, never()));

  expect(events.map((event) => ('url' in event ? event.url : event.type))).toEqual([
    'sent',
    pictureAddress(1),
    'thought',
    pictureAddress(2),
    'picture',
  ]);
});

it('keeps the signatures of the answer for the next request, each on its own part', async () => {
  const { worker, client } = setUp();
  worker.generate = () =>
    streamOf([
      thoughtChunk('Never sent back.'),
      textChunk('Here '),
      textChunk('it is.'),
      chunkOf({ text: 'Signed.', thoughtSignature: 'c2ln' }),
      chunkOf({ ...partOf(PICTURE_URL), thoughtSignature: 'cGlj' }),
      chunkOf({ text: '', thoughtSignature: 'ZW5k' }),
      STOP,
    ]);

  expect(last(await all(client.generate(TAKE, never())))).toMatchObject({
    picture: {
      content: {
        role: 'model',
        parts: [
          { text: 'Here it is.' },
          { text: 'Signed.', thoughtSignature: 'c2ln' },
          { ...partOf(PICTURE_URL), thoughtSignature: 'cGlj' },
          { text: '', thoughtSignature: 'ZW5k' },
        ],
      },
    },
  });
});

it('keeps the query of a private picture, and asks the endpoint for it', async () => {
  const { worker, client } = setUp();
  const path = `/images/d${'1'.repeat(48)}/0.png?until=1800000000&signature=a_b-c`;
  worker.generate = () => streamOf([pictureChunk(`https://inside.example${path}`), STOP]);

  expect(last(await all(client.generate(TAKE, never())))).toMatchObject({ picture: { url: ENDPOINT + path } });
});

it('gives the sources of a grounded answer, web pages only, and where Google’s suggestion is', async () => {
  const { worker, client } = setUp();
  const picture = `${ENDPOINT}/images/d${'1'.repeat(48)}/0.png?signature=abc`;
  const groundingMetadata = {
    webSearchQueries: ['fox colours'],
    imageSearchQueries: ['fox photo'],
    groundingChunks: [
      { web: { uri: 'https://foxes.example/red', title: 'Red foxes' } },
      { web: { uri: 'https://foxes.example/red', title: 'Red foxes' } },
      { image: { sourceUri: 'https://photos.example/fox' } },
      { web: { uri: 'javascript:alert(1)', title: 'No page' } },
      { web: { title: 'No address' } },
      null,
    ],
    searchEntryPoint: { renderedContent: '<style>*{}</style>' },
  };
  worker.generate = () =>
    streamOf([pictureChunk(picture), { candidates: [{ groundingMetadata, finishReason: 'STOP' }] }]);

  expect(last(await all(client.generate(TAKE, never())))).toMatchObject({
    picture: {
      sources: [
        { url: 'https://foxes.example/red', title: 'Red foxes' },
        { url: 'https://photos.example/fox', title: 'photos.example' },
      ],
      queries: ['fox colours', 'fox photo'],
      suggestionUrl: `${ENDPOINT}/images/d${'1'.repeat(48)}/suggestion.html?signature=abc`,
    },
  });
});

it('waits through spaces for the event that they open', async () => {
  const { worker, client } = setUp();
  worker.generate = () =>
    new Response(`data:    \r\n\r\ndata: ${' '.repeat(40)}${JSON.stringify(pictureChunk())}\r\n\r\n`);

  expect(last(await all(client.generate(TAKE, never())))).toMatchObject({ type: 'picture' });
});

it('reads an answer that is one bare object', async () => {
  const { worker, client } = setUp();
  worker.generate = () => Response.json(pictureChunk());

  expect(last(await all(client.generate(TAKE, never())))).toMatchObject({ picture: { url: PICTURE_URL } });
});

it('shows bytes from memory, where no link came', async () => {
  const { worker, client } = setUp();
  const bytes = new Uint8Array(await (await fetch(PICTURE_URL)).arrayBuffer());
  const data = btoa(String.fromCharCode(...bytes));
  worker.generate = () =>
    streamOf([{ candidates: [{ content: { parts: [{ inlineData: { mimeType: 'image/png', data } }] } }] }, STOP]);

  const event = last(await all(client.generate(TAKE, never())));

  if (event?.type !== 'picture') throw new Error('There is no picture.');
  expect(event.picture.url).toMatch(/^blob:/);
  expect(new Uint8Array(await (await fetch(event.picture.url)).arrayBuffer())).toEqual(bytes);
  expect(downloadAddress(event.picture.url)).toBe(event.picture.url);
});

it('says of a hit that the picture was there already', async () => {
  const { worker, client } = setUp();
  worker.generate = () => streamOf([pictureChunk(), STOP], { 'Cache-Status': 'peel; hit' });

  expect(last(await all(client.generate(TAKE, never())))).toMatchObject({ type: 'picture', picture: { cached: true } });
});

const chunkOf = (part: object) => ({ candidates: [{ content: { role: 'model', parts: [part] } }] });
const partOf = (fileUri: string) => ({ fileData: { mimeType: 'image/png', fileUri } });
