/** A site whose visitors fill in the owner's form: what they may send, and what goes up for it. */
import { describe, expect, it } from 'vitest';
import type { SessionAnswer, SiteFacts } from '../../../worker/protocol.ts';
import { CLIENT_KEY } from '../../client-keys.ts';
import { wholePng } from '../../files/whole-images.ts';
import { createTestWorker, type ErrorAnswer, newPrompt, ORIGIN, reasonOf } from '../../support.ts';
import { ARRAY, MODEL, SSE, visitorOf } from './money.ts';
import {
  form,
  GENERATE,
  LINK,
  openSite,
  partsUp,
  pictureOf,
  putSite,
  SITE,
  sentUp,
  someone,
  template,
  upload,
} from './template-site.ts';

const CLIENT = { 'x-goog-api-key': CLIENT_KEY };
const violationOf = async (answer: Response) => {
  const { error } = (await answer.json()) as ErrorAnswer;
  return [error.code, error.message] as const;
};

describe('a visitor of a template', () => {
  it('makes a picture of its values, which go up in the owner’s words', async () => {
    const { ask } = await openSite(template({ systemInstruction: 'Keep it friendly.' }));
    const who = someone();

    const answer = await ask(form({ who, wish: '[[size:tiny]]' }), GENERATE, LINK);

    expect(answer.status).toBe(200);
    expect(await pictureOf(answer)).toMatch(/\/images\//);
    expect(await partsUp(who)).toEqual([{ text: `A mug for ${who}. [[size:tiny]]` }]);
    const [sent] = await sentUp(who);
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({
      systemInstruction: { parts: [{ text: 'Keep it friendly.' }] },
      generationConfig: { responseModalities: ['IMAGE'], imageConfig: { imageSize: '1K' } },
    });
  });

  it.each([GENERATE, SSE, ARRAY])(
    'finds no draft that came beside its picture, and changes none: %s',
    async (target) => {
      const { worker, ask } = await openSite();
      const filled = form({ who: someone(), wish: '[[answer:thoughts]] [[size:tiny]]' });

      const made = await ask(filled, target, LINK);
      const address = await pictureOf(made);
      const again = await ask(filled, target, LINK);

      const pathOf = (n: number, query = '') => new URL(address).pathname.replace(/\d+(?=\.\w+$)/, String(n)) + query;
      const drawn = Number(/(\d+)\.\w+$/.exec(address)?.[1]);
      expect((await worker.fetch(pathOf(drawn))).status).toBe(200);
      for (const n of [0, 1, 2, 3].filter((other) => other !== drawn)) {
        for (const query of ['', '?w=640']) expect((await worker.fetch(pathOf(n, query))).status).toBe(404);
        const refused = await ask(form({ who: someone() }, { previous: new URL(pathOf(n), address).href }));
        expect(await reasonOf(refused)).toEqual([404, 'NOT_FOUND']);
      }
      expect(again.headers.get('Cache-Status')).toBe('peel; hit');
      expect(await pictureOf(again)).toBe(address);
    },
  );

  it('gets the kept answer for the same values, and a new one from another template', async () => {
    const { ask } = await openSite();
    const filled = form({ who: someone(), wish: '[[size:tiny]]' });

    const first = await ask(filled);
    const second = await ask(filled);
    await putSite(template({ prompt: 'Another mug for {{who}}. {{wish}}' }));
    const third = await (await visitorOf(createTestWorker(), '198.51.100.7'))(filled);

    expect(first.headers.get('Cache-Status')).toBe('peel; fwd=uri-miss; stored');
    expect(second.headers.get('Cache-Status')).toBe('peel; hit');
    expect(await second.text()).toBe(await first.text());
    expect(third.headers.get('Cache-Status')).toBe('peel; fwd=uri-miss; stored');
  });

  it('sends a photo, behind the owner’s own pictures', async () => {
    const own = [wholePng(1500), wholePng(1700)];
    const { worker, ask } = await openSite();
    const kept = await Promise.all(own.map((bytes) => worker.services.templatePictures.keep(SITE, bytes)));
    const pictures = kept.map((each) => (each.ok ? each.value.id : ''));
    const { slots = [] } = template();
    await putSite(template({ pictures, slots: [...slots, { name: 'face', label: 'A photo', type: 'photo' }] }));
    const who = someone();
    const photo = wholePng(1900);

    const fresh = createTestWorker();
    const face = await upload(fresh, CLIENT_KEY, photo);
    const answer = await (await visitorOf(fresh, '198.51.100.8'))(form({ who, wish: '[[size:tiny]]', face }));

    expect(answer.status).toBe(200);
    const parts = await partsUp(who);
    expect(parts.slice(0, 3).map(({ inlineData }) => inlineData?.data)).toEqual(
      [...own, photo].map((bytes) => Buffer.from(bytes).toString('base64')),
    );
    expect(parts[3]).toEqual({ text: `A mug for ${who}. [[size:tiny]]` });
    expect(ask).toBeDefined();
  });

  it('reads a clear refusal where a picture of the owner is gone, and nothing goes up', async () => {
    const { ask } = await openSite(template({ pictures: ['0'.repeat(64)] }));
    const who = someone();

    const answer = await ask(form({ who }));

    expect(await violationOf(answer)).toEqual([
      503,
      'This deployment is not configured: a picture of the template of the site default is missing',
    ]);
    expect(await sentUp(who)).toEqual([]);
  });

  it.each([
    { name: 'words', body: newPrompt(), field: 'contents[0].parts[0].text' },
    {
      name: 'a picture',
      body: { contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: wholePng(500).toBase64() } }] }] },
      field: 'contents[0].parts[0].inlineData',
    },
    {
      name: 'words beside its values',
      body: { contents: [form({ who: 'Ada' }).contents[0], ...newPrompt().contents] },
      field: 'contents',
    },
    { name: 'a search', body: { ...form({ who: 'Ada' }), tools: [{ googleSearch: {} }] }, field: 'tools' },
    { name: 'a seed', body: form({ who: 'Ada' }, {}, { seed: 7 }), field: 'generationConfig.seed' },
    {
      name: 'another slot',
      body: form({ who: 'Ada', prompt: 'x' }),
      field: 'contents[0].parts[0].peelTemplate.slots.prompt',
    },
  ])('is refused $name by name', async ({ body, field }) => {
    const { ask } = await openSite();

    const [code, message] = await violationOf(await ask(body));

    expect(code).toBe(400);
    expect(message.split(' ')[0]).toBe(field);
  });

  it('counts no tokens', async () => {
    const { ask } = await openSite();
    const who = someone();

    const answer = await ask(form({ who }), `${MODEL}:countTokens`);

    expect(await reasonOf(answer)).toEqual([404, 'NOT_FOUND']);
    expect(await sentUp(who)).toEqual([]);
  });

  it('reads the form in the facts of the site, and nothing of the template', async () => {
    const { worker } = await openSite(template({ systemInstruction: 'canary', prompt: 'canary {{who}} {{wish}}' }));

    const answer = await worker.fetch('/peel/site', { headers: { Origin: ORIGIN } });

    const text = await answer.text();
    const facts = JSON.parse(text) as SiteFacts;
    expect(facts.promptMode).toBe('template');
    expect(facts.slots).toEqual([
      { name: 'who', label: 'For whom', type: 'text', maxLength: 60, choices: [], required: true },
      { name: 'wish', label: 'More', type: 'text', maxLength: 200, choices: [], required: false },
    ]);
    expect(text).not.toContain('canary');
  });

  it('may choose only models that take all pictures of the template, and the one to change', async () => {
    await putSite(template({ pictures: Array(9).fill('0'.repeat(64)) }));
    const CATALOG = JSON.stringify({ 'gemini-2.5-flash-image': { maxReferences: 9 } });
    const worker = createTestWorker({ CATALOG });
    const ask = await visitorOf(worker, '198.51.100.11');

    const refused = await ask(form({ who: 'Ada' }), 'gemini-2.5-flash-image:generateContent');

    expect(await reasonOf(refused)).toEqual([403, 'MODEL_NOT_ALLOWED']);
    expect(await reasonOf(await ask(form({ who: 'Ada' })))).toEqual([503, 'CONFIG_BROKEN']);
  });
});

