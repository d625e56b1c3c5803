/** How the deployment stands, from its figures. */
import type { DeskMoney, DeskOverview } from '../../../worker/desk-protocol.ts';

/** Whether nothing more can be drawn from it. */
export const isSpent = ({ spentMicros, owedMicros, capMicros }: DeskMoney): boolean =>
  spentMicros + owedMicros >= capMicros;

/** Whether no provider key is left that draws. */
export const isBroken = ({ alarms }: Pick<DeskOverview, 'alarms'>): boolean =>
  alarms.some(({ name, facts }) => (name === 'key_refused' || name === 'key_rests') && facts.keysLeft === 0);
