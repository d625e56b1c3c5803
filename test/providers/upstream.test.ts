/** The providers over real connections: the bytes that are sent, and the verdict on each recorded error. */
import { describe, expect, inject, it } from 'vitest';
import { lift } from '../../worker/gemini/lift/lift.ts';
import { createRedactor } from '../../worker/gemini/redact/redact.ts';
import { createApiyi } from '../../worker/providers/apiyi.ts';
import type { GeminiHttpDependencies } from '../../worker/providers/gemini-http.ts';
import { createGoogle } from '../../worker/providers/google.ts';
import type { Provider } from '../../worker/providers/provider.ts';
import type { Part } from '../../worker/request/request.ts';
import { FAKE_APIYI_KEY, FAKE_GOOGLE_KEY } from '../upstream/keys.ts';
import { callOf, picture, request } from './fake-provider.ts';

const dependencies: GeminiHttpDependencies = {
  fetch: (url, init) => fetch(url, init),
  pause: (ms) => scheduler.wait(ms),
  redactor: createRedactor([FAKE_GOOGLE_KEY, FAKE_APIYI_KEY]),
  deadlineSeconds: 300,
};

const google = (): Provider => createGoogle(inject('upstreamUrl'), FAKE_GOOGLE_KEY, dependencies);
const apiyi = (): Provider => createApiyi(inject('upstreamUrl'), FAKE_APIYI_KEY, dependencies);

let prompts = 0;

/** A call whose prompt controls the fake upstream. */
function callWith(words: string, ...more: Part[]) {
  prompts += 1;
  const name = `providers ${prompts} ${crypto.randomUUID()}`;
  const parts: Part[] = [{ kind: 'text', text: `ein grüner Apfel, ${name} ${words}` }, ...more];
  return { name, call: callOf({ request: { ...request, turns: [{ role: 'user', parts }] } }) };
}

/** The requests that arrived at the fake upstream. */
async function received(name: string): Promise<{ headers: Record<string, string>; body: string; path: string }[]> {
  const answer = await fetch(`${inject('upstreamUrl')}/__requests?includes=${encodeURIComponent(name)}`);
  return answer.json();
}

describe('on the wire', () => {
  it.each([
    { name: 'Google', provider: google, header: 'x-goog-api-key', value: FAKE_GOOGLE_KEY },
    { name: 'APIYI', provider: apiyi, header: 'authorization', value: `Bearer ${FAKE_APIYI_KEY}` },
  ])(
    '$name gets the exact length, the key in its header, and a picture in its place',
    async ({ provider, header, value }) => {
      const { name, call } = callWith('[[size:tiny]]', { kind: 'image', mimeType: 'image/png', input: 0 });

      const answer = await provider().generate({ ...call, inputs: [picture] });

      expect(answer.ok && (await new Response(answer.body).text())).toContain('"inlineData"');
      const [sent, ...others] = await received(name);
      expect(others).toEqual([]);
      expect(sent?.headers).toMatchObject({
        [header]: value,
        'content-type': 'application/json',
        'accept-encoding': 'identity',
        'content-length': String(new TextEncoder().encode(sent?.body).length),
      });
      expect(sent?.headers).not.toHaveProperty('transfer-encoding');
      expect(sent?.path).not.toContain(value);
    },
  );

  it.each(['json', 'array', 'sse'] as const)('an answer in the form %s can be lifted', async (form) => {
    const { call } = callWith('[[size:300KB]]');
    const lifted: { kind: string; bytes: number }[] = [];

    const answer = await google().generate({ ...call, form });
    if (!answer.ok) throw new Error(JSON.stringify(answer.verdict));
    const sink = { open: ({ kind }: { kind: string }) => createCounter(kind, lifted) };
    for await (const chunk of lift(answer.body, { form: answer.form, sink })) expect(chunk.length).toBeGreaterThan(0);

    expect(lifted.filter(({ kind, bytes }) => kind === 'image' && bytes > 100_000).length).toBe(1);
  });

  it('counts tokens', async () => {
    const { call } = callWith('');

    expect(await google().countTokens(call)).toEqual({
      ok: true,
      value: expect.objectContaining({ totalTokens: expect.any(Number) }),
    });
  });
});

function createCounter(kind: string, counted: { kind: string; bytes: number }[]) {
  let bytes = 0;
  return {
    write: (piece: Uint8Array) => {
      bytes += piece.length;
    },
    close: () => void counted.push({ kind, bytes }),
    abort: () => undefined,
  };
}

