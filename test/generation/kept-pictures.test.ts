/** For every end of an answer and every place of its picture: whole bytes without a verdict against them are kept. */
import { afterEach, describe, expect, it } from 'vitest';
import { isVerdict } from '../../worker/gemini/verdicts.ts';
import type { Form } from '../../worker/request/target.ts';
import { emptyBucket, hexOf, picture } from '../storage/pictures.ts';
import { eventsOf, good } from './answers.ts';
import { run } from './runs.ts';

const WHOLE = picture(20_000);
const CUT = WHOLE.subarray(0, 15_000);

/** Where a picture may stand, as parts of the first candidate. */
const PLACES: Record<string, (data: string) => unknown[]> = {
  'a part': (data) => [{ inlineData: { mimeType: 'image/png', data } }],
  'a part that is called a page': (data) => [{ inlineData: { mimeType: 'text/html', data } }],
  'a part in snake_case': (data) => [{ inline_data: { mime_type: 'image/png', data } }],
  'a thought': (data) => [{ thought: true, inlineData: { mimeType: 'image/png', data } }],
  'a data URL': (data) => [{ inlineData: { mimeType: 'image/png', data: `data:image/png;base64,${data}` } }],
  'an address': (data) => [{ fileData: { mimeType: 'image/png', fileUri: `data:image/png;base64,${data}` } }],
  Markdown: (data) => [{ text: `Here: ![](data:image/png;base64,${data}) That is it.` }],
  'a text': (data) => [{ text: 'Here:' }, { text: `data:image/png;base64,${data}` }],
};
const ENDS = [
  '',
  'STOP',
  'stop',
  'MAX_TOKENS',
  'OTHER',
  'NO_IMAGE',
  'RECITATION',
  'NEW_REASON',
  'IMAGE_SAFETY',
  'Prohibited-Content',
  'SPII',
];
const FORMS: Form[] = ['json', 'sse', 'array'];

/** @param apart Whether the end comes in a chunk of its own, in forms that have several. */
function spell(parts: unknown[], finishReason: string, form: Form, apart: boolean): string {
  const end = finishReason === '' ? {} : { finishReason };
  const whole = { candidates: [{ content: { parts }, ...end }] };
  const units = apart
    ? [{ candidates: [{ content: { parts } }] }, { candidates: [{ content: { role: 'model' }, ...end }] }]
    : [whole];
  if (form === 'json') return JSON.stringify(whole);
  const texts = units.map((unit) => JSON.stringify(unit));
  return form === 'sse' ? eventsOf(...texts) : `[${texts.join(',\r\n')}\n]`;
}

afterEach(emptyBucket);

describe.each(Object.entries(PLACES))('a picture in %s', (_name, partsOf) => {
  it.each([
    { name: 'whole', bytes: WHOLE },
    { name: 'cut short', bytes: CUT },
  ])('is kept where it is whole and no verdict stands against it: $name', async ({ bytes }) => {
    for (const end of ENDS) {
      for (const form of FORMS) {
        const body = spell(partsOf(Buffer.from(bytes).toString('base64')), end, form, form !== 'json');
        const { ended, kept } = run(() => good(body, form), { order: { form } });

        const { end: outcome } = await ended;

        const isKept = bytes === WHOLE && !isVerdict(end);
        const manifest = await kept();
        expect(manifest !== undefined, `${form}, ${end}: ${JSON.stringify(outcome)}`).toBe(isKept);
        expect(outcome.outcome).toBe(isKept ? 'picture' : isVerdict(end) ? 'refused' : 'broken');
        if (isKept) expect(manifest!.images).toMatchObject([{ mimeType: 'image/png', sha256: hexOf(WHOLE) }]);
        if (bytes === WHOLE && isVerdict(end)) expect(outcome).toMatchObject({ isWithdrawn: true });
        await emptyBucket();
      }
    }
  });
});
