import { describe, expect, it } from 'vitest';
import { createGenerationClient } from '../../worker/generation/client.ts';
import { toLines } from '../../worker/generation/event-log.ts';
import type { GenerationEvent, GenerationJob, RequestInputs } from '../../worker/generation/job.ts';

const JOB = { key: 'k1' } as GenerationJob;
const admitted = (joined = false): GenerationEvent => ({ type: 'admitted', joined });
const started = (id = 'b01'): GenerationEvent => ({ type: 'started', provider: 'google', id, form: 'sse' });
const chunk = (text: string): GenerationEvent => ({ type: 'chunk', chunk: [text], images: [] });
const done = { type: 'done', manifest: { id: 'b01' }, kept: true } as unknown as GenerationEvent;
const failed: GenerationEvent = { type: 'failed', failure: { reason: 'DEADLINE', afterSeconds: 300 } };
const UNKNOWN = { type: 'failed', failure: { reason: 'OUTCOME_UNKNOWN', ran: 'unknown' } };

/** How an object answers a call: events and then an end or a break, or the call itself fails. */
type Answer = { tells: GenerationEvent[]; dies?: 'politely' | 'with an error' | 'in the middle of a line' } | Error;

async function* tell({ tells, dies }: Exclude<Answer, Error>): AsyncGenerator<GenerationEvent, void, undefined> {
  yield* tells;
  if (dies === 'with an error') throw new Error('the object was reset');
}

function streamOf(answer: Exclude<Answer, Error>): ReadableStream<Uint8Array> {
  if (answer.dies !== 'in the middle of a line') return toLines(tell(answer));
  const lines = answer.tells.map((event) => JSON.stringify(event)).join('\n');
  return new Response(`${lines}\n{"type":"chu`).body!;
}

/** Asks an object with these answers, one for each call. */
async function ask(answers: Answer[], inputs: RequestInputs = []) {
  const asked: { key: string; inputs: RequestInputs }[] = [];
  const generations = createGenerationClient(
    (key) => ({
      async ask(job, given) {
        expect(job).toBe(JOB);
        asked.push({ key, inputs: given });
        const answer = answers[asked.length - 1];
        if (!answer) throw new Error('asked once too often');
        if (answer instanceof Error) throw answer;
        return streamOf(answer);
      },
    }),
    () => undefined,
  );
  const events = await Array.fromAsync(generations.ask(JOB, inputs));
  return { events, asked };
}

const overloaded = Object.assign(new Error('Durable Object is overloaded.'), { overloaded: true });

describe('an object that is asked', () => {
  it.each([
    { name: 'a picture', end: done },
    { name: 'a failure', end: failed },
  ])('tells a run to its end, once: $name', async ({ end }) => {
    const tells = [admitted(), started(), chunk('a'), chunk('b'), end];

    const { events, asked } = await ask([{ tells }]);

    expect(events).toEqual(tells);
    expect(asked.map(({ key }) => key)).toEqual(['k1']);
  });

  it('is not listened to past the end of the run', async () => {
    const { events } = await ask([{ tells: [admitted(), failed, chunk('late')] }]);

    expect(events).toEqual([admitted(), failed]);
  });
});

describe.each(['politely', 'with an error', 'in the middle of a line'] as const)('an object that dies %s', (dies) => {
  const whole = [admitted(true), started(), chunk('a'), chunk('b'), chunk('c'), done];

  it.each([1, 2])('after %i chunks is asked once more, and nothing is told twice or left out', async (heard) => {
    const inputs = async () => [];
    const before = [admitted(), started(), ...[chunk('a'), chunk('b')].slice(0, heard)];

    const { events, asked } = await ask([{ tells: before, dies }, { tells: whole }], inputs);

    expect(events).toEqual([admitted(), started(), chunk('a'), chunk('b'), chunk('c'), done]);
    expect(asked.map((call) => call.inputs)).toEqual([inputs, inputs]);
  });

  it('before it has told of a chunk may answer with another run', async () => {
    const { events } = await ask([
      { tells: [admitted(), started('b01')], dies },
      { tells: [admitted(), started('b02'), chunk('x'), done] },
    ]);

    expect(events).toEqual([admitted(), started('b01'), started('b02'), chunk('x'), done]);
  });

  it('after a chunk cannot: half of one picture’s answer is not followed by half of another’s', async () => {
    const { events } = await ask([
      { tells: [admitted(), started('b01'), chunk('a')], dies },
      { tells: [admitted(), started('b02'), chunk('x'), done] },
    ]);

    expect(events.slice(0, -1)).toEqual([admitted(), started('b01'), chunk('a')]);
    expect(events.at(-1)).toMatchObject(UNKNOWN);
  });

  it('twice is asked no third time, and says that it may have been charged', async () => {
    const { events, asked } = await ask([
      { tells: [admitted(), started(), chunk('a')], dies },
      { tells: [admitted(true), started(), chunk('a'), chunk('b')], dies },
    ]);

    expect(asked).toHaveLength(2);
    expect(events.slice(0, -1)).toEqual([admitted(), started(), chunk('a'), chunk('b')]);
    expect(events.at(-1)).toMatchObject(UNKNOWN);
  });

  it('and then knows what became of its run, says so', async () => {
    const { events } = await ask([{ tells: [admitted()], dies }, { tells: [failed] }]);

    expect(events).toEqual([admitted(), failed]);
  });
});

describe('an object that cannot be asked', () => {
  it('is asked once more', async () => {
    const { events } = await ask([new Error('the object was reset'), { tells: [admitted(), started(), done] }]);

    expect(events).toEqual([admitted(), started(), done]);
  });

  it('twice has heard of nothing, and nothing was charged', async () => {
    const { events } = await ask([new Error('reset'), new Error('reset')]);

    expect(events).toMatchObject([
      { type: 'failed', failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: 5 } },
    ]);
  });

  it('after it has been heard once may have run', async () => {
    const { events } = await ask([{ tells: [admitted()], dies: 'with an error' }, new Error('reset')]);

    expect(events.at(-1)).toMatchObject(UNKNOWN);
  });

  it('once more because it is overloaded by then may have run all the same', async () => {
    const { events, asked } = await ask([{ tells: [admitted(), started()], dies: 'with an error' }, overloaded]);

    expect(asked).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { ran: 'unknown' } });
  });

  it('because it is overloaded is not asked again, and nothing was charged', async () => {
    const { events, asked } = await ask([overloaded]);

    expect(asked).toHaveLength(1);
    expect(events).toMatchObject([
      { type: 'failed', failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: 5 } },
    ]);
  });
});
