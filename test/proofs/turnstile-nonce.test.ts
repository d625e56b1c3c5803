import { expect, it } from 'vitest';
import { issueTurnstileNonce, isTurnstileNonce } from '../../worker/proofs/turnstile-nonce.ts';

const NOW = 1_790_000_000;
const HOUR = 3600;
const secrets = ['0123456789abcdef0123456789abcdef'];
const binding = { site: 'shop', origin: 'https://shop.example', prefix: '4:cb007107' };

it('is taken for a day, also of a clock that is ahead', async () => {
  const nonce = await issueTurnstileNonce(secrets, binding, NOW);
  const at = (now: number) => isTurnstileNonce(secrets, binding, nonce, now);

  expect(await Promise.all([-HOUR, 0, HOUR, 24 * HOUR].map((later) => at(NOW + later)))).not.toContain(false);
  expect(await Promise.all([-2 * HOUR, 26 * HOUR].map((later) => at(NOW + later)))).not.toContain(true);
});

it('fits into `cData`', async () => {
  expect(await issueTurnstileNonce(secrets, binding, NOW)).toMatch(/^[A-Za-z0-9_-]{1,255}$/);
});

it('is taken with the old secret while rotating, and not without it', async () => {
  const nonce = await issueTurnstileNonce(secrets, binding, NOW);
  const newest = 'fedcba9876543210fedcba9876543210';

  expect(await isTurnstileNonce([newest, ...secrets], binding, nonce, NOW)).toBe(true);
  expect(await isTurnstileNonce([newest], binding, nonce, NOW)).toBe(false);
});

it.each([
  { name: 'site', other: { ...binding, site: 'other' } },
  { name: 'page', other: { ...binding, origin: 'https://other.example' } },
  { name: 'address', other: { ...binding, prefix: '4:cb007108' } },
])('is not taken for another $name', async ({ other }) => {
  const nonce = await issueTurnstileNonce(secrets, binding, NOW);

  expect(await isTurnstileNonce(secrets, other, nonce, NOW)).toBe(false);
});

it.each([
  ['another hour', (nonce: string) => nonce.replace(/^\d+/, (hour) => String(Number(hour) + 1))],
  ['a longer end', (nonce: string) => `${nonce}A`],
  ['no hour', (nonce: string) => nonce.replace(/^\d+/, '')],
  ['an hour of another form', (nonce: string) => `0${nonce}`],
  ['nothing', () => ''],
])('is not taken with %s', async (_, change) => {
  const nonce = await issueTurnstileNonce(secrets, binding, NOW);

  expect(await isTurnstileNonce(secrets, binding, change(nonce), NOW)).toBe(false);
});
