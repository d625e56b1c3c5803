import { describe, expect, it } from 'vitest';
import { isMadeFor, isPrivateId, isSignedFor, privateTail, signatureQuery } from '../../worker/auth/private-picture.ts';
import { isPictureId, parsePictureAddress } from '../../worker/request/image-url.ts';
import { classOf, createPictureId } from '../../worker/storage/keys.ts';

const random = (bytes: Uint8Array) => crypto.getRandomValues(bytes);
const ASKER = 'visitor:0f0e0d0c0b0a09080706050403020100';
const ID = createPictureId('30d', random, ASKER);
const SECRET = 'a secret of these tests, long enough';
const NOW = 1_764_000_000;

describe('the id of a private picture', () => {
  it.each(['7d', '30d', '90d'] as const)('says its class of %s, and that it is private', (retention) => {
    const id = createPictureId(retention, random, ASKER);

    expect([classOf(id), isPictureId(id), isPrivateId(id)]).toEqual([retention, true, true]);
    expect(isPrivateId(createPictureId(retention, random))).toBe(false);
  });

  it('says whose it is, to who knows the asker', () => {
    expect(isMadeFor(ASKER, ID)).toBe(true);
    expect(ID).not.toContain(ASKER.slice(-8));
    for (const other of [`${ASKER}0`, ASKER.slice(0, -1), 'client:a', '', undefined])
      expect(isMadeFor(other, ID)).toBe(false);
  });

  it('is no one’s where it is not private', () => {
    expect(isMadeFor(ASKER, `b${'0'.repeat(32)}`)).toBe(false);
    expect(isMadeFor(ASKER, `b${privateTail(new Uint8Array(16), ASKER)}`)).toBe(false);
  });

  it.each(['', ID.slice(0, -1), `${ID}0`, `g${ID.slice(1)}`, ID.toUpperCase(), `a${ID.slice(1)}`])(
    'is not %j',
    (id) => {
      expect([isPrivateId(id), isPictureId(id)]).toEqual([false, false]);
    },
  );
});

describe('a signed address', () => {
  const queryOf = (text: string) => Object.fromEntries(new URLSearchParams(text)) as { e: string; s: string };
  const query = queryOf(signatureQuery(SECRET, ID, NOW + 3600));
  const opens = (changes: object = {}, { id = ID, secrets = [SECRET], now = NOW } = {}) =>
    isSignedFor(id, { ...query, ...changes }, secrets, now);

  it('opens until it ends', () => {
    expect([opens(), opens({}, { now: NOW + 3599 }), opens({}, { now: NOW + 3600 })]).toEqual([true, true, false]);
  });

  it('opens while its secret is rotated out', () => {
    expect(opens({}, { secrets: ['the next secret of these tests', SECRET] })).toBe(true);
  });

  it.each([
    ['another picture', {}, { id: createPictureId('30d', random, ASKER) }],
    ['another secret', {}, { secrets: ['the next secret of these tests'] }],
    ['another end', { e: String(NOW + 3601) }, {}],
    ['another spelling of its end', { e: `0${NOW + 3600}` }, {}],
    ['no end', { e: undefined }, {}],
    ['an end that is no number', { e: 'Infinity' }, {}],
    ['no signature', { s: undefined }, {}],
    ['an empty signature', { s: '' }, {}],
    ['another spelling of its signature', { s: `${query.s}=` }, {}],
    ['a blank before its signature', { s: ` ${query.s}` }, {}],
    ['half a signature', { s: query.s.slice(0, 20) }, {}],
  ])('does not open with %s', (_, changes, others) => {
    expect(opens(changes, others)).toBe(false);
  });

  it('has one spelling, though several last letters stand for the same bytes', () => {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];

    expect(letters.filter((letter) => opens({ s: query.s.slice(0, -1) + letter }))).toEqual([query.s.at(-1)]);
  });

  it('is an address of a picture of ours, and so is the plain one', () => {
    const plain = `https://peel.example/images/${ID}/0.png`;

    for (const address of [plain, `${plain}?${signatureQuery(SECRET, ID, NOW)}`]) {
      expect(parsePictureAddress(address, 'https://peel.example')).toEqual({ id: ID, n: 0, mimeType: 'image/png' });
    }
  });

  it.each([`?e=1&s=${'x'.repeat(43)}&w=160`, '?e=1', `?s=${'x'.repeat(43)}&e=1`, `?e=x&s=${'x'.repeat(43)}`])(
    'is no address with %s',
    (search) => {
      expect(
        parsePictureAddress(`https://peel.example/images/${ID}/0.png${search}`, 'https://peel.example'),
      ).toBeUndefined();
    },
  );

  it('is none of a picture that is for everybody', () => {
    const address = `https://peel.example/images/b${'0'.repeat(32)}/0.png?${signatureQuery(SECRET, ID, NOW)}`;

    expect(parsePictureAddress(address, 'https://peel.example')).toBeUndefined();
  });
});
