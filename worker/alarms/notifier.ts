/** Notifies the book of alarms, which the deployment's ledger keeps, from any ledger. */
import type { Log } from '../shared/log.ts';
import type { AlarmsRpc } from './rpc.ts';
import type { AlarmCause, AlarmSignal } from './signal.ts';

type BookRpc = Pick<AlarmsRpc, 'ringAlarms' | 'endAlarms'>;

export interface NotifierOptions {
  /** The ledger that keeps the book. */
  book: () => BookRpc;
  /** Name of the ledger that notifies, for the log. */
  ledger: string;
  /** Keeps the object alive until a promise settles. */
  hold: (promise: Promise<unknown>) => void;
  log: Log;
}

export interface AlarmNotifier {
  /** Never rejects. @returns Whether the book has got it. */
  ring(signals: readonly AlarmSignal[]): Promise<boolean>;
  /** Tells that causes are gone. Not waited for; a failure is logged. */
  end(causes: readonly AlarmCause[]): void;
}

export function createAlarmNotifier({ book, ledger, hold, log }: NotifierOptions): AlarmNotifier {
  async function tell(call: (book: BookRpc) => Promise<void>): Promise<boolean> {
    try {
      await call(book());
      return true;
    } catch (error) {
      log('alarm_untold', { ledger, error: String(error) });
      return false;
    }
  }

  function notify(call: (book: BookRpc) => Promise<void>): Promise<boolean> {
    const told = tell(call);
    hold(told);
    return told;
  }

  return {
    ring: (signals) => notify((book) => book.ringAlarms(signals)),
    end(causes) {
      void notify((book) => book.endAlarms(causes));
    },
  };
}
