/** Tokens of Cloudflare Access, signed by a team that this test plays. */
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createAccess } from '../../worker/auth/owner-access.ts';

const TEAM = 'tidewater.cloudflareaccess.com';
const AUDIENCE = '4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2';
const NOW = 1_790_000_000_000;
const SECONDS = NOW / 1000;

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
let team: Pair;
let stranger: Pair;
beforeAll(async () => {
  team = await generateKeyPair('RS256');
  stranger = await generateKeyPair('RS256');
});

const CLAIMS = { email: 'ann@shop.example', iss: `https://${TEAM}`, aud: [AUDIENCE], iat: SECONDS, exp: SECONDS + 60 };

const sign = (claims: JWTPayload, { key = team.privateKey, alg = 'RS256', kid = 'k1' } = {}) =>
  new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(key);

/** An isolate, and the addresses that it has fetched. */
function setUp(certs: () => Promise<Response> = async () => Response.json(await keySet())) {
  const fetched: string[] = [];
  const access = createAccess({
    ...{ teamDomain: TEAM, audience: AUDIENCE, now: () => NOW },
    fetch: (async (url: URL | string) => {
      fetched.push(String(url));
      return certs();
    }) as typeof fetch,
  });
  return { access, fetched };
}
const keySet = async () => ({ keys: [{ ...(await exportJWK(team.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] });

describe('a token of Access', () => {
  it('names the person, and the team’s keys are fetched once', async () => {
    const { access, fetched } = setUp();

    expect(await access(await sign(CLAIMS))).toBe('ann@shop.example');
    expect(await access(await sign({ ...CLAIMS, email: 'ben@shop.example' }))).toBe('ben@shop.example');
    expect(fetched).toEqual([`https://${TEAM}/cdn-cgi/access/certs`]);
  });

  it('of a program names the service token', async () => {
    const { email: _, ...claims } = CLAIMS;

    expect(await setUp().access(await sign({ ...claims, common_name: 'deploys.access' }))).toBe('deploys.access');
  });

  it.each([
    { name: 'of another application', claims: { aud: ['another'] } },
    { name: 'of another team', claims: { iss: 'https://stranger.cloudflareaccess.com' } },
    { name: 'that has ended', claims: { exp: SECONDS - 31 } },
    { name: 'that begins later', claims: { nbf: SECONDS + 31 } },
    { name: 'without an end', claims: { exp: undefined } },
    { name: 'without a name', claims: { email: '' } },
  ])('$name is refused', async ({ claims }) => {
    expect(await setUp().access(await sign({ ...CLAIMS, ...claims } as JWTPayload))).toBeUndefined();
  });

  it('of another key, or of none, is refused', async () => {
    const { access } = setUp();
    const [head, , mac] = (await sign(CLAIMS)).split('.');
    const unsigned = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify(CLAIMS))}.`.replaceAll('=', '');
    const other = `${head}.${btoa(JSON.stringify({ ...CLAIMS, email: 'eve@evil.example' })).replaceAll('=', '')}.${mac}`;

    expect(await access(await sign(CLAIMS, { key: stranger.privateKey }))).toBeUndefined();
    for (const token of [unsigned, other, 'a.b.c', '', 'x']) expect(await access(token)).toBeUndefined();
  });

  it('of an algorithm that shares its secret is refused, with the public key for a secret too', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(team.publicKey)));
    const forged = await new SignJWT(CLAIMS).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(secret);

    expect(await setUp().access(forged)).toBeUndefined();
  });

  it('cannot be judged while the keys cannot be read, which is an error and no refusal', async () => {
    const { access } = setUp(async () => new Response('busy', { status: 500 }));

    await expect(access(await sign(CLAIMS))).rejects.toThrow();
  });
});
