/**
 * The worker's isolate in a world, for `no-store`: a run with the real payment, whose record lives as long as the call,
 * as in `worker/routes/generate/no-store.ts`.
 */

import type { GenerationJob } from '../../../../worker/generation/job.ts';
import { createPayment, type Payment } from '../../../../worker/generation/payment.ts';
import { mayHaveRun, type RunRecord } from '../../../../worker/generation/run-record.ts';
import { reservationId } from '../../../../worker/ledger/reservation.ts';
import { ledgerOf } from '../../../../worker/ledger/rpc.ts';
import type { ProviderCall } from '../../../../worker/providers/provider.ts';
import type { Environment } from './environment.ts';
import type { Machine, Room } from './node.ts';
import { costOf } from './provider.ts';

export interface IsolateNode extends Machine {
  /** @returns The outcome in a word. */
  pass(job: GenerationJob): Promise<string>;
}

const DEADLINE_MS = 300_000;

export function makeIsolate({ provider, fundsOf, workload }: Environment, room: Room): IsolateNode {
  const fundsFor = fundsOf(room);

  async function pass(job: GenerationJob): Promise<string> {
    let record = recordOf(job, `direct-${workload.chance.whole(0, 1e9)}`, room.now());
    const { run } = record;
    const store = {
      read: () => record,
      write(next: RunRecord) {
        const { key, outcome, endedAt = 0 } = next;
        if (next.state === 'ended') room.note({ type: 'ended', run, key, outcome, localAt: endedAt });
        record = next;
      },
      flush: async () => undefined,
    };
    const payment = createPayment({ store, funds: fundsFor(job.site, job), now: room.now });
    const refused = await payment.reserve();
    if (refused) return refused.reason;
    const how = await draw(job, payment, () => reservationId(run, record.attempt));
    await payment.settleUp().catch(() => undefined);
    return how;
  }

  async function draw(job: GenerationJob, payment: Payment, idNow: () => string): Promise<string> {
    const { key, worstMicros: price, site } = job;
    const inFull = { micros: price, provider: 'unknown', outcome: 'unknown' } as const;
    const call = {
      form: 'json',
      signal: AbortSignal.timeout(DEADLINE_MS),
      permit: async (attempt, provider) =>
        (attempt > 1 ? await payment.reserveNext() : undefined) ?? payment.dispatch(provider),
    } satisfies Partial<ProviderCall>;
    try {
      const ledger = ledgerOf(site.id);
      const caller = { room, idNow, key, price, ledger, noStore: true, isKept: () => false };
      const answer = await provider.generate(call as unknown as ProviderCall, caller);
      if (!answer.ok) {
        if (mayHaveRun(answer.failure)) payment.conclude('unknown', inFull);
        else payment.conclude('none');
        return answer.failure.reason;
      }
      const text = await new Response(answer.body).text();
      const counted = /"promptTokenCount":(\d+)/.exec(text)?.[1];
      const micros = costOf(counted === undefined ? undefined : Number(counted)) ?? price;
      payment.conclude('unknown', { micros, provider: answer.provider, outcome: 'picture' });
      return 'done';
    } catch (error) {
      payment.conclude('unknown', inFull);
      return String(error);
    }
  }

  return { pass, alarm: async () => undefined };
}

function recordOf(job: GenerationJob, run: string, now: number): RunRecord {
  const { key, site, request, worstMicros, form } = job;
  return {
    ...{ run, state: 'reserving', attempt: 1, id: '', key, thoughts: false, form, micros: worstMicros },
    site: { id: site.id, retention: site.retention },
    subject: { model: request.model, size: request.size },
    priced: request,
    startedAt: now,
    deadlineAt: now + DEADLINE_MS,
    reservedAt: 0,
  };
}
