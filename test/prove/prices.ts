/** Reads prices from Peel's headers: the reservation on a live stream, the cost on a whole answer. */
import { ask, newPrompt, SSE_INLINE } from './ask.ts';
import type { Stage } from './stage.ts';

/** Micro-dollars. */
export interface Prices {
  /** The reservation of a request. */
  worst: number;
  /** The settled cost. */
  cost: number;
}

/** @param words Words of the prompt, whose length is in the price. */
export async function readPrices(stage: Stage, words: string): Promise<Prices> {
  return stage.withPeel({}, async ({ url }) => {
    const live = await ask(url, newPrompt(words), SSE_INLINE);
    const whole = await ask(url, newPrompt(words));
    if (!live.reserved || !whole.cost) throw new Error(`Prices were not told: ${JSON.stringify({ live, whole })}`);
    return { worst: live.reserved, cost: whole.cost };
  });
}
