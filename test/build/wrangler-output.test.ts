import { expect, it } from 'vitest';
import { addressIn } from '../../scripts/deployment/wrangler-output.ts';

const deploy = (...targets: unknown[]) =>
  `${JSON.stringify({ type: 'wrangler-session', version: 1 })}\n${JSON.stringify({ type: 'deploy', targets })}\n`;

it.each([
  ['of workers.dev', deploy('https://peel.shop.workers.dev'), 'https://peel.shop.workers.dev'],
  ['of a domain', deploy('peel.shop.example (custom domain - zone name: shop.example)'), 'https://peel.shop.example'],
  [
    'beside a route and a schedule',
    deploy('shop.example/peel/* (zone id: 1)', 'schedule: * * * * *', 'https://a.b.c'),
    'https://a.b.c',
  ],
  ['which is none, for a route', deploy('*.shop.example/*', 'shop.example/*'), undefined],
  ['which is none, without targets', deploy(), undefined],
  ['which is none, where nothing was deployed', '{"type":"wrangler-session"}\nnot JSON\n', undefined],
])('finds the address %s', (_, output, address) => {
  expect(addressIn(output)).toBe(address);
});
