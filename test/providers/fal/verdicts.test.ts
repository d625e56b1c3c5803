import { expect, it } from 'vitest';
import { judge } from '../../../worker/providers/fal/verdicts.ts';

const upstream = { code: 400, status: 'INVALID_ARGUMENT', message: 'x', details: [] };

it('a cause, which is logged, has the types of an error and no text', () => {
  const types = ['invalid_type', 'a fox in the rain', 'image.too-large'];

  expect(judge({ status: 422, types, fields: [], upstream }, true)).toMatchObject({
    failure: { cause: 'HTTP 422 invalid_type image.too-large' },
  });
});
