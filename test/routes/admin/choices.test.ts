/** What a site's record can choose from, as the desk lists it. */
import { reset } from 'cloudflare:test';
import { afterEach, expect, it } from 'vitest';
import type { DeskChoices } from '../../../worker/desk-protocol.ts';
import { createTestWorker } from '../../support.ts';
import { MODEL, worstOf } from '../generate/money.ts';
import { call, OWNER, told } from './owner.ts';

afterEach(reset);

const choicesOf = (variables: Record<string, string> = {}) =>
  told<DeskChoices>(call(createTestWorker({ ...OWNER, ...variables }), 'GET', '/choices'));

it('has each model with its sizes, and what one picture costs and holds', async () => {
  const { models } = await choicesOf();

  const model = models.find(({ id }) => id === MODEL)!;
  expect(Object.keys(model.priceMicros)).toEqual(model.sizes);
  expect(model.heldMicros['1K']).toBeLessThanOrEqual(worstOf());
  for (const size of model.sizes) expect(model.heldMicros[size]).toBeGreaterThanOrEqual(model.priceMicros[size]!);
});

it('has the deployment’s caps and its bot check', async () => {
  const choices = await choicesOf({ DEPLOYMENT_DAILY_BUDGET_USD: '7', DEPLOYMENT_MONTHLY_BUDGET_USD: '90' });

  expect(choices).toMatchObject({ deploymentDayMicros: 7_000_000, deploymentMonthMicros: 90_000_000 });
  expect(choices.turnstileSiteKey).toBeUndefined();
});
