import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAKE_GOOGLE_KEY, FAKE_GOOGLE_KEYS } from '../keys.ts';
import { createFakeUpstream, type FakeUpstream } from '../server.ts';

interface Part {
  text?: string;
  thought?: boolean;
  thoughtSignature?: string;
  inlineData?: { mimeType: string; data: string };
}
interface Turn {
  role: string;
  parts: Part[];
}

let upstream: FakeUpstream;
beforeAll(async () => {
  upstream = await createFakeUpstream();
});
afterAll(() => upstream.close());

async function ask(contents: Turn[], key = FAKE_GOOGLE_KEY, model = 'gemini-3.1-flash-image') {
  const answer = await fetch(`${upstream.url}/v1beta/models/${model}:generateContent`, {
    method: 'POST',
    headers: { 'x-goog-api-key': key },
    body: JSON.stringify({ contents }),
  });
  return (await answer.json()) as { candidates?: { content: Turn }[]; error?: { code: number; message: string } };
}

const user = (words: string): Turn => ({ role: 'user', parts: [{ text: words }] });
const draw = async (words = '', model?: string): Promise<Part[]> =>
  (await ask([user(`a fox [[size:tiny]] ${words}`)], FAKE_GOOGLE_KEY, model)).candidates![0]!.content.parts;
const goOn = async (parts: Part[], key?: string, words = '') =>
  (await ask([user('a fox'), { role: 'model', parts }, user(`more [[size:tiny]] ${words}`)], key)).error?.message;
const changed = (parts: Part[], change: (part: Part) => Part) =>
  parts.map((part) => (part.inlineData ? change(part) : part));

describe('a signature', () => {
  it.each([
    '',
    '[[signature:9KB]]',
    '[[signature:20]]',
    '[[answer:thoughts]]',
    '[[answer:declined]]',
    '[[answer:picture_first]]',
  ])('that comes back as it was is taken (%s)', async (words) => {
    expect(await goOn(await draw(words))).toBeUndefined();
  });

  it('may come back in the other alphabet, and on text whose pieces were joined', async () => {
    const [first, second, ...others] = await draw();
    const urlSafe = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
    const joined = [{ ...first, text: `${first?.text}${second?.text}` }, ...others];
    const parts = joined.map((part) => ({ ...part, thoughtSignature: urlSafe(part.thoughtSignature ?? '') }));

    expect(await goOn(parts)).toBeUndefined();
  });

  it('that is missing on a picture, or on the first text, is asked for by its place', async () => {
    const parts = await draw();
    const bare = ({ thoughtSignature: _, ...part }: Part): Part => part;

    expect(await goOn(changed(parts, bare))).toBe(
      'Image part is missing a thought_signature in content position 2, part position 3.',
    );
    expect(await goOn(parts.map(bare))).toBe(
      'Text part is missing a thought_signature in content position 2, part position 1.',
    );
  });

  it.each<{ name: string; change: (signature: string) => string }>([
    { name: 'altered', change: (text) => `${text[0] === 'A' ? 'B' : 'A'}${text.slice(1)}` },
    { name: 'altered at its end', change: (text) => `${text.slice(0, -8)}AAAAAAA=` },
    { name: 'cut', change: (text) => text.slice(0, -400) },
  ])('that is $name is corrupted', async ({ change }) => {
    const parts = await draw('[[signature:900]]');

    const said = await goOn(changed(parts, (part) => ({ ...part, thoughtSignature: change(part.thoughtSignature!) })));

    expect(said).toBe('Corrupted thought signature.');
  });

  it('of another key, or of another picture, is corrupted', async () => {
    const [one, two] = [await draw(), await draw()];
    const other = two.find(({ inlineData }) => inlineData)?.thoughtSignature as string;

    expect(await goOn(one, FAKE_GOOGLE_KEYS[1])).toBe('Corrupted thought signature.');
    expect(await goOn(changed(one, (part) => ({ ...part, thoughtSignature: other })))).toBe(
      'Corrupted thought signature.',
    );
  });

  it('is not looked at where the script says so, nor by a model that does not think', async () => {
    const parts = await draw('', 'gemini-2.5-flash-image');

    expect(
      await goOn(
        changed(await draw(), (part) => ({ ...part, thoughtSignature: 'AAAA' })),
        undefined,
        '[[signatures:loose]]',
      ),
    ).toBeUndefined();
    expect(
      (await ask([user('a'), { role: 'model', parts }, user('b')], undefined, 'gemini-2.5-flash-image')).error,
    ).toBeUndefined();
  });
});
