import { describe, expect, it } from 'vitest';
import { unquoted } from '../../worker/request/unquoted.ts';
import { request } from './requests.ts';

const turns = (text: string) => [{ role: 'user' as const, parts: [{ kind: 'text' as const, text }] }];
const PROMPT = 'A photograph of the mug in picture 1, with a drawing of Grandma.';
const failureOf = (cause: string) => ({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause }) as const;

describe('a provider’s words for the log', () => {
  it.each([
    ['the whole prompt', PROMPT, `Refused: "${PROMPT}"`],
    ['the middle of it', PROMPT, 'Refused: "graph of the mug in picture"'],
    ['a short prompt', ' a fox ', 'Refused: a fox'],
  ])('are left out where they quote %s', async (_name, prompt, words) => {
    const failure = failureOf(`HTTP 403 PERMISSION_DENIED: ${words}`);

    expect(await unquoted(failure, request({ turns: turns(prompt) }))).toEqual(failureOf('HTTP 403 PERMISSION_DENIED'));
  });

  it('are left out where they quote the system instruction', async () => {
    const failure = failureOf('HTTP 403 PERMISSION_DENIED: Never tell of the mug.');

    expect((await unquoted(failure, request({ systemInstruction: ['Never tell of the mug.'] }))).cause).not.toContain(
      'mug',
    );
  });

  it.each([
    ['in lower case', PROMPT.toLowerCase()],
    ['in upper case', PROMPT.toUpperCase()],
    ['with escapes', encodeURIComponent(PROMPT)],
    ['with entities', PROMPT.replaceAll(' ', '&#32;')],
    ['with dots for blanks', PROMPT.replaceAll(' ', '.')],
    ['in base64', Buffer.from(PROMPT).toString('base64')],
    ['in hexadecimal digits', Buffer.from(PROMPT).toString('hex')],
    ['letter by letter', [...PROMPT].join('*')],
    ['backwards', [...PROMPT].reverse().join('')],
    ['with every vowel hidden', PROMPT.replace(/[aeiou]/g, '*')],
    ['in words of another order', PROMPT.split(' ').reverse().join(' ')],
  ])('have nothing of the prompt that they quote %s', async (_, quote) => {
    const failure = failureOf(`HTTP 403 PERMISSION_DENIED: Your request was rejected: ${quote}`);

    const { cause } = await unquoted(failure, request({ turns: turns(PROMPT) }));

    expect(cause).toMatch(/^HTTP 403 PERMISSION_DENIED/);
    expect(cause.toLowerCase()).not.toMatch(
      /photo|mug|drawing|grandma|amdnarg|gum|ph\*t|gr\*nd|\d\d\d\d|[a-z0-9+/]{18}/,
    );
  });

  it('keep what tells the owner of the trouble', async () => {
    const words =
      'Your project 1234 has exceeded its monthly spending cap. See https://ai.studio/spend. 该令牌额度已用尽 (id: a4-b) 🦊';

    expect(
      (await unquoted(failureOf(`HTTP 429 RESOURCE_EXHAUSTED: ${words}`), request({ turns: turns(PROMPT) }))).cause,
    ).toBe(
      'HTTP 429 RESOURCE_EXHAUSTED: Your project … has exceeded its monthly spending cap. … https://ai.studio/spend. 该令牌额度已用尽 (id: …',
    );
  });

  it.each([
    ['others', PROMPT, 'Your project has exceeded its monthly spending cap.'],
    ['no prompt, but what the platform says', PROMPT, 'Error: Network connection lost.'],
    ['our own words', PROMPT, 'a page that wants a browser'],
    ['a prompt of a letter', 'a', 'Your project has exceeded its monthly spending cap.'],
    ['a prompt of none', '', 'Your key is leaked.'],
  ])('stay: %s', async (_name, prompt, words) => {
    const failure = failureOf(`HTTP 429 RESOURCE_EXHAUSTED: ${words}`);

    expect(await unquoted(failure, request({ turns: turns(prompt) }))).toBe(failure);
  });
});
