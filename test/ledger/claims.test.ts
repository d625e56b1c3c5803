import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { type Claims, createClaims } from '../../worker/ledger/claims.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import { NOW } from './ledgers.ts';

const inClaims = (test: (claims: Claims, reopen: () => Claims) => void) =>
  runInDurableObject(env.LEDGER.getByName(crypto.randomUUID()), (_ledger, { storage }) => {
    const reopen = () => createClaims(sqlOf(storage));
    test(reopen(), reopen);
  });

const change = (claims: Claims, etag: string | null, now: number) => {
  claims.beginSiteChange('shop', 'x', now);
  claims.endSiteChange('shop', 'x', { etag }, now);
};

it('one change of a site runs at a time, and the next knows what it wrote', () =>
  inClaims((claims, reopen) => {
    expect(claims.beginSiteChange('shop', 'a', NOW)).toEqual({ lease: 'a', epoch: 0 });
    expect(reopen().beginSiteChange('shop', 'b', NOW + 1)).toBeUndefined();
    expect(claims.beginSiteChange('posters', 'c', NOW + 1)).toEqual({ lease: 'c', epoch: 0 });

    claims.endSiteChange('shop', 'a', { etag: '"1"' }, NOW + 2);

    expect(reopen().beginSiteChange('shop', 'b', NOW + 3)).toEqual({ lease: 'b', epoch: 0, etag: '"1"' });
    claims.endSiteChange('shop', 'b', { etag: null }, NOW + 4);
    expect(claims.beginSiteChange('shop', 'd', NOW + 5)).toEqual({ lease: 'd', epoch: 0, etag: null });
  }));

it('what is in KV counts after a minute, also where changes without a write come between', () =>
  inClaims((claims) => {
    change(claims, '"1"', NOW);
    for (const at of [NOW + 30_000, NOW + 59_999]) {
      expect(claims.beginSiteChange('shop', 'a', at)).toEqual({ lease: 'a', epoch: 0, etag: '"1"' });
      claims.endSiteChange('shop', 'a', 'unwritten', at);
    }

    expect(claims.beginSiteChange('shop', 'a', NOW + 60_000)).toEqual({ lease: 'a', epoch: 0 });
  }));

it('what is in KV counts after a write that failed', () =>
  inClaims((claims) => {
    change(claims, '"1"', NOW);
    claims.beginSiteChange('shop', 'a', NOW + 1);

    claims.endSiteChange('shop', 'a', 'unknown', NOW + 2);

    expect(claims.beginSiteChange('shop', 'b', NOW + 3)).toEqual({ lease: 'b', epoch: 0 });
  }));

it('a change that dies leaves the site to the next after half a minute, and its own end then does nothing', () =>
  inClaims((claims) => {
    change(claims, '"1"', NOW);
    claims.beginSiteChange('shop', 'dead', NOW + 1);

    expect(claims.beginSiteChange('shop', 'a', NOW + 30_000)).toBeUndefined();
    expect(claims.beginSiteChange('shop', 'a', NOW + 30_001)).toEqual({ lease: 'a', epoch: 0 });

    claims.endSiteChange('shop', 'dead', { etag: '"late"' }, NOW + 30_002);
    expect(claims.beginSiteChange('shop', 'b', NOW + 30_003)).toBeUndefined();
  }));

it('the epoch of a site never falls', () =>
  inClaims((claims, reopen) => {
    claims.beginSiteChange('shop', 'a', NOW);
    claims.raiseEpoch('shop', 3);
    claims.raiseEpoch('shop', 2);
    claims.endSiteChange('shop', 'a', { etag: null }, NOW);

    expect(reopen().beginSiteChange('shop', 'b', NOW + 3_600_000)).toMatchObject({ epoch: 3 });
  }));

it('a name is one key’s in its site until it is freed', () =>
  inClaims((claims, reopen) => {
    expect(claims.claimClient('shop', 'news', 'h1', NOW)).toBe(true);
    expect(claims.claimClient('shop', 'news', 'h1', NOW)).toBe(true);
    expect(reopen().claimClient('shop', 'news', 'h2', NOW + 59_999)).toBe(false);
    expect(claims.claimClient('posters', 'news', 'h3', NOW)).toBe(true);
    expect(claims.holdsClient('shop', 'news', 'h1')).toBe(true);

    expect(claims.freeClients('shop', 'news')).toEqual(['h1']);

    expect(claims.holdsClient('shop', 'news', 'h1')).toBe(false);
    expect(claims.claimClient('shop', 'news', 'h2', NOW + 1)).toBe(true);
    expect(claims.holdsClient('posters', 'news', 'h3')).toBe(true);
  }));

it('a name that never got its key is free again after a minute', () =>
  inClaims((claims) => {
    claims.claimClient('shop', 'news', 'dead', NOW);

    expect(claims.claimClient('shop', 'news', 'h2', NOW + 60_000)).toBe(true);
    expect(claims.holdsClient('shop', 'news', 'dead')).toBe(false);
  }));

it('all names of a site are freed together', () =>
  inClaims((claims) => {
    for (const name of ['news', 'app']) claims.claimClient('shop', name, `hash of ${name}`, NOW);
    claims.claimClient('posters', 'news', 'another', NOW);

    expect(claims.freeClients('shop').toSorted()).toEqual(['hash of app', 'hash of news']);
    expect(claims.freeClients('shop')).toEqual([]);
    expect(claims.holdsClient('posters', 'news', 'another')).toBe(true);
  }));
