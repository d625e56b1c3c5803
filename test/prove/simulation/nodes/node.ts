/**
 * An object as the platform runs it: booted by the first call or alarm, killed at any moment between two steps. A kill
 * loses its memory and pending calls; its disk and its alarm stay.
 */
import type { Sql } from '../../../../worker/ledger/sql.ts';
import { type Bound, createBound } from '../../../../worker/shared/bound.ts';
import type { Happening, Untimed } from '../invariants/trace.ts';
import type { Chance } from '../simulator/random.ts';
import type { Scheduler } from '../simulator/scheduler.ts';
import { createDisk } from './disk.ts';

const ALARM_RETRY_MS = 2000;

/** The parts of the world that an object's code may use. They end with the object's life. */
export interface Room {
  readonly isOver: boolean;
  readonly sql: Sql;
  /** Unix milliseconds of the object's own clock. */
  now(): number;
  /** Settles like the promise, but only while this life lasts. */
  guard<T>(promise: Promise<T>): Promise<T>;
  wait(ms: number): Promise<void>;
  /** Resolves when all writes are safe. */
  flush(): Promise<void>;
  /** A message leaves the object: earlier writes are safe. */
  commit(): void;
  setAlarm(at: number): Promise<void>;
  /** When the alarm rings, by the object's own clock. */
  alarmAt(): number | undefined;
  wipe(): void;
  /** The object ends its own life. */
  abandon(): void;
  /** Notes a happening in the trace once it is safe. */
  note(happening: Untimed): void;
}

/** Limits calls by the clock of a world. */
export const boundBy = (wait: Room['wait']): Bound =>
  createBound((ms, end) => {
    let isOver = false;
    void wait(ms).then(() => {
      if (!isOver) end();
    });
    return () => {
      isOver = true;
    };
  });

export interface Machine {
  alarm(): Promise<void>;
}

export interface NodeOptions<M extends Machine> {
  name: string;
  scheduler: Scheduler;
  chance: Chance;
  record: (happening: Happening) => void;
  boot: (room: Room) => M;
  /** Sees every atomic step of its disk. */
  recorder?: { onStep: (sql: Sql, note: Room['note'], at: number) => void; recall: (sql: Sql) => void };
}

class ObjectDied extends Error {
  override name = 'ObjectDied';
}

interface Life {
  isOver: boolean;
  /** Rejects the calls that are in progress in it. */
  fail: Set<(error: Error) => void>;
}

export class SimulatedNode<M extends Machine> {
  readonly #options: NodeOptions<M>;
  readonly #disk;
  #life: Life | undefined;
  #machine: M | undefined;
  /** The object's clock minus the true time. */
  #skewMs = 0;
  #alarmAt: number | undefined;
  #safeAlarmAt: number | undefined;
  #isRinging = false;
  #pending: Untimed[] = [];

