import { expect, it } from 'vitest';
import { createScan } from './canaries.ts';

const SECRET = 'canary-Otter/5e1f?9b+7c';
const scan = createScan({ prompt: SECRET });

it.each([
  ['as it is', SECRET],
  ['in capitals', SECRET.toUpperCase()],
  ['in an address', `https://a.example/?q=${encodeURIComponent(SECRET)}&b=1`],
  ['in JSON in JSON', JSON.stringify(JSON.stringify({ error: `bad ${SECRET}` }))],
  ['in base64 that begins with it', btoa(SECRET)],
  ['in base64 one byte later', btoa(`x${SECRET} and more`)],
  ['in base64 two bytes later', btoa(`xy${SECRET} and more`)],
  ['in base64 of an address', btoa(`xyz${SECRET}`).replaceAll('+', '-').replaceAll('/', '_')],
  ['in hexadecimal digits', Buffer.from(SECRET).toString('hex')],
])('finds a word %s', (_, line) => {
  expect(scan(`{"event":"x","error":"${line}"}`).map(({ canary }) => canary)).toContain('prompt');
});

it.each([
  '{"event":"request_failed","status":400}',
  btoa('something else entirely, and longer than it'),
  'canary-Otter',
])('finds nothing in %s', (line) => {
  expect(scan(line)).toEqual([]);
});
