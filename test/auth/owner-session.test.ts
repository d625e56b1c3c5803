import { describe, expect, it } from 'vitest';
import { holdsSession, SESSION_SECONDS, sessionCookie } from '../../worker/auth/owner-session.ts';
import { seal } from '../../worker/auth/sealed-token.ts';

const SECRETS = ['9f86d081884c7d659a2feaa0c55ad015'];
const TOKEN = 'an-owner-s-token-of-some-length';
const NOW = 1_790_000_000;

const cookie = async () => (await sessionCookie(SECRETS, TOKEN, NOW)).split(';')[0]!;

describe('the session’s cookie', () => {
  it('belongs to this host alone, is out of reach of scripts, and comes with no request of another site', async () => {
    expect(await sessionCookie(SECRETS, TOKEN, NOW)).toMatch(
      /^__Host-peel-admin=v1\.[\w-]+\.[\w-]+; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=28800$/,
    );
  });

  it('opens among other cookies until its end', async () => {
    const cookies = `a=b; ${await cookie()}; c=d`;

    expect(await holdsSession(SECRETS, TOKEN, cookies, NOW + SESSION_SECONDS - 1)).toBe(true);
    expect(await holdsSession(SECRETS, TOKEN, cookies, NOW + SESSION_SECONDS)).toBe(false);
  });

  it('does not carry the token', async () => {
    const payload = (await cookie()).split('.')[1]!;

    expect(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).not.toContain(TOKEN.slice(0, 8));
  });

  it.each([
    { name: 'another admin token', secrets: SECRETS, token: `${TOKEN}2` },
    { name: 'another secret', secrets: ['another-secret-another-secret-another'], token: TOKEN },
  ])('does not open with $name', async ({ secrets, token }) => {
    expect(await holdsSession(secrets, token, await cookie(), NOW)).toBe(false);
  });

  it('still opens while the secret is rotated', async () => {
    expect(await holdsSession(['a-newer-secret-of-the-deployment', ...SECRETS], TOKEN, await cookie(), NOW)).toBe(true);
  });

  it.each(['', '__Host-peel-admin=', '__Host-peel-admin=v1.AA.AA', 'peel-admin=1', 'x__Host-peel-admin=1'])(
    'is not "%s"',
    async (cookies) => {
      expect(await holdsSession(SECRETS, TOKEN, cookies, NOW)).toBe(false);
    },
  );

  it('does not open in any spelling but its own', async () => {
    const whole = await cookie();
    const at = whole.indexOf('=') + 1;

    for (let n = at; n < whole.length; n += 1) {
      const changed = `${whole.slice(0, n)}${whole[n] === 'A' ? 'B' : 'A'}${whole.slice(n + 1)}`;
      expect(await holdsSession(SECRETS, TOKEN, changed, NOW)).toBe(false);
    }
  });

  it('is not a sealed token for another purpose, nor one that lasts longer', async () => {
    const fields = [String(NOW), String(NOW + SESSION_SECONDS)];
    const ticket = await seal(SECRETS, { purpose: 'ticket', boundTo: [] }, fields);

    expect(await holdsSession(SECRETS, TOKEN, `__Host-peel-admin=${ticket}`, NOW)).toBe(false);
  });
});
