/** Each of fal's failures: whether it may be charged, what the caller hears, and which provider is asked instead. */
import { describe, expect, inject, it } from 'vitest';
import { FAKE_FAL_KEY } from '../../upstream/keys.ts';
import { callWith, dependencies, fal, hosts, received, stepsOf, textOf } from './providers.ts';

const countOf = (steps: string[], step: string) => steps.filter((each) => each === step).length;

/** Words for the fake upstream, and the expected verdict. */
const faults: [words: string, reason: string, ran: string, next: string][] = [
  // Refused before the queue accepted it.
  ['[[error:401_key]]', 'UPSTREAM_UNAVAILABLE', 'no', 'other-key'],
  ['[[error:403_balance]]', 'UPSTREAM_UNAVAILABLE', 'no', 'other-key'],
  ['[[error:403_locked]]', 'UPSTREAM_UNAVAILABLE', 'no', 'other-key'],
  ['[[error:404_app]]', 'NOT_FOUND', 'no', 'elsewhere'],
  ['[[error:429_concurrency]]', 'UPSTREAM_QUOTA', 'no', 'other-key'],
  ['[[error:503_submit]]', 'UPSTREAM_UNAVAILABLE', 'no', 'again'],
  ['[[error:521]]', 'UPSTREAM_UNAVAILABLE', 'no', 'again'],
  ['[[redirect:http://127.0.0.1:1/]]', 'UPSTREAM_UNAVAILABLE', 'no', 'elsewhere'],
  // May have been accepted.
  ['[[error:500_submit]]', 'OUTCOME_UNKNOWN', 'unknown', 'never'],
  ['[[error:502]]', 'OUTCOME_UNKNOWN', 'unknown', 'never'],
  ['[[reset:headers]]', 'OUTCOME_UNKNOWN', 'unknown', 'never'],
  ['[[reset:50%]]', 'OUTCOME_UNKNOWN', 'unknown', 'never'],
  ['[[garbage:html]]', 'UPSTREAM_BROKEN', 'unknown', 'never'],
  ['[[truncate:10]]', 'UPSTREAM_BROKEN', 'unknown', 'never'],
  // Accepted, and ended by fal.
  ['[[error:image_load_error]]', 'INVALID_FIELD', 'no', 'elsewhere'],
  ['[[error:file_too_large]]', 'INVALID_FIELD', 'no', 'elsewhere'],
  ['[[error:runner_scheduling_failure]]', 'UPSTREAM_UNAVAILABLE', 'no', 'again'],
  ['[[error:startup_timeout]]', 'UPSTREAM_UNAVAILABLE', 'no', 'again'],
  ['[[error:downstream_service_unavailable]]', 'UPSTREAM_UNAVAILABLE', 'no', 'again'],
  ['[[error:internal_server_error]]', 'OUTCOME_UNKNOWN', 'unknown', 'never'],
  ['[[error:generation_timeout]]', 'OUTCOME_UNKNOWN', 'unknown', 'never'],
  ['[[error:downstream_service_error]]', 'OUTCOME_UNKNOWN', 'unknown', 'never'],
  ['[[error:request_timeout]]', 'OUTCOME_UNKNOWN', 'unknown', 'never'],
  ['[[error:runner_disconnected]]', 'OUTCOME_UNKNOWN', 'unknown', 'never'],
  ['[[error:runner_server_error]]', 'OUTCOME_UNKNOWN', 'unknown', 'never'],
  // Accepted, and the answer was lost.
  ['[[error:404_app]] [[fal-at:status]]', 'OUTCOME_UNKNOWN', 'unknown', 'never'],
  ['[[error:404_app]] [[fal-at:result]]', 'OUTCOME_UNKNOWN', 'unknown', 'never'],
  ['[[error:401_key]] [[fal-at:result]]', 'OUTCOME_UNKNOWN', 'unknown', 'never'],
  ['[[redirect:http://127.0.0.1:1/]] [[fal-at:media]]', 'OUTCOME_UNKNOWN', 'unknown', 'never'],
  ['[[error:404]] [[fal-at:media]]', 'OUTCOME_UNKNOWN', 'unknown', 'never'],
  ['[[garbage:html]] [[fal-at:media]]', 'UPSTREAM_BROKEN', 'unknown', 'never'],
  ['[[garbage:json]] [[fal-at:result]]', 'OUTCOME_UNKNOWN', 'unknown', 'never'],
  ['[[garbage:html]] [[fal-at:result]]', 'OUTCOME_UNKNOWN', 'unknown', 'never'],
];

