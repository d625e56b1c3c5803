/** The alarms over RPC, beside an object's other methods. Only the deployment's ledger keeps them. */
import type { DeskAlarms, DeskWebhook } from '../desk-protocol.ts';
import type { AlarmCause, AlarmSignal } from './signal.ts';

export interface AlarmsRpc {
  /** Notes causes, which ring once in their period. Idempotent, but for what is added up. */
  ringAlarms(signals: readonly AlarmSignal[]): Promise<void>;
  /** Closes the alarms of causes that are gone. Idempotent. */
  endAlarms(causes: readonly AlarmCause[]): Promise<void>;
  /** @param origin Of the deployment, as its owner calls it: messages name it from then on. */
  alarms(origin: string): Promise<DeskAlarms>;
  /** Closes an alarm for its owner. @returns Whether it was open. */
  closeAlarm(id: string): Promise<boolean>;
  /** @returns The secret that signs, which is told this once. */
  setWebhook(address: string): Promise<string>;
  /** @returns Whether the desk had named one. */
  removeWebhook(): Promise<boolean>;
  /** Makes another secret, and the one before signs nothing more. @returns undefined without a webhook. */
  renewWebhookSecret(): Promise<string | undefined>;
  /** Sends a test once, and waits for it. @returns undefined without a webhook. */
  testWebhook(origin: string): Promise<DeskWebhook['deliveries'][number] | undefined>;
}
