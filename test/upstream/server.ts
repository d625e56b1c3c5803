/**
 * Google's, APIYI's and fal's image API on loopback, without the pictures' price. See README.md for what it can be told.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { control } from './control.ts';
import { type Dispatched, dispatch, type Incoming, type Keys } from './dispatch.ts';
import { FakeFal } from './fal/server.ts';
import { send } from './faults.ts';
import { FAKE_APIYI_KEYS, FAKE_FAL_KEYS, FAKE_GOOGLE_KEYS } from './keys.ts';
import { now, type RecordedRequest, Recorder } from './recorder.ts';
import { type Match, type Rule, Rules } from './script.ts';

export interface FakeUpstreamOptions {
  /** Keys that are taken; those of keys.ts when absent. */
  googleKeys?: readonly string[];
  apiyiKeys?: readonly string[];
  falKeys?: readonly string[];
  /** 0, the default, takes a free one. */
  port?: number;
}

export interface FakeUpstream {
  /** Such as `http://127.0.0.1:41234`. */
  url: string;
  /** Everything that came but control calls, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** From now on, requests that match get this. Words such as `[[error:429_quota]]`, a `Behaviour`, or a function. */
  script(behaviour: Rule['behaviour'], match?: Match, times?: number): void;
  /** Forgets rules and requests. */
  reset(): void;
  close(): Promise<void>;
}

export async function createFakeUpstream(options: FakeUpstreamOptions = {}): Promise<FakeUpstream> {
  const rules = new Rules();
  const recorder = new Recorder();
  const keys: Keys = { google: options.googleKeys ?? FAKE_GOOGLE_KEYS, apiyi: options.apiyiKeys ?? FAKE_APIYI_KEYS };

  const fal = new FakeFal(rules, options.falKeys ?? FAKE_FAL_KEYS);
  const dispatchTo = (incoming: Incoming) => fal.dispatch(incoming) ?? dispatch(incoming, rules, keys);

  const server = createServer((request, response) => {
    answer(request, response, rules, recorder, dispatchTo).catch((error: unknown) => {
      // A mistake in a test's script: say so where the test looks, in the answer.
      if (response.headersSent) response.destroy();
      else response.writeHead(501, { 'Content-Type': 'text/plain' }).end(String(error));
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    get requests() {
      return recorder.requests;
    },
    script(behaviour, match, times) {
      rules.add({ behaviour, ...(match ? { match } : {}), ...(times === undefined ? {} : { times }) });
    },
    reset() {
      rules.clear();
      recorder.clear();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  rules: Rules,
  recorder: Recorder,
  dispatchTo: (incoming: Incoming) => Dispatched,
): Promise<void> {
  const { method = 'GET', url: path = '/', headers } = request;
  const url = new URL(path, 'http://fake.invalid');
  const body = await readBody(request);
  if (body === undefined || control({ method, url, body }, rules, recorder, response)) return;

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
