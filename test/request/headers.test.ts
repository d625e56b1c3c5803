import { describe, expect, it } from 'vitest';
import type { Caller } from '../../worker/auth/caller.ts';
import { chooseVariant } from '../../worker/request/headers.ts';
import type { Site } from '../../worker/sites/site.ts';

const site = { id: 'default' } as Site;
const visitor: Caller = {
  kind: 'visitor',
  site,
  origin: 'o',
  visitor: 'v',
  session: 's',
  rung: 'none',
  uses: 20,
  address: 'p',
  network: 'n',
};
const client: Caller = { kind: 'client', site, name: 'c' };
const fresh: Caller = { ...client, fresh: true };

describe('the take that is asked for', () => {
  it.each<[string, Caller, string | undefined, string | undefined, string]>([
    ['the first without a word', client, undefined, undefined, ''],
    ['the first, of a visitor', visitor, undefined, undefined, ''],
    ['the named one', client, 'take-2', undefined, 'take-2'],
    ['a new one with *', client, '*', undefined, 'drawn'],
    ['a new one with *, of a visitor', visitor, '*', undefined, 'drawn'],
    ['a new one with no-cache', client, undefined, 'no-cache', 'drawn'],
    ['a new one with no-cache among others', client, undefined, 'max-age=0, No-Cache', 'drawn'],
    ['the first with another directive', client, undefined, 'max-age=0', ''],
    ['the first with no-cache of a visitor', visitor, undefined, 'no-cache', ''],
    ['the named one, whatever else is said', client, 'take-2', 'no-cache', 'take-2'],
    ['a new one by the key’s default', fresh, undefined, undefined, 'drawn'],
    ['the named one over the key’s default', fresh, 'take-2', undefined, 'take-2'],
  ])('is %s', (_, caller, header, cacheControl, name) => {
    const chosen = chooseVariant({ header, cacheControl }, caller, () => 'drawn');

    expect(chosen).toEqual({ ok: true, value: { name, isFresh: name === 'drawn' } });
  });

  it.each(['', '**', '*x', 'a b', 'x'.repeat(65)])('is refused by name where it is %j', (header) => {
    const chosen = chooseVariant({ header, cacheControl: undefined }, fresh, () => 'drawn');

    expect(chosen).toMatchObject({ ok: false, failure: { reason: 'INVALID_FIELD', field: 'Peel-Variant' } });
  });
});
