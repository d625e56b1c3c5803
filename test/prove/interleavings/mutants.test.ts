import { expect, it } from 'vitest';
import { HUNT_WORLDS, hunt } from './hunt.ts';
import { MUTANTS } from './mutants.ts';

it.each(MUTANTS)(`finds a protocol that $name, within ${HUNT_WORLDS} worlds`, async ({ parts, rule }) => {
  const found = await hunt(parts, rule);

  expect(found?.violations.map((violation) => violation.rule)).toContain(rule);
});
