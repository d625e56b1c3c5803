/** One call of fal from end to end, over real connections. */
import { describe, expect, it } from 'vitest';
import { lift } from '../../../worker/gemini/lift/lift.ts';
import { summarize } from '../../../worker/gemini/summary.ts';
import { sniffImage } from '../../../worker/request/image-type.ts';
import type { OpenInput } from '../../../worker/request/inputs.ts';
import { memorySink, streamOf } from '../../gemini/streams.ts';
import { FAKE_FAL_KEY } from '../../upstream/keys.ts';
import { picture } from '../fake-provider.ts';
import { callWith, fal, hosts, image, modelOf, received, stepsOf, text, textOf, user } from './providers.ts';

interface Answer {
  candidates: { content: { parts: { text?: string; inlineData?: { mimeType: string; data: string } }[] } }[];
  usageMetadata: Record<string, unknown>;
}

describe('a picture', () => {
  it('is handed to the queue, asked after, and fetched without the key', async () => {
    const { name, call } = callWith('[[size:tiny]] [[fal-polls:2]]');

    const outcome = await fal().generate(call);
    await textOf(outcome);

    const steps = await received(name);
    expect(stepsOf(steps)).toEqual(['POST', 'GET status', 'GET status', 'GET status', 'GET result', 'GET media']);
    const [submit, ...others] = steps;
    expect(submit?.path).toBe('/fal-queue/fal-ai/nano-banana-2');
    expect(submit?.headers).toMatchObject({
      authorization: `Key ${FAKE_FAL_KEY}`,
      'content-type': 'application/json',
      'content-length': String(submit?.bytes),
      'x-fal-request-timeout': '300',
      'x-fal-object-lifecycle-preference': '{"expiration_duration_seconds":3600}',
    });
    expect(submit?.headers).not.toHaveProperty('transfer-encoding');
    expect(others.map(({ headers }) => headers.authorization)).toEqual([
      ...Array(4).fill(`Key ${FAKE_FAL_KEY}`),
      undefined,
    ]);
  });

  it('comes as Gemini would answer it, with fal’s words behind it', async () => {
    const { name, call } = callWith('[[size:tiny]] [[fal-description:A green apple.]]');

    const outcome = await fal().generate(call);

    expect(outcome).toMatchObject({ ok: true, provider: 'fal', form: 'json' });
    const answer = JSON.parse(await textOf(outcome)) as Answer;
    expect(answer).toEqual({
      candidates: [
        {
          content: {
            role: 'model',
            parts: [
              { inlineData: { mimeType: 'image/png', data: expect.stringMatching(/^iVBORw0KGgo/) } },
              { text: 'A green apple.' },
            ],
          },
          finishReason: 'STOP',
          index: 0,
        },
      ],
      usageMetadata: {
        promptTokenCount: expect.any(Number),
        candidatesTokenCount: 1124,
        thoughtsTokenCount: 530,
        totalTokenCount: expect.any(Number),
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: expect.any(Number) }],
        candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }],
      },
      modelVersion: 'gemini-3.1-flash-image',
      responseId: expect.stringContaining(name),
      peelNotes: ['USAGE_ESTIMATED'],
    });
    const data = answer.candidates[0]?.content.parts[0]?.inlineData?.data ?? '';
    expect(sniffImage(Buffer.from(data, 'base64'))).toEqual({ mimeType: 'image/png', width: 64, height: 64 });
  });

  it('comes without words where only a picture is wanted', async () => {
    const { call } = callWith('[[size:tiny]] [[fal-description:A green apple.]]', { modalities: ['IMAGE'] });

    expect(await textOf(await fal().generate(call))).not.toContain('A green apple.');
  });

  it.each(['json', 'array', 'sse'] as const)('can be lifted from the form %s', async (form) => {
    const { call } = callWith('[[size:700KB]]');

    const outcome = await fal().generate({ ...call, form });
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.verdict));
    const { sink, blobs } = memorySink();
    const chunks = [];
    for await (const chunk of lift(outcome.body, { form: outcome.form, sink })) chunks.push(chunk);

    expect(blobs.get('image/0')?.bytes.length).toBe(700_000);
    expect(summarize(chunks, form)).toMatchObject({
      finishReason: 'STOP',
      images: [{ n: 0, thought: false, mimeType: 'image/png' }],
      usage: { imageTokens: 1120, thoughtsTokens: 530, searches: 0 },
    });
  });

  it('has the type that its bytes have, whatever fal calls it', async () => {
    const { call } = callWith('[[size:tiny]] [[type:image/jpeg]]');

    expect(await textOf(await fal().generate(call))).toContain('"mimeType":"image/jpeg","data":"/9j/');
  });

  it.each(['tiny', '900KB'])('may stand in the answer itself (%s)', async (size) => {
    const { name, call } = callWith(`[[fal-url:data]] [[size:${size}]] [[fal-description:Here.]]`);

    const answer = JSON.parse(await textOf(await fal().generate(call))) as Answer;

    const [drawn, words] = answer.candidates[0]?.content.parts ?? [];
    const bytes = Buffer.from(drawn?.inlineData?.data ?? '', 'base64');
    expect(sniffImage(bytes)).toMatchObject({ mimeType: 'image/png' });
    expect(bytes.subarray(-8).toString('latin1')).toBe('IEND\xae\x42\x60\x82');
    expect(words).toEqual({ text: 'Here.' });
    expect(stepsOf(await received(name))).not.toContain('GET media');
  });

  it('counts what a search brings in as prompt', async () => {
    const { call } = callWith('[[size:tiny]]', { grounding: { web: true, image: false } });

    const { usageMetadata } = JSON.parse(await textOf(await fal().generate(call))) as Answer;

    expect(usageMetadata).toMatchObject({ toolUsePromptTokenCount: 15_900 });
  });
});

