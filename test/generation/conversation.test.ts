/** Which key a conversation is sent to, and what its fallback sends, on a scripted pool and scripted origins. */
import { describe, expect, it } from 'vitest';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { askInConversation } from '../../worker/generation/conversation.ts';
import type { PoolAnswer, ProviderCall, SignatureOrigin } from '../../worker/providers/provider.ts';
import type { GenerateRequest, Turn } from '../../worker/request/request.ts';
import type { Failure } from '../../worker/shared/failure.ts';

const [model] = SEED_CATALOG;
const ONE: SignatureOrigin = { provider: 'google', key: 'one' };
const TWO: SignatureOrigin = { provider: 'google', key: 'two' };

const turns: Turn[] = [
  { role: 'user', parts: [{ kind: 'text', text: 'a fox' }] },
  { role: 'model', parts: [{ kind: 'image', mimeType: 'image/png', input: 0, signature: { text: 'QUJDRA==' } }] },
  { role: 'user', parts: [{ kind: 'text', text: 'in snow' }] },
];
const request: GenerateRequest = { model: model!.id, turns, modalities: ['IMAGE'], size: '1K' };
const FREE: Failure = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' };

const good: PoolAnswer = { ok: true, provider: 'google', form: 'json', body: new ReadableStream(), maker: TWO };
const failed = (marks: Partial<Extract<PoolAnswer, { ok: false }>> = {}): PoolAnswer => ({
  ...{ ok: false, provider: 'google', failure: FREE },
  ...marks,
});

/** @param plan The answers of the pool, call by call, each after that many attempts. */
async function play(known: SignatureOrigin[], plan: [attempts: number, answer: PoolAnswer][], asked = request) {
  const calls: { pin: SignatureOrigin | undefined; turns: number }[] = [];
  const attempts: number[] = [];
  const events: string[] = [];
  const looked: string[][] = [];
  const call: ProviderCall = {
    ...{ request: asked, model: model!, inputs: [], form: 'json', take: 0, signal: AbortSignal.timeout(1000) },
    async permit(attempt) {
      attempts.push(attempt);
      return undefined;
    },
  };
  const answer = await askInConversation(
    call,
    { retention: '30d', id: 'b1', fallsBack: (how) => events.push(how) },
    {
      signatureOrigins: {
        find: async (_, digests) => {
          looked.push([...digests]);
          return known;
        },
        remember: async () => undefined,
      },
      providers: {
        async generate({ pin, request: sent, permit }) {
          calls.push({ pin, turns: sent.turns.length });
          const [made, said] = plan[calls.length - 1]!;
          for (let n = 1; n <= made; n += 1) await permit(n, 'google');
          return said;
        },
      },
      log: (event, fields) => events.push(`${event} ${fields?.why}`),
    },
  );
  return { answer, calls, attempts, events, looked };
}

describe('a conversation', () => {
  it('is sent to the origin of its signatures', async () => {
    const { answer, calls, events } = await play([ONE], [[1, good]]);

    expect(answer).toBe(good);
    expect(calls).toEqual([{ pin: ONE, turns: 3 }]);
    expect(events).toEqual([]);
  });

  it('without a known origin is sent to any key', async () => {
    expect((await play([], [[1, good]])).calls).toEqual([{ pin: undefined, turns: 3 }]);
  });

  it('of two origins is told anew at once', async () => {
    const { calls, events, attempts } = await play([TWO, ONE], [[1, good]]);

    expect(calls).toEqual([{ pin: undefined, turns: 1 }]);
    expect(events).toEqual(['conversation_fallback makers_differ', 'last-picture']);
    expect(attempts).toEqual([1]);
  });

  it.each([
    { name: 'whose maker is gone', mark: { pinned: true } as const, why: 'maker_gone', made: 0, counted: [1] },
    {
      name: 'whose maker was tried',
      mark: { pinned: true } as const,
      why: 'maker_gone',
      made: 3,
      counted: [1, 2, 3, 4],
    },
    {
      name: 'whose signature is refused',
      mark: { signature: true } as const,
      why: 'signature_refused',
      made: 1,
      counted: [1, 2],
    },
  ])('$name is told anew, its attempts counted on', async ({ mark, why, made, counted }) => {
    const { answer, calls, events, attempts } = await play(
      [ONE],
      [
        [made, failed(mark)],
        [1, good],
      ],
    );

    expect(answer).toBe(good);
    expect(calls).toEqual([
      { pin: ONE, turns: 3 },
      { pin: undefined, turns: 1 },
    ]);
    expect(events).toEqual([`conversation_fallback ${why}`, 'last-picture']);
    expect(attempts).toEqual(counted);
  });

  it('is told anew once, and what that comes to is told', async () => {
    const second = failed({ signature: true, failure: { ...FREE, cause: 'again' } });

    const { answer, calls } = await play(
      [],
      [
        [1, failed({ signature: true })],
        [1, second],
      ],
    );

    expect(answer).toBe(second);
    expect(calls).toHaveLength(2);
  });

  it('that failed otherwise is not told anew', async () => {
    expect((await play([ONE], [[1, failed()]])).calls).toHaveLength(1);
  });
});

it('a first request looks up no origin, and has nothing to fall back to', async () => {
  const first = { ...request, turns: turns.slice(0, 1) };

  const { calls, looked } = await play([], [[1, failed({ signature: true })]], first);

  expect(calls).toHaveLength(1);
  expect(looked).toEqual([[]]);
});