describe('a failure', () => {
  it.each(faults)('%s leads to %s, ran %s, next %s', async (words, reason, ran, next) => {
    const { name, call } = callWith(`${words} [[echo-key:error]]`);

    const outcome = await fal().generate(call);

    expect(outcome).toMatchObject({ ok: false, provider: 'fal', verdict: { failure: { reason, ran }, next } });
    expect(JSON.stringify(outcome)).not.toContain(FAKE_FAL_KEY);
    // fal repeats the prompt in `input`.
    expect(JSON.stringify(outcome)).not.toContain('PROMPT AGAIN');
    expect(countOf(stepsOf(await received(name)), 'POST')).toBe(1);
  });

  it('says how long a quota takes', async () => {
    const { call } = callWith('[[error:429_concurrency]]');

    expect(await fal().generate(call)).toMatchObject({ verdict: { failure: { retryAfterSeconds: 7 }, retryMs: 7000 } });
  });

  it('did not run when no server listens', async () => {
    const { call } = callWith('');

    const outcome = await fal({}, { queueUrl: 'http://127.0.0.1:1', mediaHosts: [] }).generate(call);

    expect(outcome).toMatchObject({
      verdict: { failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }, next: 'again' },
    });
  });
});

describe('a refusal is told as Gemini tells it', () => {
  it.each([
    ['content_policy_prompt', { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }],
    ['content_policy_image', { promptFeedback: { blockReason: 'IMAGE_SAFETY' } }],
    ['no_media_generated', { candidates: [{ finishReason: 'NO_IMAGE', content: { parts: [] } }] }],
  ])('%s', async (error, expected) => {
    const { call } = callWith(`[[error:${error}]]`);

    const answer = await textOf(await fal().generate({ ...call, form: 'sse' }));

    expect(answer).toMatch(/^data: \{.*\}\r\n\r\n$/);
    const { candidates, promptFeedback, usageMetadata } = JSON.parse(answer.slice(6));
    expect({ candidates, promptFeedback }).toMatchObject(expected);
    expect(usageMetadata).not.toHaveProperty('candidatesTokensDetails');
  });
});

describe('losing a question is not losing the answer', () => {
  it.each([
    ['a status', '[[reset:headers]] [[fal-at:status]] [[fal-times:3]]', 'GET status', 4],
    ['a status to a gateway', '[[error:502]] [[fal-at:status]] [[fal-times:8]]', 'GET status', 9],
    ['a status that makes no sense', '[[garbage:html]] [[fal-at:status]] [[fal-times:4]]', 'GET status', 5],
    ['a result', '[[reset:headers]] [[fal-at:result]] [[fal-times:2]]', 'GET result', 3],
    ['a result to a gateway', '[[error:503]] [[fal-at:result]] [[fal-times:2]]', 'GET result', 3],
    ['a picture', '[[reset:headers]] [[fal-at:media]] [[fal-times:2]]', 'GET media', 3],
    ['a picture at its beginning', '[[reset:10]] [[fal-at:media]] [[fal-times:2]]', 'GET media', 3],
    ['a picture not there yet', '[[error:404]] [[fal-at:media]] [[fal-times:1]]', 'GET media', 2],
    ['a result that breaks off', '[[reset:50%]] [[fal-at:result]] [[fal-times:2]]', 'GET result', 3],
    ['a result that ends in the middle', '[[truncate:0.5]] [[fal-at:result]] [[fal-times:2]]', 'GET result', 3],
    ['a result that is a gateway’s page', '[[garbage:html]] [[fal-at:result]] [[fal-times:2]]', 'GET result', 3],
  ])('%s', async (_, words, step, times) => {
    const { name, call } = callWith(`[[size:tiny]] ${words}`);

    expect(await textOf(await fal().generate(call))).toContain('"data":"iVBORw0KGgo');
    const steps = stepsOf(await received(name));
    expect(countOf(steps, step)).toBe(times);
    expect(countOf(steps, 'POST')).toBe(1);
  });

  describe('a download that breaks off', () => {
    const pictureOf = async (words: string) => {
      const { name, call } = callWith(`[[size:2MB]] ${words}`);
      const [candidate] = JSON.parse(await textOf(await fal().generate(call))).candidates;
      return { bytes: Buffer.from(candidate.content.parts[0].inlineData.data, 'base64'), steps: await received(name) };
    };
    const mediaOf = (steps: Awaited<ReturnType<typeof received>>) =>
      steps.filter(({ path }) => path.startsWith('/fal-media/'));

    // A reset may take bytes with it that were on their way, so where it goes on is the polite end's alone to say.
    it.each([
      ['by a reset', '[[reset:50%]]', 1],
      ['by two resets', '[[reset:50%]]', 2],
      ['politely', '[[length]] [[truncate:0.5]]', 1],
    ])('%s goes on until it is whole', async (_, fault, times) => {
      const { bytes, steps } = await pictureOf(`${fault} [[fal-at:media]] [[fal-times:${times}]]`);

      const media = mediaOf(steps);
      expect(media).toHaveLength(times + 1);
      if (fault.includes('truncate')) expect(media.at(-1)?.headers.range).toMatch(/^bytes=[1-9]\d+-$/);
      expect(bytes.subarray(1, 4).toString('latin1')).toBe('PNG');
      expect(bytes.subarray(-8, -4).toString('latin1')).toBe('IEND');
      expect(countOf(stepsOf(steps), 'POST')).toBe(1);
    });

    it('is read again where the host knows no ranges, and no byte comes twice', async () => {
      const { bytes: whole } = await pictureOf('');
      const { bytes, steps } = await pictureOf('[[fal-whole]] [[reset:50%]] [[fal-at:media]] [[fal-times:1]]');

      expect(mediaOf(steps)).toHaveLength(2);
      expect(bytes).toHaveLength(whole.length);
      expect(bytes.subarray(-8, -4).toString('latin1')).toBe('IEND');
    });
  });

  it('but a picture that always breaks off is no whole answer', async () => {
    const { call } = callWith('[[size:2MB]] [[length]] [[truncate:0.5]] [[fal-at:media]]');

    const outcome = await fal().generate(call);

    expect(outcome.ok).toBe(true);
    await expect(textOf(outcome)).rejects.toThrow();
  });
});

