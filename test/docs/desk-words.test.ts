/** What a part of the worker can say, the desk has words for. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CHANGES } from '../../widget/admin/words/history.ts';
import { REFUSALS } from '../../widget/admin/words/refusals.ts';

const read = (path: string): string => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');

it('each reason of a refusal has words for the owner', () => {
  const reasons = [...read('docs/errors.md').matchAll(/^\| \d+ \| `\w+` \| `(\w+)` \|/gm)].map(([, reason]) => reason!);

  expect(reasons.length).toBeGreaterThan(30);
  expect(reasons.filter((reason) => !(reason in REFUSALS))).toEqual([]);
});

it('each change of the audit trail has words', () => {
  const [union = ''] = /type ChangeKind =[^;]*;/.exec(read('worker/ledger/audit.ts')) ?? [];
  const kinds = [...union.matchAll(/\| '(\w+)'/g)].map(([, kind]) => kind!);

  expect(kinds.length).toBeGreaterThan(15);
  expect(kinds.filter((kind) => !(kind in CHANGES))).toEqual([]);
});
