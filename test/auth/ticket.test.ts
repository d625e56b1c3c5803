import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFields, encodeFields, seal, unseal } from '../../worker/auth/sealed-token.ts';
import { issueTicket, RENEWABLE_SECONDS, readTicket, TICKET_SECONDS, visitorOf } from '../../worker/auth/ticket.ts';

const NOW = 1_790_000_000;
const secrets = ['0123456789abcdef0123456789abcdef'];
const binding = { origin: 'https://shop.example', prefix: '4:cb007107' };
const ids = { site: 'default', visitor: 'v1', session: 's1', rung: 'pow', epoch: 3, uses: 20 } as const;

describe('a ticket', () => {
  it('opens beside the origin and address prefix it was made for', async () => {
    const token = await issueTicket(secrets, binding, ids, NOW);

    const ticket = await readTicket(secrets, binding, token, NOW + TICKET_SECONDS - 1);

    expect(ticket).toEqual({ ok: true, value: { ...ids, issuedAt: NOW, expiresAt: NOW + TICKET_SECONDS } });
  });

  it.each([
    { name: 'another origin', other: { ...binding, origin: 'https://shop.example.evil.example' } },
    { name: 'another prefix', other: { ...binding, prefix: '4:cb007108' } },
    {
      name: 'origin and prefix that only join to the same text',
      other: { origin: 'https://shop.example4', prefix: ':cb007107' },
    },
  ])('does not open beside $name', async ({ other }) => {
    const token = await issueTicket(secrets, binding, ids, NOW);

    expect(await readTicket(secrets, other, token, NOW)).toEqual({ ok: false, failure: { reason: 'TICKET_MISMATCH' } });
  });

  it('ends after ten minutes, and can be renewed for a day', async () => {
    const token = await issueTicket(secrets, binding, ids, NOW);
    const end = NOW + TICKET_SECONDS;

    expect(await readTicket(secrets, binding, token, end)).toEqual({
      ok: false,
      failure: { reason: 'TICKET_EXPIRED' },
    });
    expect(await visitorOf(secrets, binding, 'default', token, end + RENEWABLE_SECONDS - 1)).toBe('v1');
    expect(await visitorOf(secrets, binding, 'default', token, end + RENEWABLE_SECONDS)).toBeUndefined();
    expect(await visitorOf(secrets, binding, 'other', token, end)).toBeUndefined();
  });

  it('is refused where it was made in the future', async () => {
    const token = await issueTicket(secrets, binding, ids, NOW + 120);

    expect(await readTicket(secrets, binding, token, NOW)).toMatchObject({ ok: false });
  });

  it('opens with the old secret while rotating, and not without it', async () => {
    const token = await issueTicket(['old-secret-old-secret-old-secret!!'], binding, ids, NOW);

    const rotating = await readTicket([...secrets, 'old-secret-old-secret-old-secret!!'], binding, token, NOW);
    const rotated = await readTicket(secrets, binding, token, NOW);

    expect([rotating.ok, rotated.ok]).toEqual([true, false]);
  });

  it('does not open with a single character changed, added or left out', async () => {
    const token = await issueTicket(secrets, binding, ids, NOW);
    const altered = fc.oneof(
      fc
        .tuple(fc.nat(token.length - 1), fc.string({ minLength: 1, maxLength: 1 }))
        .map(([at, by]) => token.slice(0, at) + by + token.slice(at + 1)),
      fc.nat(token.length - 1).map((at) => token.slice(0, at) + token.slice(at + 1)),
      fc.string({ minLength: 1, maxLength: 4 }).map((tail) => token + tail),
    );
    await fc.assert(
      fc.asyncProperty(altered, async (text) => {
        fc.pre(text !== token);
        expect((await readTicket(secrets, binding, text, NOW)).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

describe('sealed fields', () => {
  it('come back as they were, and no two lists are signed alike', () => {
    const fields = fc.array(fc.string({ unit: fc.constantFrom('a', '.', ':', '\u0000', '\u0001', 'ü') }), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(fields, fields, (one, two) => {
        expect(decodeFields(encodeFields(one))).toEqual(one);
        const same = JSON.stringify(one) === JSON.stringify(two);
        expect(encodeFields(one).toHex() === encodeFields(two).toHex()).toBe(same);
      }),
    );
  });

  it('do not open for another purpose', async () => {
    const token = await seal(secrets, { purpose: 'ticket', boundTo: [] }, ['a']);

    expect(await unseal(secrets, { purpose: 'ticket', boundTo: [] }, token)).toEqual(['a']);
    expect(await unseal(secrets, { purpose: 'upload', boundTo: [] }, token)).toBeUndefined();
  });

  it.each([new Uint8Array([0, 0, 0]), new Uint8Array([0, 0, 0, 9, 1]), new Uint8Array([0, 0, 0, 1, 0xff])])(
    'are refused where they are cut or not UTF-8 (%#)',
    (bytes) => {
      expect(decodeFields(bytes)).toBeUndefined();
    },
  );
});
