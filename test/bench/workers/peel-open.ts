/**
 * The byte path of `no-store` without admission: no gate, no limits, no request rules, no routing. It keeps
 * the provider call as Peel makes it and the redactor over its answer. The difference to `no-store` is admission.
 */
import { findModel } from '../../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../../worker/catalog/seed.ts';
import { createRedactor } from '../../../worker/gemini/redact/redact.ts';
import { createProviders } from '../../../worker/providers/index.ts';
import type { ProviderPool } from '../../../worker/providers/pool.ts';
import type { BenchEnv } from './env.ts';

interface Body {
  contents: { parts: { text: string }[] }[];
}

let path: { providers: ProviderPool; redact: (stream: ReadableStream<Uint8Array>) => Promise<BodyInit> } | undefined;

function createPath({ UPSTREAM, UPSTREAM_KEY }: BenchEnv) {
  const redactor = createRedactor([UPSTREAM_KEY]);
  const google = { name: 'google', keys: [UPSTREAM_KEY], baseUrl: UPSTREAM, billing: 'per-token' } as const;
  const providers = createProviders([google], {
    now: Date.now,
    pause: (ms) => scheduler.wait(ms),
    random: Math.random,
    log: () => undefined,
    redactor,
  });
  return { providers, redact: (stream: ReadableStream<Uint8Array>) => redactor.stream(stream, 'json') };
}

export default {
  async fetch(request, env) {
    path ??= createPath(env);
    const name = /models\/([^:]+)/.exec(request.url)?.[1] ?? '';
    const model = findModel(SEED_CATALOG, name);
    if (!model) throw new Error(`no model ${name}`);
    const { contents } = await request.json<Body>();
    const text = contents[0]?.parts[0]?.text ?? '';
    const answer = await path.providers.generate({
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
    return new Response(await path.redact(answer.body), { headers: { 'Content-Type': 'application/json' } });
  },
} satisfies ExportedHandler<BenchEnv>;
