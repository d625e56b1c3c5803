/** A fake worker in the page, which answers the element's `fetch` and records the requests; and what a visitor does. */
import { vi } from 'vitest';
import { page } from 'vitest/browser';
import { definePeelStudio } from '../../widget/define.ts';
import type { PeelEvent } from '../../widget/events.ts';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import type { SessionAnswer, SiteFacts } from '../../worker/protocol.ts';

/** Also the origin of the pictures: the element loads them from no other. */
export const ENDPOINT = location.origin;

/** 48 by 27 pixels. */
export const PICTURE_URL = new URL('./wide.png', import.meta.url).href;

/** The same picture at an address of its own. */
export const pictureAddress = (n: number): string => `${PICTURE_URL}?n=${n}`;

/** A site with two models that differ in everything. It shows no examples with pictures and has no notice. */
export const FACTS: SiteFacts = {
  site: 'default',
  models: [
    {
      id: 'gemini-nano-banana-2.1',
      displayName: 'Nano Banana 2.1',
      sizes: ['1K', '2K', '4K'],
      aspectRatios: ['1:1', '3:4', '4:3', '9:16', '16:9', '1:8', '8:1'],
      maxReferences: 14,
      grounding: ['web', 'image'],
      thinking: ['minimal', 'medium', 'high'],
      expectedMs: { '1K': 12_000, '2K': 20_000 },
    },
    {
      id: 'gemini-2.5-flash-image',
      displayName: 'Nano Banana',
      sizes: ['1K'],
      aspectRatios: ['1:1', '16:9'],
      maxReferences: 3,
      grounding: [],
      thinking: [],
      expectedMs: {},
    },
  ],
  defaultModel: 'gemini-nano-banana-2.1',
  promptMode: 'free',
  slots: [],
  presets: [],
  ideas: [{ text: 'A fox in the snow' }, { text: 'A map of an island' }],
  wall: [],
  actions: [],
  limits: { perMinute: 3, perDay: 20, left: 20 },
  paused: false,
  proof: { kind: 'none', nonce: '' },
};

export interface Asked {
  method: string;
  path: string;
  headers: Headers;
  body: unknown;
  signal: AbortSignal | undefined;
}

type Answer = (asked: Asked) => Response | Promise<Response>;

export interface FakeWorker {
  fetch: typeof fetch;
  asked: Asked[];
  /** Requests to a path that contains this. */
  askedFor(part: string): Asked[];
  site: Answer;
  session: Answer;
  generate: Answer;
  upload: Answer;
}

export function fakeWorker(): FakeWorker {
  const worker: FakeWorker = {
    asked: [],
    askedFor: (part) => worker.asked.filter(({ path }) => path.includes(part)),
    site: () => Response.json(FACTS),
    session: () => Response.json(ticket(`ticket-${worker.askedFor('/peel/session').length}`)),
    generate: () => {
      const url = pictureAddress(worker.askedFor(':streamGenerateContent').length);
      return streamOf([thoughtChunk('**Mixing colours**\n\nOrange.'), pictureChunk(url), STOP]);
    },
    upload: () => {
      const n = worker.askedFor('/upload/').length;
      return Response.json({ file: { uri: `${ENDPOINT}/v1beta/files/file-${n}`, mimeType: 'image/png' } });
    },
    fetch: async (input, init) => {
      const url = new URL(String(input));
      const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined;
      const headers = new Headers(init?.headers);
      const asked: Asked = {
        method: init?.method ?? 'GET',
        path: url.pathname + url.search,
        headers,
        body,
        signal: init?.signal ?? undefined,
      };
      worker.asked.push(asked);
      init?.signal?.throwIfAborted();
      if (url.pathname === '/peel/site') return worker.site(asked);
      if (url.pathname === '/peel/session') return worker.session(asked);
      if (url.pathname.endsWith(':streamGenerateContent')) return worker.generate(asked);
      if (url.pathname.startsWith('/upload/')) return worker.upload(asked);
      return fetch(input, init);
    },
  };
  return worker;
}

const ticket = (token: string, forMs = 600_000): SessionAnswer => ({
  token,
  expiresAt: new Date(Date.now() + forMs).toISOString(),
  remaining: { session: 20, day: 20 },
});

export const STOP = { candidates: [{ content: { role: 'model' }, finishReason: 'STOP' }] };
/** Usage of a refused picture and of a generated one. */
export const USAGE = { promptTokenCount: 9, thoughtsTokenCount: 300 };
export const PICTURE_USAGE = { candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }] };
const chunkOf = (part: object) => ({ candidates: [{ content: { role: 'model', parts: [part] } }] });
export const thoughtChunk = (text: string) => chunkOf({ text, thought: true });
export const textChunk = (text: string) => chunkOf({ text });
export const pictureChunk = (url = PICTURE_URL) => chunkOf({ fileData: { mimeType: 'image/png', fileUri: url } });

const toEvent = (value: unknown) => new TextEncoder().encode(`data: ${JSON.stringify(value)}\r\n\r\n`);

/** A finished stream. */
export const streamOf = (chunks: unknown[], headers: Record<string, string> = {}): Response =>
  new Response(
    new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(toEvent(chunk));
        controller.close();
      },
    }),
    { headers: { 'Content-Type': 'text/event-stream', 'X-Request-Id': 'req-1', ...headers } },
  );