describe('an edit', () => {
  it('carries its references as data URIs, in order, with an exact length', async () => {
    const name = crypto.randomUUID();
    const turns = [user(text(`Put both together ${name} [[size:tiny]]`), image(0), image(1))];
    const bytes = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3, 4);
    const other: OpenInput = { ...picture, size: bytes.length, open: async () => streamOf(bytes, [5], 'bytes') };
    const { call } = callWith('', { turns }, { inputs: [picture, other] });

    await textOf(await fal().generate(call));

    const [submit] = await received(name);
    expect(submit?.path).toBe('/fal-queue/fal-ai/nano-banana-2/edit');
    expect(submit?.headers['content-length']).toBe(String(new TextEncoder().encode(submit?.body).length));
    expect(JSON.parse(submit?.body ?? '')).toMatchObject({
      aspect_ratio: 'auto',
      image_urls: ['data:image/png;base64,iVBORw0KGgoA', 'data:image/png;base64,iVBORw0KGgoBAgME'],
    });
  });

  it('of a conversation is one of its last picture, and says so', async () => {
    const name = crypto.randomUUID();
    const turns = [
      user(text('Draw a fox')),
      { role: 'model' as const, parts: [text('Here.'), { ...image(0), signature: { text: 'Zm94' } }] },
      user(text(`Make it blue ${name} [[size:tiny]]`)),
    ];
    const { call } = callWith('', { turns }, { inputs: [picture] });

    const answer = await textOf(await fal().generate(call));

    const [submit] = await received(name);
    expect(JSON.parse(submit?.body ?? '')).toMatchObject({
      prompt: `Make it blue ${name} [[size:tiny]]`,
      image_urls: ['data:image/png;base64,iVBORw0KGgoA'],
    });
    expect(submit?.body).not.toContain('Zm94');
    expect(JSON.parse(answer)).toMatchObject({ peelNotes: ['USAGE_ESTIMATED', 'CONVERSATION_ADAPTED'] });
  });
});

describe('without a queue', () => {
  it('a picture is asked for in one piece', async () => {
    const { name, call } = callWith('[[size:tiny]]');
    const { mediaHosts } = hosts();

    const answer = await textOf(await fal({}, { mediaHosts }).generate(call));

    const steps = await received(name);
    expect(stepsOf(steps)).toEqual(['POST', 'GET media']);
    expect(steps[0]?.path).toBe('/fal/fal-ai/nano-banana-2');
    expect(JSON.parse(answer)).toMatchObject({ responseId: expect.stringContaining(name) });
  });

  it('a refusal is Gemini’s as well', async () => {
    const { call } = callWith('[[error:content_policy_prompt]]');
    const { mediaHosts } = hosts();

    expect(JSON.parse(await textOf(await fal({}, { mediaHosts }).generate(call)))).toMatchObject({
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
    });
  });
});

describe('countTokens', () => {
  it('is an estimate where fal alone could be asked', async () => {
    const { call } = callWith('', { turns: [user(text('a green apple'), image())] });

    expect(await fal().countTokens(call)).toEqual({
      ok: true,
      value: {
        totalTokens: 1124,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 4 },
          { modality: 'IMAGE', tokenCount: 1120 },
        ],
      },
    });
  });

  it('is left to others where there are any', async () => {
    const { call } = callWith('');

    expect(await fal({ isOnly: false }).countTokens(call)).toMatchObject({
      ok: false,
      verdict: { failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }, next: 'elsewhere' },
    });
  });
});

it('does not serve an endpoint whose fields are not in the list', () => {
  const model = modelOf('nano-banana-2');

  expect(fal().serves(model)).toBe(true);
  expect(fal().serves({ ...model, offers: { fal: { wireId: 'fal-ai/flux-2', prices: [] } } })).toBe(false);
  expect(fal().serves({ ...model, offers: {} })).toBe(false);
});
