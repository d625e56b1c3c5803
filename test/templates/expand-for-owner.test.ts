import { expect, it } from 'vitest';
import { worstMicrosAt } from '../../worker/pricing/prices.ts';
import { expandForOwner } from '../../worker/templates/expand-for-owner.ts';
import { modelOf, tableOf } from '../request/requests.ts';
import { CAKE, context, FACE, ORIGIN, WHO } from './templates.ts';

const FILE = 'f'.repeat(32);
const ID = 'a1'.repeat(32);
const model = modelOf('nano-banana-2');
const pricing = {
  worst: (...[request]: Parameters<Parameters<typeof expandForOwner>[2]['worst']>) =>
    worstMicrosAt(tableOf(model, 'google'), request, model),
};

it('shows what goes up for some values, and its highest price', async () => {
  const changes = { pictures: [ID], slots: [WHO, CAKE, FACE], systemInstruction: 'Be kind.' };
  const slots = { who: 'Ada', face: `${ORIGIN}/v1beta/files/${FILE}` };

  const more = expandForOwner(slots, await context(changes), pricing);
  const fewer = expandForOwner({ who: 'Ada' }, await context(), pricing);

  expect(more).toMatchObject({
    ok: true,
    value: {
      model: 'gemini-3.1-flash-image',
      systemInstruction: 'Be kind.',
      parts: [
        { picture: ID, of: 'template' },
        { picture: FILE, of: 'visitor' },
        { text: 'A mug for Ada, with a  cake.' },
      ],
    },
  });
  if (!more.ok || !fewer.ok) throw new Error('not filled in');
  expect(more.value.worstMicros).toBeGreaterThan(fewer.value.worstMicros);
  expect(fewer.value.worstMicros).toBeGreaterThan(60_000);
});

it('fails as a visitor’s request does, by the name of the slot that the owner sent, and where no price is known', async () => {
  const filled = await context();

  expect(expandForOwner({}, filled, pricing)).toMatchObject({ failure: { field: 'slots.who' } });
  expect(expandForOwner({ who: 'Ada' }, filled, { worst: () => undefined })).toMatchObject({
    failure: { reason: 'PRICE_UNKNOWN' },
  });
});
