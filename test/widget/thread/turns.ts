/** Turns for tests: complete values, of which a test changes what it is about. */
import type { Order, Result, SentReference, Turn } from '../../../widget/model.ts';
import type { Settings } from '../../../widget/settings/settings.ts';
import { addTurn, EMPTY_THREAD, type Thread } from '../../../widget/thread/thread.ts';

export const ENDPOINT = 'https://worker.example';

const SETTINGS: Settings = {
  model: {
    id: 'gemini-nano-banana-2.1',
    displayName: 'Nano Banana 2.1',
    sizes: ['1K', '2K'],
    aspectRatios: ['1:1', '16:9'],
    maxReferences: 14,
    grounding: [],
    thinking: [],
    expectedMs: { '1K': 12_000 },
  },
  aspectRatio: 'auto',
  size: '1K',
  grounding: 'none',
  count: 1,
};

/** 128 bits, as the worker names pictures. */
const idOf = (name: string) =>
  `b${[...name]
    .map((letter) => letter.charCodeAt(0).toString(16))
    .join('')
    .padEnd(32, '0')
    .slice(0, 32)}`;

export const addressOf = (name: string, endpoint = ENDPOINT) => `${endpoint}/images/${idOf(name)}/0.png`;

export const reference = (name: string): SentReference => ({
  uri: `${ENDPOINT}/v1beta/files/${idOf(name).slice(1)}`,
  mimeType: 'image/png',
  alt: name,
});

export function orderOf(prompt: string, own: Partial<Order> = {}): Order {
  const parts = [{ text: prompt }];
  const body = {
    contents: [{ role: 'user' as const, parts }],
    generationConfig: { responseModalities: ['TEXT' as const, 'IMAGE' as const], imageConfig: { imageSize: '1K' } },
  };
  return { prompt, settings: SETTINGS, take: { model: SETTINGS.model.id, body }, references: [], ...own };
}

export function pictureOf(name: string, order: Order, own: Partial<Result> = {}): Result {
  const url = addressOf(name);
  return {
    url,
    mimeType: 'image/png',
    text: '',
    thoughts: '',
    cached: false,
    content: {
      role: 'model',
      parts: [{ fileData: { mimeType: 'image/png', fileUri: url }, thoughtSignature: `c2lnbmF0dXJlIG9mIA==${name}` }],
    },
    sources: [],
    queries: [],
    width: 1024,
    height: 1024,
    order,
    elapsedMs: 12_000,
    alt: `Picture made with AI: ${order.prompt}`,
    ...own,
  };
}

let made = 0;

/** A turn named by its words. @param from The id of the turn that it changes. */
export function turn(id: string, from?: string, own: Partial<Turn> = {}): Turn {
  const order = own.order ?? orderOf(id, from === undefined ? {} : { from });
  made += 1;
  return {
    id,
    ...(from !== undefined && { parent: from }),
    order,
    results: [pictureOf(id, order)],
    index: 0,
    at: made * 1000,
    ...own,
  };
}

/** A thread of turns written as `id` or `id<parent`, in the order of making. */
export const threadOf = (...names: string[]): Thread =>
  names.reduce((thread, name) => {
    const [id = '', from] = name.split('<');
    return addTurn(thread, turn(id, from));
  }, EMPTY_THREAD);