/** A stream that the test writes to. It fails as `fetch` does when the request is aborted. */
export function openStream(asked: Asked) {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(started) {
      controller = started;
    },
  });
  asked.signal?.addEventListener('abort', () => controller?.error(asked.signal?.reason));
  return {
    response: new Response(body, { headers: { 'Content-Type': 'text/event-stream', 'X-Request-Id': 'req-1' } }),
    push: (value: unknown) => controller?.enqueue(toEvent(value)),
    end: () => controller?.close(),
    break: () => controller?.error(new TypeError('network error')),
  };
}

export function failure(code: number, reason: string, retryDelay?: string): Response {
  const details = [
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'peel' },
    ...(retryDelay ? [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }] : []),
  ];
  const error = { code, status: 'STATUS', message: `Message of ${reason}.`, details };
  return Response.json({ error }, { status: code, headers: { 'X-Request-Id': 'req-1' } });
}

/** Wide enough for composer and stage side by side. */
export const WIDE = 1000;

/**
 * Puts an element into the page and waits until it knows its site.
 *
 * @param width Of its column in pixels; by default the narrow page has no columns.
 */
export async function mount(
  worker: FakeWorker,
  attributes: Partial<PeelStudio> = {},
  width?: number,
): Promise<PeelStudio> {
  const studio = create(worker, attributes);
  const ready = eventOf(studio, 'peel-ready');
  place(studio, width);
  await ready;
  await studio.updateComplete;
  return studio;
}

export function create(worker: FakeWorker, attributes: Partial<PeelStudio> = {}): PeelStudio {
  definePeelStudio();
  // As if the visitor had just pressed a key. The test of a page that acts by itself takes it back.
  vi.spyOn(navigator.userActivation, 'isActive', 'get').mockReturnValue(true);
  const studio = document.createElement('peel-studio') as PeelStudio;
  return Object.assign(studio, { fetch: worker.fetch, endpoint: ENDPOINT }, attributes);
}

/** Puts it into the page, or into a column of the page. */
export function place(studio: PeelStudio, width?: number): void {
  const column = document.createElement('div');
  if (width !== undefined) column.style.inlineSize = `${width}px`;
  column.append(studio);
  document.body.append(column);
}

/** For `afterEach`: nothing of a test is left for the next one. */
export function tidyUp(): void {
  vi.useRealTimers();
  vi.restoreAllMocks();
  document.body.replaceChildren();
  sessionStorage.clear();
  localStorage.clear();
}

export const eventOf = <Type extends keyof HTMLElementEventMap>(target: HTMLElement, type: Type) =>
  new Promise<HTMLElementEventMap[Type]>((resolve) => {
    target.addEventListener(type, resolve, { once: true });
  });

export const find = <Found extends HTMLElement = HTMLElement>({ shadowRoot }: HTMLElement, selector: string) =>
  shadowRoot?.querySelector<Found>(selector) ?? null;

export const inside = <Found extends HTMLElement = HTMLElement>(studio: HTMLElement, selector: string): Found => {
  const found = find<Found>(studio, selector);
  if (!found) throw new Error(`Nothing inside matches ${selector}.`);
  return found;
};

/** Waits for what a part that is loaded later draws. */
export const appear = (studio: HTMLElement, selector: string): Promise<HTMLElement> =>
  vi.waitFor(() => inside(studio, selector), { interval: 10 });

/** With single spaces, and without what only takes the room of another text. */
export function textOf(studio: HTMLElement, selector: string): string {
  const copy = find(studio, selector)?.cloneNode(true) as HTMLElement | undefined;
  for (const room of copy?.querySelectorAll('.room') ?? []) room.remove();
  return (copy?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

/** The control inside the element that has the focus. */
export const focused = ({ shadowRoot }: HTMLElement): Element | null => shadowRoot?.activeElement ?? null;

/** Writes words and presses the button. */
export async function send(studio: PeelStudio, text: string): Promise<void> {
  await write(studio, text);
  await press(studio, '.primary');
}

export async function write(studio: PeelStudio, text: string): Promise<void> {
  const field = inside<HTMLTextAreaElement>(studio, '[part~=prompt]');
  field.focus();
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  await studio.updateComplete;
}

/** A press by the keyboard, without the time that a real mouse takes. */
export async function press(studio: PeelStudio, selector: string): Promise<void> {
  const control = inside(studio, selector);
  control.focus();
  control.click();
  await studio.updateComplete;
}

/** A press by the mouse of Chromium itself. */
export const click = (studio: PeelStudio, selector: string): Promise<void> =>
  page.elementLocator(inside(studio, selector)).click();

/** The `peel-result` event of the picture that `act` leads to, once it is shown. */
export async function resultOf(studio: PeelStudio, act: () => Promise<void>): Promise<PeelEvent<'peel-result'>> {
  const result = eventOf(studio, 'peel-result');
  await act();
  const event = await result;
  await studio.updateComplete;
  return event;
}

/** Makes a picture. */
export const draw = (studio: PeelStudio, text = 'a fox') => resultOf(studio, () => send(studio, text));

/** Holds the next answer open. */
export function hold(worker: FakeWorker): Promise<ReturnType<typeof openStream>> {
  return new Promise((resolve) => {
    worker.generate = (asked) => {
      const stream = openStream(asked);
      resolve(stream);
      return stream.response;
    };
  });
}

/** Begins a picture that does not come before the test lets it. */
export async function begin(worker: FakeWorker, studio: PeelStudio, text = 'a fox') {
  const stream = hold(worker);
  await send(studio, text);
  const opened = await stream;
  await studio.updateComplete;
  return opened;
}

/** The requests for pictures. */
export const orders = (worker: FakeWorker): Asked[] => worker.askedFor(':streamGenerateContent');

export const twoFrames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
