/** A ledger's methods about alarms. Only the deployment's ledger keeps them. */
import type { DeskAlarms, DeskWebhook } from '../desk-protocol.ts';
import type { AlarmCause, AlarmSignal } from './signal.ts';

export interface AlarmsRpc {
  /** Notes causes, which ring once in their period. Idempotent, but for facts that are added up. */
  ringAlarms(signals: readonly AlarmSignal[]): Promise<void>;
  /** Closes the alarms of causes that are gone. Idempotent. */
  endAlarms(causes: readonly AlarmCause[]): Promise<void>;
  /** What the desk shows. @param origin Of the deployment, as its owner calls it: messages name it from then on. */
  alarms(origin: string): Promise<DeskAlarms>;
  /** Dismisses an alarm: it stays closed until its period ends. @returns Whether it was open. */
  closeAlarm(id: string): Promise<boolean>;
  /** Sets the webhook of the desk. @returns The secret that signs messages, which is not told again. */
  setWebhook(address: string): Promise<string>;
  /** Removes the webhook of the desk. @returns Whether there was one. */
  removeWebhook(): Promise<boolean>;
  /** Replaces the secret. @returns The new one; undefined without a webhook. */
  renewWebhookSecret(): Promise<string | undefined>;
  /** Sends a test message once and waits for the answer. @returns undefined without a webhook. */
  testWebhook(origin: string): Promise<DeskWebhook['deliveries'][number] | undefined>;
}
