/** A fake worker in the page: it answers the element's `fetch` and records the requests. */
import { definePeelStudio } from '../../widget/define.ts';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import type { SessionAnswer, SiteFacts } from '../../worker/protocol.ts';

/** Also the origin of the pictures: the element loads them from no other. */
export const ENDPOINT = location.origin;

/** 48 by 27 pixels. */
export const PICTURE_URL = new URL('./wide.png', import.meta.url).href;

export const FACTS: SiteFacts = {
  site: 'default',
  models: [
    {
      id: 'gemini-nano-banana-2.1',
      displayName: 'Nano Banana 2.1',
      sizes: ['1K', '2K', '4K'],
      aspectRatios: ['1:1', '3:4', '4:3', '16:9', '8:1'],
      maxReferences: 14,
      grounding: [],
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
  ideas: ['A fox in the snow', 'A map of an island'],
  limits: { visitorPerMinute: 3, visitorPerDay: 20, sessionUses: 20 },
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
}

export function fakeWorker(): FakeWorker {
  const worker: FakeWorker = {
    asked: [],
    askedFor: (part) => worker.asked.filter(({ path }) => path.includes(part)),
    site: () => Response.json(FACTS),
    session: () => Response.json(ticket(`ticket-${worker.askedFor('/peel/session').length}`)),
    generate: () => streamOf([thoughtChunk('**Mixing colours**\n\nOrange.'), pictureChunk(), STOP]),
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
      return fetch(input, init);
    },
  };
  return worker;
}

export const ticket = (token: string, forMs = 600_000): SessionAnswer => ({
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

/** Puts an element into the page and waits until it knows its site. */
export async function mount(worker: FakeWorker, attributes: Partial<PeelStudio> = {}): Promise<PeelStudio> {
  const studio = create(worker, attributes);
  const ready = eventOf(studio, 'peel-ready');
  document.body.append(studio);
  await ready;
  await studio.updateComplete;
  return studio;
}

export function create(worker: FakeWorker, attributes: Partial<PeelStudio> = {}): PeelStudio {
  definePeelStudio();
  const studio = document.createElement('peel-studio') as PeelStudio;
  return Object.assign(studio, { fetch: worker.fetch, endpoint: ENDPOINT }, attributes);
}

export const eventOf = <Type extends keyof HTMLElementEventMap>(target: HTMLElement, type: Type) =>
  new Promise<HTMLElementEventMap[Type]>((resolve) => {
    target.addEventListener(type, resolve, { once: true });
  });

export const inside = (studio: PeelStudio, selector: string): HTMLElement => {
  const found = studio.shadowRoot?.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`Nothing inside matches ${selector}.`);
  return found;
};

export const textOf = (studio: PeelStudio, selector: string): string =>
  (studio.shadowRoot?.querySelector(selector)?.textContent ?? '').replace(/\s+/g, ' ').trim();
