/** What a deployment lets its sites choose from. */
import type { DeskChoices } from '../../../../worker/desk-protocol.ts';

const model = (id: string, displayName: string, prices: Record<string, number>, more = {}) => ({
  ...{ id, displayName, sizes: Object.keys(prices), maxReferences: 14, priceMicros: prices },
  heldMicros: Object.fromEntries(Object.entries(prices).map(([size, micros]) => [size, micros * 4])),
  ...more,
});

export const CHOICES: DeskChoices = {
  models: [
    model('gemini-nano-banana-2.1', 'Nano Banana 2.1', { '1K': 35_000, '2K': 52_000, '4K': 115_000 }),
    model('gemini-3-pro-image', 'Nano Banana Pro', { '1K': 138_000, '2K': 138_000, '4K': 243_000 }),
    model(
      'gemini-3.1-flash-image',
      'Nano Banana 2',
      { '512': 45_000, '1K': 68_000 },
      { successor: 'gemini-nano-banana-2.1' },
    ),
  ],
  proof: 'turnstile',
  turnstileSiteKey: '0x4AAAAAAAAAAAAAAAAAA7c',
  deploymentDayMicros: 20_000_000,
  deploymentMonthMicros: 250_000_000,
};
