import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROOFS } from './proofs.ts';
import { createStage, type Stage } from './stage.ts';

/** Tests of the short version of proofs, on one stage; `npm run prove` is the long one. */
export function testShortProofs(proofs: readonly { name: keyof typeof PROOFS; behaviour: string }[]): void {
  let stage: Stage;
  const said: string[] = [];
  beforeAll(async () => {
    stage = await createStage((line) => said.push(line));
  });
  afterAll(() => stage.close());

  it.each(proofs)('$behaviour', { timeout: 600_000 }, async ({ name }) => {
    said.length = 0;

    const figures = await PROOFS[name]?.(stage, 'short');

    expect(
      figures?.filter(({ holds }) => !holds),
      said.join('\n'),
    ).toEqual([]);
  });
}
