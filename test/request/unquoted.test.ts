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
  ])('are left out where they quote %s', (_name, prompt, words) => {
    const failure = failureOf(`HTTP 403 PERMISSION_DENIED: ${words}`);

    expect(unquoted(failure, request({ turns: turns(prompt) }))).toEqual(failureOf('HTTP 403 PERMISSION_DENIED'));
  });

  it('are left out where they quote the system instruction', () => {
    const failure = failureOf('HTTP 403 PERMISSION_DENIED: Never tell of the mug.');

    expect(unquoted(failure, request({ systemInstruction: ['Never tell of the mug.'] })).cause).not.toContain('mug');
  });

  it.each([
    ['others', PROMPT, 'Your project has exceeded its monthly spending cap.'],
    ['a prompt of a letter', 'a', 'Your project has exceeded its monthly spending cap.'],
    ['a prompt of none', '', 'Your key is leaked.'],
  ])('stay: %s', (_name, prompt, words) => {
    const failure = failureOf(`HTTP 429 RESOURCE_EXHAUSTED: ${words}`);

    expect(unquoted(failure, request({ turns: turns(prompt) }))).toBe(failure);
  });
});
