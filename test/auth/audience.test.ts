import { describe, expect, it } from 'vitest';
import { askerOf, audienceOf } from '../../worker/auth/audience.ts';
import type { Caller } from '../../worker/auth/caller.ts';
import type { Site } from '../../worker/sites/site.ts';

const site = { id: 'default' } as Site;
const visitor = (name: string): Caller => ({
  ...{ kind: 'visitor', site, origin: 'https://shop.example', visitor: name, session: 's' },
  ...{ rung: 'none', uses: 20, address: 'p', network: 'n' },
});
const client = (name: string, more: object = {}): Caller => ({ kind: 'client', site, name, ...more });
const at = (id: string, caller: Caller): Caller => ({ ...caller, site: { id } as Site });
const grounding = { web: true, image: false };

describe('an asker', () => {
  it('is another on each site, whatever its name', () => {
    const sites = ['default', 'mugs', 'client', 'visitor'];
    const names = ['a', 'b', 'mugs client:a', 'visitor:a'];
    const all = sites.flatMap((id) => names.flatMap((name) => [at(id, client(name)), at(id, visitor(name))]));

    expect(new Set(all.map(askerOf)).size).toBe(sites.length * names.length * 2);
  });

  it('of the site default has the name under which its older pictures were stored', () => {
    expect([askerOf(client('a')), askerOf(visitor('b'))]).toEqual(['client:a', 'visitor:b']);
  });
});

describe('the audience of a picture', () => {
  it.each([
    { name: 'is the same for all visitors', callers: [visitor('a'), visitor('b')], audiences: 1 },
    { name: 'is a client’s own', callers: [visitor('a'), client('a'), client('b')], audiences: 3 },
    {
      name: 'is the visitors’ for a client who joins them',
      callers: [visitor('a'), client('b', { joinsSite: true })],
      audiences: 1,
    },
    {
      name: 'is one asker where the model searched',
      callers: [visitor('a'), visitor('b'), client('a')],
      audiences: 3,
      grounding,
    },
    {
      name: 'is one asker where the model searched, for a client who joins the visitors as well',
      callers: [visitor('a'), client('b', { joinsSite: true }), client('c', { joinsSite: true })],
      audiences: 3,
      grounding,
    },
  ])('$name', ({ callers, audiences, grounding }) => {
    const all = callers.map((caller) => audienceOf(caller, grounding ? { grounding } : {}));

    expect(new Set(all).size).toBe(audiences);
  });

  it('stays a visitor’s own when the ticket is renewed', () => {
    const before = { ...visitor('a'), session: 'one' } as Caller;
    const after = { ...visitor('a'), session: 'two', address: 'q' } as Caller;

    expect(audienceOf(before, { grounding })).toBe(audienceOf(after, { grounding }));
  });
});
