/** What a part of the worker can say, the desk has words for. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CHANGES, FIELDS, wordsOfField } from '../../widget/admin/words/history.ts';
import { KEYS, PROVIDER_KEYS } from '../../widget/admin/words/keys.ts';
import { REFUSALS } from '../../widget/admin/words/refusals.ts';
import { KEYED_PROVIDERS, nameOfProvider } from '../../worker/catalog/model.ts';
import { FAILURE_POLICIES } from '../../worker/providers/failure-policies.ts';
import { SITE_RECORD } from '../../worker/sites/site-record.ts';

const read = (path: string): string => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');

it('each reason of a refusal has words for the owner', () => {
  const reasons = [...read('docs/errors.md').matchAll(/^\| \d+ \| `\w+` \| `(\w+)` \|/gm)].map(([, reason]) => reason!);

  expect(reasons.length).toBeGreaterThan(30);
  expect(reasons.filter((reason) => !(reason in REFUSALS))).toEqual([]);
});

it('each failure that makes a key or a provider rest has words for the owner, and each provider its name', () => {
  const resting = Object.entries(FAILURE_POLICIES).flatMap(([name, { rest, breaks }]) =>
    breaks || (rest && rest.scope !== 'model') ? [name] : [],
  );

  expect(Object.keys(PROVIDER_KEYS.why).toSorted()).toEqual(resting.toSorted());
  for (const provider of [...KEYED_PROVIDERS, 'demo']) {
    expect(KEYS.providerNames[provider]).toBe(nameOfProvider(provider));
  }
});

it('each change of the audit trail has words', () => {
  const [union = ''] = /type ChangeKind =[^;]*;/.exec(read('worker/ledger/audit.ts')) ?? [];
  const kinds = [...union.matchAll(/\| '(\w+)'/g)].map(([, kind]) => kind!);

  expect(kinds.length).toBeGreaterThan(15);
  expect(kinds.filter((kind) => !(kind in CHANGES))).toEqual([]);
});

it('each field of a site’s record has words in the history, and no other', () => {
  const fields = Object.entries(SITE_RECORD.entries).flatMap(([name, schema]) => {
    const inner = 'wrapped' in schema && 'entries' in schema.wrapped ? Object.keys(schema.wrapped.entries) : [];
    return inner.length === 0 ? [name] : inner.map((each) => `${name}.${each}`);
  });
  const worded = fields.filter((field) => !field.startsWith('template.'));

  expect(worded.toSorted()).toEqual(Object.keys(FIELDS).toSorted());
  expect(fields.filter((field) => wordsOfField(field) === field).toSorted()).toEqual(
    // One word that is the field's name as well.
    worded.filter((field) => FIELDS[field] === field).toSorted(),
  );
  expect(wordsOfField('template.fixed')).toBe('template');
});
