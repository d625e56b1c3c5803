import { describe, expect, it } from 'vitest';
import { askStanding, judge } from '../../../widget/builder/standing.ts';
import { FACTS, failure } from './worker.ts';

const bodyOf = (reason: string) => failure(403, reason).json();

describe('the answer', () => {
  it('of a worker without a key is the demo', () => {
    expect(judge(true, FACTS, { demo: true })).toEqual({ kind: 'ready', facts: FACTS, pays: 'demo' });
  });

  it.each([{ demo: false }, undefined, 'x'])('of a worker with health %j means money', (health) => {
    expect(judge(true, FACTS, health)).toMatchObject({ pays: 'site' });
  });

  it.each([
    ['ORIGIN_DENIED', { kind: 'denied' }],
    ['SITE_UNKNOWN', { kind: 'unknownSite' }],
    ['CONFIG_BROKEN', { kind: 'broken', message: 'Message of CONFIG_BROKEN.' }],
  ])('%s is understood', async (reason, standing) => {
    expect(judge(false, await bodyOf(reason), undefined)).toEqual(standing);
  });

  it.each([undefined, null, 'text', {}, { models: 'x' }])('%j is none', (body) => {
    expect(judge(true, body, undefined)).toEqual({ kind: 'unreachable' });
    expect(judge(false, body, undefined)).toEqual({ kind: 'unreachable' });
  });
});

describe('asking', () => {
  it('asks for the site by its id', async () => {
    const asked: string[] = [];
    const get = async (input: RequestInfo | URL) => {
      asked.push(String(input));
      return Response.json(FACTS);
    };

    await askStanding('a shop', get, new AbortController().signal);

    expect(asked).toEqual(['/peel/site?site=a%20shop', '/peel/health']);
  });

  it('finds no worker where the network fails', async () => {
    const get = () => Promise.reject(new TypeError('no network'));

    expect(await askStanding('default', get, new AbortController().signal)).toEqual({ kind: 'unreachable' });
  });
});
