import { expect, it } from 'vitest';
import { changedValues } from '../../worker/sites/changed-values.ts';

const BEFORE = {
  origins: ['https://a.example'],
  budgets: { dailyUsd: 5 },
  notice: 'Old',
  reports: 'mailto:a@b.example',
};
const AFTER = {
  ...{ origins: ['https://a.example', 'https://b.example'], budgets: {}, notice: 'New', reports: 'off', proof: 'pow' },
  template: { prompt: 'A secret prompt' },
};

it('tells amounts, choices and pages, and no words of the owner’s', () => {
  const fields = ['origins', 'budgets.dailyUsd', 'notice', 'reports', 'proof', 'template.prompt', 'ideas'];

  expect(changedValues(BEFORE, AFTER, fields)).toEqual({
    origins: ['https://a.example', 'https://a.example, https://b.example'],
    'budgets.dailyUsd': [5, null],
    proof: [null, 'pow'],
  });
});

it('tells a long value by its name alone, and all of a first record', () => {
  const origins = Array.from({ length: 9 }, (_, at) => `https://page-${at}.example`);

  expect(changedValues(undefined, { origins, proof: 'none' }, ['origins', 'proof'])).toEqual({ proof: [null, 'none'] });
});
