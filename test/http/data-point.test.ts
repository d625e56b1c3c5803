import { expect, it } from 'vitest';
import { dataPointOf } from '../../worker/http/data-point.ts';

const asked = { kind: 'visitor', model: 'gemini-3-pro-image', size: '1K' } as const;
const answered = (headers: HeadersInit, change = {}) => ({
  ...{
    site: 'shop',
    asked,
    status: 200,
    headers: new Headers(headers),
    reason: undefined,
    colo: 'FRA',
    durationMs: 42,
  },
  ...change,
});

it.each([
  { name: 'a kept answer', headers: { 'Cache-Status': 'peel; hit' }, outcome: 'hit' },
  { name: 'a joined run', headers: { 'Cache-Status': 'peel; fwd=uri-miss; collapsed' }, outcome: 'joined' },
  { name: 'a run of its own', headers: { 'Cache-Status': 'peel; fwd=uri-miss; stored' }, outcome: 'started' },
])('tells $name', ({ headers, outcome }) => {
  const point = dataPointOf(answered({ ...headers, 'Peel-Provider': 'google', 'Peel-Cost': '34700' }));

  expect(point).toEqual({
    indexes: ['shop'],
    blobs: ['visitor', outcome, 'gemini-3-pro-image', '1K', 'google', 'FRA'],
    doubles: [200, 42, 34_700],
  });
});

it('tells a refusal by its reason, with what was read of the request', () => {
  const point = dataPointOf(answered({}, { status: 400, reason: 'UNKNOWN_FIELD', asked: undefined }));

  expect(point).toEqual({ indexes: ['shop'], blobs: ['', 'UNKNOWN_FIELD', '', '', '', 'FRA'], doubles: [400, 42, 0] });
});
