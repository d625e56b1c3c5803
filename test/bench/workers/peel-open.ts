/**
 * The byte path of `no-store` without admission: no gate, no limits, no request rules, no routing. It keeps
 * the provider call as Peel makes it and the redactor over its answer. The difference to `no-store` is admission.
 *
 * `Bench-Leave-Out: hold` sends the last byte of the request at once, `redactor` lets the answer pass natively: the
 * differences are what the two cost.
 */
import { findModel } from '../../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../../worker/catalog/seed.ts';
import { splitPeeked } from '../../../worker/gemini/forms/peeked-stream.ts';
import { createRedactor } from '../../../worker/gemini/redact/redact.ts';
import { createProviders } from '../../../worker/providers/index.ts';
import type { ProviderPool } from '../../../worker/providers/pool.ts';
import type { BenchEnv } from './env.ts';

interface Body {
  contents: { parts: { text: string }[] }[];
}

interface Path {
  holding: ProviderPool;
  hasty: ProviderPool;
  redact: (stream: ReadableStream<Uint8Array>) => Promise<BodyInit>;
}

let path: Path | undefined;

function createPath({ UPSTREAM, UPSTREAM_KEY }: BenchEnv): Path {
  const redactor = createRedactor([UPSTREAM_KEY]);
  const google = { name: 'google', keys: [UPSTREAM_KEY], baseUrl: UPSTREAM, billing: 'per-token' } as const;
  const providersWith = (pause: (ms: number) => Promise<unknown>) =>
    createProviders([google], { now: Date.now, pause, random: Math.random, log: () => undefined, redactor });
  return {
    holding: providersWith((ms) => scheduler.wait(ms)),
    hasty: providersWith(async () => undefined),
    redact: (stream) => redactor.stream(stream, 'json'),
  };
}

/** The whole body through the platform's own streams. */
function passNatively(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const { head, rest } = splitPeeked(stream);
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  const begun = writer.write(head);
  writer.releaseLock();
  // A failure reaches the reader through the stream.
  begun.then(() => rest.pipeTo(writable)).catch(() => undefined);
  return readable;
}

export default {
  async fetch(request, env) {
    path ??= createPath(env);
    const name = /models\/([^:]+)/.exec(request.url)?.[1] ?? '';
    const model = findModel(SEED_CATALOG, name);
    if (!model) throw new Error(`no model ${name}`);
    const { contents } = await request.json<Body>();
    const text = contents[0]?.parts[0]?.text ?? '';
    const leftOut = request.headers.get('Bench-Leave-Out');
    const answer = await (leftOut === 'hold' ? path.hasty : path.holding).generate({
      request: {
        model: model.id,
        turns: [{ role: 'user', parts: [{ kind: 'text', text }] }],
        modalities: ['TEXT', 'IMAGE'],
        size: '1K',
      },
      model,
      inputs: [],
      form: 'json',
      take: 0,
      signal: request.signal,
      permit: async () => undefined,
    });
    if (!answer.ok) throw new Error(answer.failure.reason);
    const body = leftOut === 'redactor' ? passNatively(answer.body) : await path.redact(answer.body);
    return new Response(body, { headers: { 'Content-Type': 'application/json' } });
  },
} satisfies ExportedHandler<BenchEnv>;