/** Words for the fake upstream, and the expected verdict on its answer. */
const faults: [words: string, reason: string, ran: string, errorClass: string][] = [
  ['[[error:400_api_key]]', 'UPSTREAM_UNAVAILABLE', 'no', 'key-invalid'],
  ['[[error:400_invalid_argument]]', 'INVALID_FIELD', 'no', 'request'],
  ['[[error:400_signature_missing]]', 'INVALID_FIELD', 'no', 'signature'],
  ['[[error:400_signature_corrupt]]', 'INVALID_FIELD', 'no', 'signature'],
  ['[[error:400_location]]', 'UPSTREAM_UNAVAILABLE', 'no', 'region'],
  ['[[error:401_token]]', 'UPSTREAM_UNAVAILABLE', 'no', 'key-invalid'],
  ['[[error:402_credits]]', 'UPSTREAM_UNAVAILABLE', 'no', 'depleted'],
  ['[[error:403_unregistered]]', 'UPSTREAM_UNAVAILABLE', 'no', 'key-invalid'],
  ['[[error:403_leaked]]', 'UPSTREAM_UNAVAILABLE', 'no', 'key-leaked'],
  ['[[error:403_service_disabled]]', 'UPSTREAM_UNAVAILABLE', 'no', 'service-disabled'],
  ['[[error:404_model]]', 'NOT_FOUND', 'no', 'model-missing'],
  ['[[error:404_retired]]', 'NOT_FOUND', 'no', 'model-missing'],
  ['[[error:413_html]]', 'INVALID_FIELD', 'no', 'request'],
  ['[[error:429_quota]]', 'UPSTREAM_QUOTA', 'no', 'rate'],
  ['[[error:429_short]]', 'UPSTREAM_QUOTA', 'no', 'rate'],
  ['[[error:429_per_day]]', 'UPSTREAM_QUOTA', 'no', 'day-quota'],
  ['[[error:429_bare]]', 'UPSTREAM_QUOTA', 'no', 'rate-vague'],
  ['[[error:429_bare]] [[retry-after:60]]', 'UPSTREAM_QUOTA', 'no', 'rate'],
  ['[[error:429_bare]] [[retry-after:soon]]', 'UPSTREAM_QUOTA', 'no', 'rate-vague'],
  ['[[error:429_vertex]]', 'UPSTREAM_QUOTA', 'no', 'rate-vague'],
  ['[[error:429_free_tier]]', 'UPSTREAM_UNAVAILABLE', 'no', 'no-quota'],
  ['[[error:429_depleted]]', 'UPSTREAM_UNAVAILABLE', 'no', 'depleted'],
  ['[[error:499_cancelled]]', 'OUTCOME_UNKNOWN', 'unknown', 'lost'],
  ['[[error:500_internal]]', 'OUTCOME_UNKNOWN', 'unknown', 'lost'],
  ['[[error:502_html]]', 'OUTCOME_UNKNOWN', 'unknown', 'lost'],
  ['[[error:503_overloaded]]', 'UPSTREAM_UNAVAILABLE', 'no', 'overloaded'],
  ['[[error:503_demand]]', 'UPSTREAM_UNAVAILABLE', 'no', 'overloaded'],
  ['[[error:503_capacity]]', 'UPSTREAM_UNAVAILABLE', 'no', 'overloaded'],
  ['[[error:503_deadline]]', 'OUTCOME_UNKNOWN', 'unknown', 'lost'],
  ['[[error:504_deadline]]', 'OUTCOME_UNKNOWN', 'unknown', 'lost'],
  ['[[error:524_html]]', 'OUTCOME_UNKNOWN', 'unknown', 'lost'],
  ['[[error:openai_401]]', 'UPSTREAM_UNAVAILABLE', 'no', 'key-invalid'],
  ['[[error:openai_quota]]', 'UPSTREAM_UNAVAILABLE', 'no', 'depleted'],
  ['[[error:openai_429]]', 'UPSTREAM_QUOTA', 'no', 'rate-vague'],
  ['[[error:openai_503]]', 'UPSTREAM_UNAVAILABLE', 'no', 'no-channel'],
  ['[[error:empty_500]]', 'OUTCOME_UNKNOWN', 'unknown', 'lost'],
  ['[[error:text_500]]', 'OUTCOME_UNKNOWN', 'unknown', 'lost'],
  ['[[error:521]]', 'UPSTREAM_UNAVAILABLE', 'no', 'unreachable'],
  ['[[content-type:text/html]] [[garbage:html]]', 'UPSTREAM_BROKEN', 'unknown', 'lost'],
  ['[[reset:headers]]', 'OUTCOME_UNKNOWN', 'unknown', 'lost'],
  ['[[redirect:http://127.0.0.1:1/]]', 'UPSTREAM_UNAVAILABLE', 'no', 'moved'],
];

describe('a fault', () => {
  it.each(faults)('%s leads to %s, ran %s, for %s', async (words, reason, ran, errorClass) => {
    const { name, call } = callWith(words);

    const answer = await google().generate(call);

    expect(answer).toMatchObject({ ok: false, provider: 'google', verdict: { failure: { reason, ran }, errorClass } });
    expect(JSON.stringify(answer)).not.toContain(FAKE_GOOGLE_KEY);
    expect((await received(name)).length).toBe(1);
  });

  it('is the deadline when a provider never answers', async () => {
    const { call } = callWith('[[hang]]');
    const aborting = new AbortController();
    const answered = google().generate({ ...call, signal: aborting.signal });

    await scheduler.wait(50);
    aborting.abort(new DOMException('late', 'TimeoutError'));

    expect(await answered).toMatchObject({ ok: false, verdict: { failure: { reason: 'DEADLINE' }, next: 'never' } });
  });

  it('that echoes the key is told without it', async () => {
    const { call } = callWith('[[error:400_invalid_argument]] [[echo-key:error]]');

    const answer = await google().generate(call);

    expect(answer.ok).toBe(false);
    expect(JSON.stringify(answer)).not.toContain(FAKE_GOOGLE_KEY);
  });
});
