/** Errors inside a 200: their cost, the caller's answer, and the next identical request. */
import { reset } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { createTestWorker, reasonOf, upstreamCalls } from '../../support.ts';
import { GENERATE, nameOf, worstOf } from './money.ts';
import { FORM_NAMES, LABELS, scripted, settledOf, TARGETS } from './odd-answers.ts';

beforeEach(reset);

describe('an error in place of an answer', () => {
  const spellings = (error: unknown): string[] => [
    JSON.stringify({ error }),
    `[${JSON.stringify({ error })}]`,
    `data: ${JSON.stringify({ error })}\n\n`,
    `: wait\n\nevent: error\ndata: ${JSON.stringify(error)}\n\n`,
  ];

  it.each([
    { name: 'a number', error: { code: 429, message: 'busy', status: 'RESOURCE_EXHAUSTED' } },
    { name: 'digits', error: { code: '429', message: 'busy' } },
    { name: 'a name', error: { code: 'RESOURCE_EXHAUSTED', message: 'busy' } },
    { name: 'a status alone', error: { message: 'busy', status: 'RESOURCE_EXHAUSTED' } },
  ])('that names 429 as $name is free and tells when to come back', async ({ error }) => {
    for (const body of spellings(error)) {
      for (const [form, label] of [
        ['json', 'application/json'],
        ['sse', 'text/event-stream'],
        ['array', 'none'],
      ] as const) {
        for (const headers of [{}, { 'Cache-Control': 'no-store' }]) {
          const worker = createTestWorker();
          const asked = await scripted({ body, contentType: label });

          const answer = await worker.ask(TARGETS[form], asked, headers);

          expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
          expect(await reasonOf(answer)).toEqual([429, 'UPSTREAM_QUOTA']);
          expect(await settledOf(worker)).toBe(0);
          await reset();
        }
      }
    }
  });

  it('that names its bill was not refused, and is counted in full', async () => {
    const worker = createTestWorker();
    const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: 1120 };
    const body = await scripted({ body: JSON.stringify({ error: { code: 400, message: 'no' }, usageMetadata }) });

    expect(await reasonOf(await worker.ask(GENERATE, body))).toEqual([502, 'UPSTREAM_BROKEN']);
    expect(await settledOf(worker)).toBeGreaterThan(0);
  });

  it.each(FORM_NAMES)('that is overloaded is asked again, and the picture comes: %s', async (form) => {
    const worker = createTestWorker();
    const body = await scripted({ body: '{"error":{"code":503,"message":"busy"}}' });

    const answer = await worker.ask(TARGETS[form], body);

    expect(answer.status).toBe(200);
    expect(await upstreamCalls(nameOf(body))).toBe(2);
  });

  it('that refuses the request is the refusal, and free', async () => {
    const worker = createTestWorker();

    const answer = await worker.ask(GENERATE, await scripted({ body: '{"error":{"code":400,"message":"No."}}' }));

    expect(await reasonOf(answer)).toEqual([400, 'INVALID_FIELD']);
    expect(await settledOf(worker)).toBe(0);
  });

  it.each([
    '{"error":"nope"}',
    '{"error":{"message":"nope"}}',
    '{"error":{"code":0,"message":"nope"}}',
    '{}',
    '[]',
    'data: {}\n\n',
  ])('that does not say what happened may have been charged, and is not asked again: %s', async (said) => {
    for (const form of FORM_NAMES) {
      await reset();
      const worker = createTestWorker();
      const body = await scripted({ body: said });

      const first = await worker.ask(TARGETS[form], body);
      const text = await first.text();
      const second = await worker.ask(GENERATE, body);

      expect(text).toContain('UPSTREAM_BROKEN');
      expect(text).toContain('may have been charged');
      expect(await reasonOf(second)).toEqual([502, 'OUTCOME_UNKNOWN']);
      expect(await settledOf(worker)).toBe(worstOf());
      expect(await upstreamCalls(nameOf(body))).toBe(1);
    }
  });

  it.each(['<html>busy</html>', '', '{nothing}', '{}', '{"error":"nope"}'])(
    'never passes through as a 200: %j',
    async (said) => {
      for (const form of FORM_NAMES) {
        for (const label of LABELS) {
          const worker = createTestWorker();

          const answer = await worker.ask(TARGETS[form], await scripted({ body: said, contentType: label }), {
            'Cache-Control': 'no-store',
          });

          expect(await reasonOf(answer)).toEqual([502, 'UPSTREAM_BROKEN']);
        }
      }
    },
  );

  it('of a count of tokens counts as the status that it names', async () => {
    const worker = createTestWorker();
    const target = GENERATE.replace('generateContent', 'countTokens');

    const refused = await worker.ask(target, await scripted({ body: '{"error":{"code":"429","message":"busy"}}' }));

    expect(await reasonOf(refused)).toEqual([429, 'UPSTREAM_QUOTA']);
  });

  it('of a count of tokens leaves no charge in doubt, where it says nothing', async () => {
    const target = GENERATE.replace('generateContent', 'countTokens');

    const page = await createTestWorker().ask(
      target,
      await scripted({ body: '<html>', contentType: 'application/json' }),
    );

    expect(await reasonOf(page)).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
  });
});
