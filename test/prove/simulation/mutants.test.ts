import { expect, it } from 'vitest';
import { findViolation, MAX_WORLDS } from './find-violation.ts';
import { MUTANTS } from './mutants.ts';

it.each(MUTANTS)(`finds a protocol that $name, within ${MAX_WORLDS} worlds`, async ({ parts, rule, world }) => {
  const found = await findViolation(parts, rule, world);

  expect(found?.violations.map((violation) => violation.rule)).toContain(rule);
});
