/** `npm run upgrade` and `npm run undeploy` with a fake wrangler on the path. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRelease, storageChange } from '../../scripts/deployment/release.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const is = readRelease();

describe('storage', () => {
  it.each([
    ['may go back where nothing moves', is, true, 'Going back is free'],
    ['does not open newer tables', { ...is, ledger: '3' }, false, `from version 3 to ${is.ledger}`],
    ['does not lose a class again', { ...is, objects: 'v1' }, false, 'rolls no worker back past that'],
    ['of something unknown is not promised', undefined, false, 'not known to this machine, nor whether anything does'],
  ])('%s', (_, was, canGoBack, says) => {
    expect(storageChange(was, is)).toEqual({ canGoBack, says: expect.stringContaining(says) });
  });

  it('has the version and the classes of this repository', () => {
    expect(is).toMatchObject({ ledger: expect.stringMatching(/^\d+$/), objects: expect.stringMatching(/^v\d+$/) });
  });
});

it('upgrades, waits until the deployment answers, and says the way back', async () => {
  const first = await stage.run('upgrade.ts', ['--yes'], []);
  const second = await stage.run('upgrade.ts', [], ['y']);

  expect(first.said).toContain('not known to this machine');
  expect(second.said).toContain('Nothing in storage is moved. Going back is free.');
  expect(second.said).toContain(`${stage.address} answers as a demo`);
  expect(second.said).toContain('npx wrangler rollback --name peel');
  expect(second.status).toBe(0);
  expect(stage.calls('deploy')).toHaveLength(2);
});

it('upgrades nothing without a yes, and passes on why a deployment failed', async () => {
  stage.answer({ 'wrangler deploy': [{ status: 1, stderr: 'Script startup exceeded CPU time limit' }] });

  const no = await stage.run('upgrade.ts', [], ['n']);
  const failed = await stage.run('upgrade.ts', ['--yes'], []);

  expect(no).toMatchObject({ status: 1, said: expect.stringContaining('Nothing was changed.') });
  expect(failed).toMatchObject({ status: 1, said: expect.stringContaining('Script startup exceeded CPU time limit') });
});

it('deletes nothing until the name of the worker is typed', async () => {
  const { status, said } = await stage.run('undeploy.ts', [], ['', 'yes']);

  expect(said).toContain('R2 peel-bucket: 0 objects, 0 B');
  expect(said).toContain('Nothing was deleted.');
  expect(status).toBe(1);
  expect(stage.calls('delete')).toEqual([]);
});

it('copies the pictures first, then deletes worker, KV and bucket', async () => {
  await stage.run('setup.ts', ['--yes'], []);
  stage.pictures = [{ address: `${stage.address}/images/run1/0.png` }];

  const { status, said } = await stage.run('undeploy.ts', [], [stage.secrets().ADMIN_TOKEN as string, 'peel']);

  expect(said).toContain('1 pictures are in');
  const copy = join(/are in (\S+)/.exec(said)?.[1] ?? '', 'default/run1-0.png');
  expect(readFileSync(copy, 'latin1')).toBe('a picture');
  expect(
    stage
      .calls()
      .slice(-3)
      .map(({ args }) => args.join(' ')),
  ).toEqual([
    'delete peel --force',
    'kv namespace delete --namespace-id ns1 --skip-confirmation',
    'r2 bucket delete peel-bucket',
  ]);
  expect(existsSync(copy)).toBe(true);
  expect(stage.written().trim()).toBe('');
  expect(status).toBe(0);
});

it('empties a bucket that R2 does not delete', async () => {
  stage.answer({ 'wrangler r2 bucket delete': [{ status: 1, stderr: 'The bucket you tried to delete is not empty' }] });

  const { status, said } = await stage.run('undeploy.ts', [], ['', 'peel']);

  expect(stage.calls('r2 bucket lifecycle add')).toHaveLength(1);
  expect(said).toContain('They go within two days');
  expect(status).toBe(0);
});
