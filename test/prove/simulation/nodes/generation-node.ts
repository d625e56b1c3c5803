/** A `Generation` object in a world: the real `GenerationMachine` in a shell like that of the platform's object. */
import { SEED_CATALOG } from '../../../../worker/catalog/seed.ts';
import { GenerationMachine } from '../../../../worker/generation/generation.ts';
import type { GenerationEvent, GenerationJob, RequestInputs } from '../../../../worker/generation/job.ts';
import { createRows, type Rows } from '../../../../worker/generation/run-store.ts';
import { type ReservationOutcome, reservationId } from '../../../../worker/ledger/reservation.ts';
import type { LedgerName } from '../invariants/trace.ts';
import type { Chance } from '../simulator/random.ts';
import type { Environment } from './environment.ts';
import type { Machine, Room } from './node.ts';
import { costOf } from './provider.ts';
import { createStoreRoom } from './store.ts';

export interface GenerationNode extends Machine {
  ask(job: GenerationJob, inputs: RequestInputs): AsyncGenerator<GenerationEvent, void, undefined>;
  outcome(id: string): Promise<ReservationOutcome>;
}

/** With its rows, for inspection. */
export type WithRows<T> = T & { rows: Rows };

export interface GenerationOptions extends Environment {
  room: Room;
  key: string;
  price: number;
  /** The ledger of its site. */
  ledger: LedgerName;
  /** Adds a mutant's defect to the rows. */
  changeRows: (rows: Rows) => Rows;
}

/** As `worker/objects/generation.ts`, with its alarm, its storage and its door. */
export function makeGeneration(options: GenerationOptions): WithRows<GenerationNode> {
  const { workload, store, provider, fundsOf, room, key, price, ledger, changeRows } = options;
  const rows = createWatchedRows(changeRows(createRows(room.sql)), room, key);

  const idNow = (): string => {
    const record = rows.read()!;
    return reservationId(record.run, record.attempt);
  };
  const machine = new GenerationMachine({
    ...createStoreRoom(store, room),
    rows,
    providers: {
      generate: (call) =>
        provider.generate(call, {
          ...{ room, idNow, key, price, ledger, noStore: false },
          isKept: () => store.manifests.has(key),
        }),
    },
    pricing: {
      worst: () => price,
      cost: (_provider, { usage }) => costOf(usage?.promptTokens),
      table: () => undefined,
    },
    redact: (chunk) => chunk,
    log: () => undefined,
    ledgers: fundsOf(room),
    signatureOrigins: { find: async () => [], remember: async () => undefined },
    inputs: { open: () => undefined as never, discard: async () => undefined },
    catalog: SEED_CATALOG,
    random: (bytes) => randomBytes(workload.chance, bytes),
    createPictureId: () => `b${randomBytes(workload.chance, new Uint8Array(16)).toHex()}`,
    pause: room.wait,
    hold: () => undefined,
    flush: room.flush,
    now: room.now,
    wakeAt: room.setAlarm,
    abandon: room.abandon,
    async forget() {
      room.wipe();
      await undefined;
      rows.forgotten();
    },
  });

  return {
    rows,
    ask: (job, inputs) => machine.ask(job, typeof inputs === 'function' ? () => room.guard(inputs()) : inputs),
    outcome: (id) => machine.outcome(id),
    alarm: () => machine.wake(),
  };
}

/** Notes in the trace when a run's end is recorded. */
function createWatchedRows(rows: Rows, room: Room, key: string): Rows {
  return withRows(rows, {
    write(next) {
      const wasEnded = rows.read()?.run === next.run && rows.read()?.state === 'ended';
      rows.write(next);
      if (next.state !== 'ended' || wasEnded) return;
      const { run, outcome, endedAt = 0 } = next;
      room.note({ type: 'ended', run, key, outcome, localAt: endedAt });
    },
  });
}

/** Rows with some methods replaced. A copy would freeze the getter. */
export const withRows = (rows: Rows, change: Partial<Rows>): Rows =>
  Object.create(rows, Object.getOwnPropertyDescriptors(change));

function randomBytes(chance: Chance, bytes: Uint8Array): Uint8Array {
  for (let n = 0; n < bytes.length; n += 1) bytes[n] = chance.whole(0, 255);
  return bytes;
}