describe('at the deadline', () => {
  const late = () => new DOMException('late', 'TimeoutError');

  it.each([
    ['in the queue it is taken out, and did not run', '', { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }],
    ['at work it is called off, and may be paid', '[[fal-polls:100000]]', { reason: 'DEADLINE' }],
  ])('%s', async (_, words, failure) => {
    const { name, call } = callWith(words);
    const aborting = new AbortController();
    // The fake's state advances with each poll: the first one finds it in the queue, later ones find it running.
    const polls = words === '' ? 1 : 4;
    let pauses = 0;
    const pause = async (ms: number) => {
      if (ms >= 500 && pauses++ === polls) aborting.abort(late());
      await dependencies.pause(ms);
    };

    const outcome = await fal({ pause }).generate({ ...call, signal: aborting.signal });

    expect(outcome).toMatchObject({ ok: false, verdict: { failure, next: 'never' } });
    expect(stepsOf(await received(name)).at(-1)).toBe('PUT cancel');
  });

  it.each(['submit', 'status', 'result', 'media'])('nothing is waited for any more (%s)', async (step) => {
    const { name, call } = callWith(`[[hang]] [[fal-at:${step}]]`);
    const aborting = new AbortController();
    const answered = fal().generate({ ...call, signal: aborting.signal });

    const wanted = { submit: 'POST', status: 'GET status', result: 'GET result', media: 'GET media' }[step];
    await expect.poll(async () => stepsOf(await received(name))).toContain(wanted);
    aborting.abort(late());

    expect(await answered).toMatchObject({
      ok: false,
      verdict: { failure: { reason: expect.any(String) }, next: 'never' },
    });
  });

  it('does not wait for a queue that will not hear of it', async () => {
    const { call } = callWith('[[hang]] [[fal-at:cancel]] [[fal-polls:100000]]');

    const outcome = await fal().generate({ ...call, signal: AbortSignal.timeout(100) });

    expect(outcome).toMatchObject({ verdict: { failure: { reason: 'DEADLINE', afterSeconds: 300 } } });
  });
});

describe('an address that is not fal’s', () => {
  it('is not asked for a status, and does not hear the key', async () => {
    const upstream = new URL(inject('upstreamUrl'));
    // Another origin on this machine, which would receive the call.
    const { name, call } = callWith(`[[fal-queue-url:http://localhost:${upstream.port}/elsewhere]]`);

    const outcome = await fal().generate(call);

    expect(outcome).toMatchObject({
      verdict: { failure: { reason: 'UPSTREAM_BROKEN', ran: 'unknown' }, next: 'never' },
    });
    expect(stepsOf(await received(name))).toEqual(['POST']);
  });

  it.each([
    'https://evil.example/x.png',
    'http://169.254.169.254/latest/meta-data',
    'http://v3.fal.media/files/x.png',
    'https://fal.media.evil.example/x.png',
    'https://user:pass@v3.fal.media/x.png',
    'file:///etc/passwd',
    'data:text/html;base64,AAAA',
    'x',
  ])('is not asked for a picture: %s', async (url) => {
    const { name, call } = callWith(`[[fal-url:${url}]]`);

    const outcome = await fal().generate(call);

    expect(outcome).toMatchObject({
      verdict: { failure: { reason: 'UPSTREAM_BROKEN', ran: 'unknown' }, next: 'never' },
    });
    expect(JSON.stringify(outcome)).not.toContain('evil');
    expect(stepsOf(await received(name)).at(-1)).toBe('GET result');
  });

  it('is not asked where the owner allows none of this machine', async () => {
    const { name, call } = callWith('[[size:tiny]]');

    const outcome = await fal({}, { ...hosts(), mediaHosts: ['fal.media', '.fal.media'] }).generate(call);

    expect(outcome).toMatchObject({ verdict: { failure: { reason: 'UPSTREAM_BROKEN' } } });
    expect(stepsOf(await received(name))).not.toContain('GET media');
  });
});