describe('a change of a picture of a template', () => {
  it('sends the picture back with the owner’s words', async () => {
    const { ask } = await openSite();
    const previous = await pictureOf(await ask(form({ who: someone(), wish: '[[size:tiny]]' }), GENERATE, LINK));
    const who = someone();

    const answer = await ask(form({ who, wish: '[[size:tiny]]' }, { previous }));

    expect(answer.status).toBe(200);
    const [before, picture, words] = await partsUp(who);
    expect(before).toEqual({ text: 'The picture to change:' });
    expect(picture?.inlineData?.mimeType).toMatch(/^image\//);
    expect(words).toEqual({ text: `A mug for ${who}. [[size:tiny]]` });
  });

  it('is refused for a picture of an earlier template, or of free words, and nothing goes up', async () => {
    const { ask } = await openSite();
    const old = await pictureOf(await ask(form({ who: someone(), wish: '[[size:tiny]]' }), GENERATE, LINK));
    await putSite(undefined);
    const free = await pictureOf(await createTestWorker().ask(GENERATE, newPrompt('[[size:tiny]]'), LINK));
    await putSite(template({ prompt: 'Now a cup for {{who}}. {{wish}}' }));
    const visitor = await visitorOf(createTestWorker(), '198.51.100.9');
    const who = someone();

    for (const previous of [old, free]) {
      const answer = await visitor(form({ who }, { previous }));

      const [code, message] = await violationOf(answer);
      expect(code).toBe(404);
      expect(message).toContain('The picture of contents[0].parts[0].peelTemplate.previous was not found. It must be');
    }
    expect(await sentUp(who)).toEqual([]);
  });

  it('is refused for a picture that is not there', async () => {
    const { ask } = await openSite();

    const answer = await ask(
      form({ who: 'Ada' }, { previous: `https://peel.example/images/b${'0'.repeat(32)}/0.png` }),
    );

    expect(await violationOf(answer)).toEqual([
      404,
      'The picture of contents[0].parts[0].peelTemplate.previous was not found.',
    ]);
  });
});

describe('an API client of a site with a template', () => {
  it('sends free words, and reads whole answers', async () => {
    const { worker } = await openSite();

    const answer = await worker.ask(GENERATE, newPrompt('[[size:tiny]]'));

    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('promptTokenCount');
  });

  it('may fill in the form too, and reads the whole answer of it, but no drafts', async () => {
    const { worker } = await openSite();
    const who = someone();
    const wish = '[[answer:thoughts]] [[size:tiny]]';

    const answer = await worker.ask(GENERATE, form({ who, wish }), CLIENT);
    const again = await worker.ask(GENERATE, form({ who, wish }), CLIENT);

    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(text).toContain('promptTokenCount');
    expect(text).toContain('I am thinking');
    expect(text.match(/"inlineData"/g)).toHaveLength(1);
    expect([again.headers.get('Cache-Status'), await again.text()]).toEqual(['peel; hit', text]);
    expect(await partsUp(who)).toEqual([{ text: `A mug for ${who}. ${wish}` }]);
  });
});

it('the list of models says that clients may count tokens, and visitors of a template may not', async () => {
  const { worker } = await openSite();
  const from = { Origin: ORIGIN, 'content-type': 'application/json', 'CF-Connecting-IP': '198.51.100.12' };
  const body = JSON.stringify({ site: SITE });
  const answer = await worker.fetch('/peel/session', { method: 'POST', headers: from, body });
  const { token } = (await answer.json()) as SessionAnswer;
  const methodsFor = async (path: string, headers: Record<string, string>) => {
    const text = await (await worker.fetch(path, { headers })).text();
    return ['generateContent', 'countTokens'].filter((method) => text.includes(`"${method}"`));
  };

  for (const path of ['/v1beta/models', `/v1beta/models/${MODEL}`]) {
    expect(await methodsFor(path, { ...from, Authorization: `Bearer ${token}` })).toEqual(['generateContent']);
    expect(await methodsFor(path, CLIENT)).toEqual(['generateContent', 'countTokens']);
  }
});

describe('on a site of free words', () => {
  it.each([GENERATE, SSE, ARRAY])('a form is refused by name, at %s', async (target) => {
    await putSite(undefined);
    const ask = await visitorOf(createTestWorker(), '198.51.100.10');

    const [code, message] = await violationOf(await ask(form({ who: 'Ada' }), target));

    expect(code).toBe(400);
    expect(message).toContain('contents[0].parts[0].peelTemplate is not known here. Accepted: text, ');
  });
});
