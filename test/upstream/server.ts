/**
 * Google's, APIYI's and fal's image API on loopback, free of charge. README.md lists what a test can request.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { control, type Switches } from './control.ts';
import { type Dispatched, dispatch, type Incoming, type Keys } from './dispatch.ts';
import { Doors } from './doors.ts';
import { FakeFal } from './fal/server.ts';
import { send } from './faults.ts';
import { Holds } from './holds.ts';
import { FAKE_APIYI_KEYS, FAKE_FAL_KEYS, FAKE_GOOGLE_KEYS } from './keys.ts';
import { type Quota, Quotas } from './quotas.ts';
import { now, type RecordedRequest, Recorder } from './recorder.ts';
import { type Match, type Rule, Rules } from './script.ts';

export interface FakeUpstreamOptions {
  /** Accepted keys; those of keys.ts when absent. */
  googleKeys?: readonly string[];
  apiyiKeys?: readonly string[];
  falKeys?: readonly string[];
  /** 0, the default, chooses a free port. */
  port?: number;
}

export interface FakeUpstream {
  /** Such as `http://127.0.0.1:41234`. */
  url: string;
  /** All requests except control calls, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** Adds a rule for matching requests: words such as `[[error:429_quota]]`, a `Behaviour`, or a function. */
  script(behaviour: Rule['behaviour'], match?: Match, times?: number): void;
  /** Releases all present and later answers with `[[hold:NAME]]`. */
  release(name: string): void;
  /** Limits a key from now on. */
  quota(quota: Quota): void;
  /** Deletes rules, quotas and requests. */
  reset(): void;
  close(): Promise<void>;
}

export async function createFakeUpstream(options: FakeUpstreamOptions = {}): Promise<FakeUpstream> {
  const rules = new Rules();
  const quotas = new Quotas();
  const recorder = new Recorder();
  const holds = new Holds();
  const keys: Keys = { google: options.googleKeys ?? FAKE_GOOGLE_KEYS, apiyi: options.apiyiKeys ?? FAKE_APIYI_KEYS };

  const fal = new FakeFal(rules, options.falKeys ?? FAKE_FAL_KEYS);
  const dispatchTo = (incoming: Incoming) => fal.dispatch(incoming) ?? dispatch(incoming, rules, quotas, keys);

  const doors: Doors = new Doors((request, response) => {
    answer(request, response, { rules, quotas, recorder, doors, holds, dispatchTo }).catch((error: unknown) => {
      // A mistake in a test's script goes into the answer, where the test sees it.
      if (response.headersSent) response.destroy();
      else response.writeHead(501, { 'Content-Type': 'text/plain' }).end(String(error));
    });
  });

  return {
    url: await doors.open(options.port),
    get requests() {
      return recorder.requests;
    },
    script(behaviour, match, times) {
      rules.add({ behaviour, ...(match ? { match } : {}), ...(times === undefined ? {} : { times }) });
    },
    release: (name) => holds.release(name),
    quota: (quota) => quotas.set(quota),
    reset() {
      rules.clear();
      quotas.clear();
      recorder.clear();
    },
    close: () => doors.shutAll(),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  behind: Switches & { dispatchTo: (incoming: Incoming) => Dispatched },
): Promise<void> {
  const { recorder, holds, dispatchTo } = behind;
  const { method = 'GET', url: path = '/', headers } = request;
  const url = new URL(path, 'http://fake.invalid');
  const body = await readBody(request);
  if (
    body === undefined ||
    (await control({ method, url, body, signature: String(headers['peel-signature'] ?? '') }, behind, response))
  )
    return;

  const recorded = recorder.record({ method, path, headers }, body);
  const gone = new AbortController();
  response.on('close', () => {
    recorded.state = response.writableFinished ? 'sent' : 'gone';
    gone.abort();
  });
  const { reply, behaviour } = dispatchTo({ n: recorded.n, method, url, headers, body });
  recorded.status = reply.status;
  await send(response, {
    reply,
    behaviour,
    acceptsGzip: /\bgzip\b/.test(String(headers['accept-encoding'] ?? '')),
    signal: gone.signal,
    released: (name) => holds.released(name),
    onUnit: () => recorded.unitsSentAt.push(now()),
  });
}

/** @returns `undefined` when the caller left before the end of its own request. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch (error) {
    if (request.destroyed) return undefined;
    throw error;
  }
  return Buffer.concat(chunks);
}
