/** A visitor's text is limited, since every byte of it costs the owner. */
import { describe, expect, it } from 'vitest';
import { parseGenerateRequest } from '../../worker/request/parse.ts';
import { modelOf } from './requests.ts';

const KIB = 1024;
const user = (...texts: string[]) => ({ role: 'user', parts: texts.map((text) => ({ text })) });
const model = (...texts: string[]) => ({ role: 'model', parts: texts.map((text) => ({ text })) });
const parse = (caller: 'visitor' | 'client', ...contents: object[]) =>
  parseGenerateRequest(
    { contents },
    {
      ...{ model: modelOf('nano-banana-2'), inputs: [], caller, grounding: false },
      ...{ origin: 'https://peel.example', site: 'default', secrets: [], asker: 'visitor:a' },
    },
  );

describe('the text of a visitor’s request', () => {
  it.each([
    { name: 'at the limit', contents: [user('x'.repeat(16 * KIB))] },
    { name: 'beside long answers of the model', contents: [user('a'), model('x'.repeat(64 * KIB)), user('b')] },
  ])('passes $name', ({ contents }) => {
    expect(parse('visitor', ...contents).ok).toBe(true);
  });

  it.each([
    { name: 'in one part', contents: [user('x'.repeat(16 * KIB + 1))], role: 'user', most: 16_384 },
    { name: 'in many parts', contents: [user(...Array(17).fill('x'.repeat(KIB)))], role: 'user', most: 16_384 },
    {
      name: 'over turns',
      contents: [user('x'.repeat(9 * KIB)), model('b'), user('x'.repeat(9 * KIB))],
      role: 'user',
      most: 16_384,
    },
    { name: 'counted in bytes', contents: [user('ü'.repeat(9 * KIB))], role: 'user', most: 16_384 },
    {
      name: 'in turns that are said to be the model’s',
      contents: [user('a'), model('x'.repeat(64 * KIB + 1)), user('b')],
      role: 'model',
      most: 65_536,
    },
  ])('is refused by name $name, and passes for a client', ({ contents, role, most }) => {
    expect(parse('visitor', ...contents)).toMatchObject({
      ok: false,
      failure: {
        reason: 'INVALID_FIELD',
        field: 'contents',
        rule: `must have at most ${most} bytes of text in the turns of the role ${role}; only API clients may send more.`,
      },
    });
    expect(parse('client', ...contents).ok).toBe(true);
  });
});
