/**
 * A provider with the behaviours of real ones: it draws one picture or four, thinks long, refuses, counts wrongly, is
 * busy, breaks off or falls silent. It bills its work: in half of the worlds at most the allowed output, in the others
 * up to four times the hold.
 */
import type { PoolAnswer, ProviderCall } from '../../../../worker/providers/provider.ts';
import type { Form } from '../../../../worker/request/target.ts';
import type { Happening, LedgerName } from '../invariants/trace.ts';
import type { Faults, Network } from '../simulator/network.ts';
import type { Chance } from '../simulator/random.ts';
import type { Room } from './node.ts';

const ATTEMPTS = 3;

export interface ProviderOptions {
  chance: Chance;
  faults: Faults;
  network: Network;
  /** Whether it never bills more than it is allowed. */
  keepsToCap: boolean;
  record: (happening: Happening) => void;
  now: () => number;
}

/** One run's connection to the provider. */
interface Caller {
  room: Pick<Room, 'wait' | 'guard' | 'commit'>;
  /** The reservation at the moment of the dispatch. */
  idNow: () => string;
  key: string;
  price: number;
  /** The ledger of its site. */
  ledger: LedgerName;
  noStore: boolean;
  /** Whether a complete answer to it is stored. */
  isKept: () => boolean;
}

type Plot =
  | 'draws'
  | 'draws four'
  | 'thinks long'
  | 'counts wrongly'
  | 'says no price'
  | 'refuses'
  | 'busy'
  | 'fails'
  | 'breaks off'
  | 'silent';

const PLOTS: readonly Plot[] = [
  ...(['draws', 'draws', 'draws', 'draws four', 'draws four'] as const),
  ...(['thinks long', 'counts wrongly', 'says no price', 'refuses'] as const),
];
const BAD_PLOTS: readonly Plot[] = ['busy', 'busy', 'busy', 'fails', 'breaks off', 'silent'];

export interface Provider {
  generate(call: ProviderCall, caller: Caller): Promise<PoolAnswer>;
}

const provider = 'google' as const;

export function createProvider({ chance, faults, network, keepsToCap, record, now }: ProviderOptions): Provider {
  const plotOf = (): Plot => (faults.isOn && chance.is(0.4) ? chance.pick(BAD_PLOTS) : chance.pick(PLOTS));

  /** A plot's cost as a share of its hold. With a wrong count, a bill over the hold could not be detected. */
  function shareOf(plot: Plot): number {
    const part = chance.next();
    if (plot === 'refuses') return 0.2;
    if (plot === 'draws four') return keepsToCap ? 1 - part / 10 : 1 + 3 * part;
    if (plot === 'thinks long') return keepsToCap ? 1 - part / 5 : 1 + part / 2;
    return 0.5 + part / 2;
  }

  function bill(id: string, plot: Plot, price: number): number {
    const micros = Math.ceil(price * shareOf(plot));
    record({ type: 'billed', at: now(), id, micros });
    return micros;
  }

  return {
    async generate(call, caller) {
      const { room, key, price, ledger, noStore } = caller;
      for (let attempt = 1; ; attempt += 1) {
        const refused = await call.permit(attempt, provider);
        if (refused) return { ok: false, provider, failure: refused };
        const id = caller.idNow();
        room.commit();
        record({ type: 'dispatched', at: now(), ledger, id, key, noStore, isKept: caller.isKept() });
        const plot = plotOf();
        await room.wait(network.delay());
        if (plot === 'busy') {
          await room.wait(network.delay());
          record({ type: 'notRun', at: now(), id });
          if (attempt < ATTEMPTS) {
            await room.wait(chance.whole(0, 9000));
            continue;
          }
          return { ok: false, provider, failure: { reason: 'UPSTREAM_QUOTA', ran: 'no' } };
        }
        if (plot === 'fails') {
          if (chance.is(0.5)) bill(id, plot, price);
          await room.wait(network.delay());
          return { ok: false, provider, failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'unknown' } };
        }
        const micros = bill(id, plot, price);
        if (plot === 'silent') await room.guard(untilAborted(call.signal));
        await room.wait(chance.whole(0, 15_000));
        const body = bodyOf(plot, micros, call.form);
        return {
          ok: true,
          provider,
          maker: { provider, key: '00000000' },
          form: call.form,
          body: streamOf(body, plot === 'breaks off', room, chance),
        };
      }
    },
  };
}

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

/** A count that no picture can have, so it is not settled by. */
const WRONG_COUNT = 1;

/** The cost of an answer's usage; undefined for a wrong count. The prompt token count carries the price. */
export const costOf = (promptTokens: number | undefined): number | undefined =>
  promptTokens === WRONG_COUNT ? undefined : promptTokens;

function bodyOf(plot: Plot, micros: number, form: Form): string {
  const parts = [{ inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB' } }];
  const candidate =
    plot === 'refuses' ? { finishReason: 'IMAGE_SAFETY' } : { content: { parts }, finishReason: 'STOP' };
  const promptTokenCount = plot === 'counts wrongly' ? WRONG_COUNT : micros;
  const usage = plot === 'says no price' ? {} : { usageMetadata: { promptTokenCount } };
  const json = JSON.stringify({ candidates: [candidate], ...usage });
  return form === 'sse' ? `data: ${json}\n\n` : json;
}

function streamOf(text: string, isCut: boolean, room: Caller['room'], chance: Chance): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  const cut = chance.whole(1, bytes.length - 1);
  const pieces = [bytes.slice(0, cut), bytes.slice(cut)];
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      await room.wait(chance.whole(0, 2000));
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else if (isCut && pieces.length === 0) controller.error(new Error('the connection was reset'));
      else controller.enqueue(piece);
    },
  });
}