  constructor(options: NodeOptions<M>) {
    this.#options = options;
    const note: Room['note'] = (happening) => this.#pending.push(happening);
    this.#disk = createDisk(() => options.recorder?.onStep(this.#disk.sql, note, this.now));
    options.scheduler.addSource(() => this.#nextRing());
  }

  get name(): string {
    return this.#options.name;
  }

  get isUp(): boolean {
    return this.#life !== undefined;
  }

  get now(): number {
    return this.#options.scheduler.now() + this.#skewMs;
  }

  jump(ms: number): void {
    this.#skewMs += ms;
  }

  /** Runs a call in the object and boots it if necessary. @throws ObjectDied when it dies meanwhile. */
  run<T>(work: (machine: M) => T | Promise<T>): Promise<T> {
    const { life, machine } = this.#boot();
    return new Promise<T>((resolve, reject) => {
      life.fail.add(reject);
      const finish = (settle: () => void) => {
        life.fail.delete(reject);
        if (life.isOver) return;
        this.#commit();
        settle();
      };
      Promise.resolve()
        .then(() => work(machine))
        .then(
          (value) => finish(() => resolve(value)),
          (error) => finish(() => reject(error)),
        );
    });
  }

  crash(): void {
    const life = this.#life;
    if (!life) return;
    life.isOver = true;
    this.#life = undefined;
    this.#machine = undefined;
    if (this.#options.chance.is(0.5)) this.#commit();
    else this.#rollback();
    if (this.#isRinging) {
      // A handler that did not return is called again, unless it has set another time.
      this.#isRinging = false;
      this.#safeAlarmAt ??= this.now + ALARM_RETRY_MS;
      this.#alarmAt = this.#safeAlarmAt;
    }
    this.#options.recorder?.recall(this.#disk.sql);
    for (const fail of life.fail) fail(new ObjectDied(`${this.name} died`));
  }

  /** Notes a happening that shows in no row; it counts when the step is safe. */
  note(happening: Untimed): void {
    this.#pending.push(happening);
  }

  /** Reads its disk from outside the world, for checks. */
  look<T>(read: (sql: Sql) => T): T {
    return read(this.#disk.sql);
  }

  /** The running machine, for checks. */
  get machine(): M | undefined {
    return this.#machine;
  }

  close(): void {
    this.crash();
    this.#disk.close();
  }

  #boot(): { life: Life; machine: M } {
    if (this.#life && this.#machine) return { life: this.#life, machine: this.#machine };
    const life: Life = { isOver: false, fail: new Set() };
    this.#life = life;
    this.#machine = this.#options.boot(this.#roomOf(life));
    return { life, machine: this.#machine };
  }

  #roomOf(life: Life): Room {
    const { scheduler, chance } = this.#options;
    const living = () => {
      if (life.isOver) throw new ObjectDied(this.name);
    };
    const guard = <T>(promise: Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        promise.then(
          (value) => !life.isOver && resolve(value),
          (error) => !life.isOver && reject(error),
        );
      });
    const { sql } = this.#disk;
    return {
      get isOver() {
        return life.isOver;
      },
      sql: {
        exec(query, ...bindings) {
          living();
          return sql.exec(query, ...bindings);
        },
        atomically(step) {
          living();
          return sql.atomically(step);
        },
      },
      now: () => this.now,
      guard,
      wait: (ms) => guard(scheduler.wait(ms)),
      flush: async () => {
        living();
        await guard(scheduler.wait(chance.whole(0, 20)));
        this.#commit();
      },
      commit: () => {
        living();
        this.#commit();
      },
      alarmAt: () => this.#alarmAt,
      setAlarm: async (at) => {
        living();
        this.#alarmAt = at;
        await guard(scheduler.wait(chance.whole(0, 5)));
      },
      wipe: () => {
        living();
        this.#disk.wipe();
        this.#alarmAt = undefined;
      },
      abandon: () => {
        if (this.#life === life) this.crash();
      },
      note: (happening) => {
        if (!life.isOver) this.#pending.push(happening);
      },
    };
  }

  #commit(): void {
    this.#disk.commit();
    this.#safeAlarmAt = this.#alarmAt;
    const at = this.#options.scheduler.now();
    for (const happening of this.#pending.splice(0)) this.#options.record({ ...happening, at } as Happening);
  }

  #rollback(): void {
    this.#disk.rollback();
    this.#alarmAt = this.#safeAlarmAt;
    this.#pending = [];
  }

  #nextRing(): { at: number; run: () => void } | undefined {
    if (this.#alarmAt === undefined || this.#isRinging) return undefined;
    return { at: this.#alarmAt - this.#skewMs, run: () => this.#ring() };
  }

  #ring(): void {
    this.#isRinging = true;
    this.#alarmAt = undefined;
    this.#safeAlarmAt = undefined;
    this.run((machine) => machine.alarm()).then(
      () => {
        this.#isRinging = false;
      },
      (error) => {
        if (error instanceof ObjectDied) return;
        this.#isRinging = false;
        this.#alarmAt ??= this.now + ALARM_RETRY_MS;
      },
    );
  }
}
