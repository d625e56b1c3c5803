import { afterEach, describe, expect, it, vi } from 'vitest';
import { type UploadOptions, upload } from '../../../widget/api/upload.ts';
import { failure } from './failure.ts';

const PICTURE = new Blob(['0123456789'], { type: 'image/jpeg' });
const FILE = { uri: 'https://peel.example/v1beta/files/1', mimeType: 'image/jpeg' };
const NEVER = new AbortController().signal;

afterEach(() => vi.unstubAllGlobals());

interface Asked {
  url: string;
  headers: Headers;
  body: unknown;
}

/** @param answers One for each request. */
function sender(...answers: (Response | Error)[]) {
  const asked: Asked[] = [];
  const renewed: (string | undefined)[] = [];
  const options: UploadOptions = {
    endpoint: 'https://peel.example/',
    token: async (_signal, refused) => {
      renewed.push(refused);
      return `ticket-${renewed.length}`;
    },
    fetch: async (url, { headers, body } = {}) => {
      asked.push({ url: String(url), headers: new Headers(headers), body });
      const answer = answers.shift() as Response | Error;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return { asked, renewed, options };
}

describe("upload through the page's fetch", () => {
  it('sends the whole picture with the ticket and gives its address', async () => {
    const { asked, options } = sender(Response.json({ file: { ...FILE, name: 'files/1' } }));

    const outcome = await upload(PICTURE, options, NEVER, () => undefined);

    expect(outcome).toEqual(FILE);
    expect(asked).toEqual([
      { url: 'https://peel.example/upload/v1beta/files', headers: expect.anything(), body: PICTURE },
    ]);
    expect(Object.fromEntries(asked[0]?.headers ?? [])).toEqual({
      authorization: 'Bearer ticket-1',
      'content-type': 'image/jpeg',
      'x-goog-upload-protocol': 'raw',
    });
  });

  it('renews a refused ticket once', async () => {
    const { asked, renewed, options } = sender(failure(401, 'TICKET_EXPIRED'), Response.json({ file: FILE }));

    expect(await upload(PICTURE, options, NEVER, () => undefined)).toEqual(FILE);
    expect(renewed).toEqual([undefined, 'ticket-1']);
    expect(asked.map(({ headers }) => headers.get('Authorization'))).toEqual(['Bearer ticket-1', 'Bearer ticket-2']);
  });

  it.each([
    ['a second refused ticket', [failure(401, 'TICKET_EXPIRED'), failure(401, 'TICKET_MISMATCH')], 'TICKET_MISMATCH'],
    ['too many uploads', [failure(429, 'VISITOR_MINUTE', '30s')], 'VISITOR_MINUTE'],
    ['a page of a proxy', [new Response('<html>', { status: 502 })], 'UPSTREAM_BROKEN'],
    ['an answer that is not ours', [new Response('fine')], 'ANSWER_UNREADABLE'],
    ['an answer without an address', [Response.json({ file: { uri: 7 } })], 'ANSWER_UNREADABLE'],
    ['no connection', [new TypeError('Failed to fetch')], 'UNREACHABLE'],
  ])('tells of %s, and that nothing was paid', async (_, answers, reason) => {
    const { options } = sender(...answers);

    const outcome = await upload(PICTURE, options, NEVER, () => undefined);

    expect(outcome).toEqual({ problem: expect.objectContaining({ reason, unsent: true }) });
  });

  it('tells how long to wait', async () => {
    const { options } = sender(failure(429, 'VISITOR_MINUTE', '30s'));

    expect(await upload(PICTURE, options, NEVER, () => undefined)).toMatchObject({ problem: { retryAfterMs: 30_000 } });
  });

  it('passes the problem of a ticket on', async () => {
    const problem = { reason: 'SITE_PAUSED', message: 'Closed.' } as const;
    const token = () => Promise.reject(Object.assign(new Error('Closed.'), { problem }));

    const outcome = await upload(PICTURE, { ...sender().options, token }, NEVER, () => undefined);

    expect(outcome).toEqual({ problem });
  });

  it('throws when it is aborted, and sends nothing after that', async () => {
    const { asked, options } = sender();
    const abort = new AbortController();
    const token = async () => {
      abort.abort(new DOMException('Removed.', 'AbortError'));
      return 'ticket';
    };

    await expect(upload(PICTURE, { ...options, token }, abort.signal, () => undefined)).rejects.toThrow('Removed.');
    expect(asked).toEqual([]);
  });
});

/** The browser's own request, which a test page can send to no worker. */
class FakeRequest extends EventTarget {
  static last: FakeRequest;
  headers: Record<string, string> = {};
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  method = '';
  url = '';
  status = 0;
  responseText = '';
  body: unknown;
  isAborted = false;
  onload?: () => void;
  onerror?: (event: { type: string }) => void;
  onabort?: () => void;
  ontimeout?: (event: { type: string }) => void;

  constructor() {
    super();
    FakeRequest.last = this;
  }
  open(method: string, url: string) {
    Object.assign(this, { method, url });
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  send(body: unknown) {
    this.body = body;
    this.dispatchEvent(new Event('sent'));
  }
  abort() {
    this.isAborted = true;
    this.onabort?.();
  }
  getAllResponseHeaders = () => 'content-type: application/json\r\nretry-after: 7\r\nx-request-id: a: b\r\n';
}

describe('upload with progress', () => {
  const options: UploadOptions = { endpoint: 'https://peel.example', token: async () => 'ticket' };
  async function started(signal: AbortSignal, onProgress: (share: number) => void) {
    vi.stubGlobal('XMLHttpRequest', FakeRequest);
    const outcome = upload(PICTURE, options, signal, onProgress);
    outcome.catch(() => undefined);
    await vi.waitUntil(() => FakeRequest.last?.body === PICTURE);
    const request = FakeRequest.last;
    request.body = undefined;
    return { outcome, request };
  }

  it('tells the share that was sent, then gives the address', async () => {
    const shares: number[] = [];
    const { outcome, request } = await started(NEVER, (share) => shares.push(share));

    request.upload.onprogress?.({ loaded: 5, total: 10 });
    request.upload.onprogress?.({ loaded: 0, total: 0 });
    Object.assign(request, { status: 200, responseText: JSON.stringify({ file: FILE }) });
    request.onload?.();

    expect(await outcome).toEqual(FILE);
    expect(shares).toEqual([0.5, 0]);
    expect([request.method, request.url]).toEqual(['POST', 'https://peel.example/upload/v1beta/files']);
    expect(request.headers.Authorization).toBe('Bearer ticket');
  });

  it('reads the headers of a refusal', async () => {
    const { outcome, request } = await started(NEVER, () => undefined);

    Object.assign(request, { status: 429, responseText: '{}' });
    request.onload?.();

    expect(await outcome).toMatchObject({ problem: { retryAfterMs: 7000, requestId: 'a: b' } });
  });

  it('tells of a broken connection', async () => {
    const { outcome, request } = await started(NEVER, () => undefined);

    request.onerror?.({ type: 'error' });

    expect(await outcome).toMatchObject({ problem: { reason: 'UNREACHABLE', unsent: true } });
  });

  it('ends with its signal', async () => {
    const abort = new AbortController();
    const { outcome, request } = await started(abort.signal, () => undefined);

    abort.abort(new DOMException('Removed.', 'AbortError'));

    await expect(outcome).rejects.toThrow('Removed.');
    expect(request.isAborted).toBe(true);
  });

  it("goes out with the browser's real request", async () => {
    // Nothing listens at this port.
    const outcome = await upload(PICTURE, { ...options, endpoint: 'http://127.0.0.1:9' }, NEVER, () => undefined);

    expect(outcome).toMatchObject({ problem: { reason: 'UNREACHABLE' } });
  });
});
