/** A site's share of the deployment's budget is kept for it. Real objects that call each other. Money is micro-dollars. */
import { reset, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LedgerRpc } from '../../worker/ledger/rpc.ts';
import { eventually } from '../eventually.ts';
import { deploymentCap, reservation, settlement } from './ledgers.ts';

const SPENT = { reason: 'DEPLOYMENT_BUDGET_SPENT' };
const CAP = 300;

beforeEach(reset);

const ledgerAt = (name: string) => env.LEDGER.getByName(name) as unknown as LedgerRpc;
const root = () => ledgerAt('deployment');
const keepShare = (site: string, part: number) => root().keepShare(site, part);

/** @param part The share that the site's own configuration names. */
const reserve = (site: string, id: string, micros: number, part?: number) => {
  const cap = { ...deploymentCap(CAP), ...(part !== undefined && { part }) };
  return ledgerAt(`site:${site}`).reserve(reservation(`${id}:1`, { micros, caps: [cap] }));
};
const settle = (site: string, id: string, micros: number) =>
  ledgerAt(`site:${site}`).settle(`${id}:1`, settlement(micros));
const rowsOf = (name: string, query: string) =>
  runInDurableObject(env.LEDGER.getByName(name), (_, { storage }) => storage.sql.exec(query).toArray());

describe('a share of the deployment', () => {
  it('is kept for its site, held or spent elsewhere what may', async () => {
    await keepShare('shop', 0.4);
    expect(await reserve('other', 'r1', 100)).toBeUndefined();
    expect(await reserve('other', 'r2', 80)).toBeUndefined();

    expect(await reserve('other', 'r3', 1)).toMatchObject({ reason: 'BUDGET_HELD' });
    await settle('other', 'r1', 100);
    await settle('other', 'r2', 80);
    await eventually(() => reserve('other', 'r4', 1)).toMatchObject(SPENT);
    expect(await reserve('shop', 's1', 120)).toBeUndefined();
    expect(await reserve('shop', 's2', 1)).toBeDefined();
  });

  it('is no limit: its site takes more where that is free', async () => {
    await keepShare('shop', 0.2);

    expect(await reserve('shop', 's1', 250)).toBeUndefined();
    expect(await reserve('other', 'r1', 50)).toBeUndefined();
  });

  it('counts what its site has taken already', async () => {
    await keepShare('shop', 0.4);
    await reserve('shop', 's1', 100);
    await settle('shop', 's1', 100);

    expect(await reserve('other', 'r1', 180)).toBeUndefined();
    expect(await reserve('shop', 's2', 20)).toBeUndefined();
  });

  it('ends that another site decides alone, which then leaves it', async () => {
    expect(await reserve('other', 'r1', 50)).toBeUndefined();
    expect(await rowsOf('deployment', 'SELECT name FROM borrowers WHERE isAlone = 1')).toEqual([
      { name: 'site:other' },
    ]);

    await keepShare('shop', 0.4);

    expect(await rowsOf('deployment', 'SELECT name FROM borrowers WHERE isAlone = 1')).toEqual([]);
    expect(await reserve('other', 'r2', 131)).toBeDefined();
    expect(await reserve('other', 'r3', 130)).toBeUndefined();
    expect(await reserve('shop', 's1', 120)).toBeUndefined();
  });

  it('leaves its own site alone as long as there is no other', async () => {
    await keepShare('shop', 0.4);

    for (const id of ['s1', 's2', 's3']) expect(await reserve('shop', id, 100)).toBeUndefined();

    expect(await rowsOf('deployment', 'SELECT * FROM loans')).toEqual([]);
    expect(await rowsOf('deployment', 'SELECT isAlone FROM borrowers')).toEqual([{ isAlone: 1 }]);
  });

  it('is what a site’s own configuration says, until the owner has told of one', async () => {
    await reserve('shop', 's1', 10, 0.5);
    await reserve('other', 'r1', 10, 0);
    await reserve('shop', 's2', 100, 0.5);
    await settle('shop', 's1', 10);

    expect(await rowsOf('deployment', 'SELECT name, part FROM borrowers ORDER BY name')).toEqual([
      { name: 'site:other', part: 0 },
      { name: 'site:shop', part: 0.5 },
    ]);
    expect(await reserve('other', 'r2', 141)).toBeDefined();
    await keepShare('shop', 0);
    await reserve('shop', 's3', 50, 0.5);
    expect(await rowsOf('deployment', "SELECT part FROM borrowers WHERE name = 'site:shop'")).toEqual([{ part: 0 }]);
  });

  it('is cut in proportion where all shares are more than the whole', async () => {
    await keepShare('shop', 1);
    await keepShare('blog', 0.5);

    expect(await reserve('other', 'r1', 1)).toMatchObject(SPENT);
    expect(await reserve('shop', 's1', 201)).toBeDefined();
    expect(await reserve('shop', 's2', 200)).toBeUndefined();
    expect(await reserve('blog', 'b1', 100)).toBeUndefined();
  });

  it('is asked for by no message where nobody has one', async () => {
    await keepShare('shop', 0);
    await reserve('other', 'r1', 10);

    expect(await rowsOf('deployment', 'SELECT name, isAlone FROM borrowers')).toEqual([
      { name: 'site:other', isAlone: 1 },
    ]);
  });
});
