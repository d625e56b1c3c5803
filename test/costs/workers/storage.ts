/** An object's storage whose rows, syncs and alarms are counted. The platform rings none of its alarms. */
import { kindOf, type ObjectBinding, replacing } from './bindings.ts';
import { YEAR_MS } from './still.ts';
import { note, trip } from './trips.ts';

/** An alarm that is set. */
interface Alarm {
  binding: ObjectBinding;
  /** Unix milliseconds. */
  at: number;
}

/** By the object's name. */
export const alarms = new Map<string, Alarm>();

export function countedStorage(
  binding: ObjectBinding,
  name: string,
  storage: DurableObjectStorage,
): DurableObjectStorage {
  const kind = kindOf(binding, name);
  const sql = replacing(storage.sql, {
    exec(...args: Parameters<SqlStorage['exec']>) {
      const cursor = storage.sql.exec(...args);
      // The counts are whole at the cursor's end.
      const rows = cursor.toArray();
      note({ name: `${kind}.sql`, rowsRead: cursor.rowsRead, rowsWritten: cursor.rowsWritten });
      return { toArray: () => rows, [Symbol.iterator]: () => rows.values(), columnNames: cursor.columnNames };
    },
  });
  const methods = replacing(storage, {
    sync: () => trip({ name: `${kind}.sync` }, () => storage.sync()),
    setAlarm(at: number) {
      note({ name: `${kind}.setAlarm`, rowsWritten: 1 });
      alarms.set(name, { binding, at });
      return storage.setAlarm(at + YEAR_MS);
    },
    getAlarm: async () => alarms.get(name)?.at ?? null,
    deleteAlarm() {
      alarms.delete(name);
      return storage.deleteAlarm();
    },
    deleteAll() {
      note({ name: `${kind}.deleteAll` });
      alarms.delete(name);
      return storage.deleteAll();
    },
  });
  return new Proxy(methods, { get: (target, property) => (property === 'sql' ? sql : Reflect.get(target, property)) });
}
