/** An owner's template before any visitor has it: its pictures, and what goes up. */
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import type { SiteRecord } from '../../../worker/sites/site-record.ts';
import { wholePng } from '../../files/whole-images.ts';
import { createTestWorker, type ErrorAnswer, reasonOf, type TestWorker } from '../../support.ts';
import { asOwner, call, OWNER, told } from './owner.ts';

afterEach(reset);

const MUGS: SiteRecord = {
  ...{ origins: ['https://mugs.example'], adultsDeclared: true, proof: 'none', promptMode: 'template' },
  template: {
    prompt: 'A mug for {{who}}.',
    slots: [{ name: 'who', label: 'For whom', type: 'text', maxLength: 20, required: true }],
  },
};
const withPictures = (...pictures: string[]): SiteRecord => ({ ...MUGS, template: { ...MUGS.template!, pictures } });
const send = (worker: TestWorker, bytes: Uint8Array, type = 'image/png') =>
  worker.fetch('/peel/admin/api/sites/mugs/pictures', {
    ...{ method: 'PUT', body: bytes as Uint8Array<ArrayBuffer> },
    headers: { ...asOwner(), 'content-type': type },
  });
const messageOf = async (answer: Response) => ((await answer.json()) as ErrorAnswer).error.message;
const test = (worker: TestWorker, body: object) => call(worker, 'POST', '/sites/mugs/test', body);

describe('a picture of a template', () => {
  it('is kept by its digest, and a record may then name it', async () => {
    const worker = createTestWorker(OWNER);
    const { id } = await told<{ id: string }>(send(worker, wholePng()));

    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(await env.BUCKET.head(`templates/mugs/${id}`)).not.toBeNull();
    expect((await call(worker, 'PUT', '/sites/mugs', withPictures(id))).status).toBe(200);
  });

  it('comes before the record that names it, and the record before its trial, as docs/templates.md has them', async () => {
    const worker = createTestWorker(OWNER);
    const { id } = await told<{ id: string }>(send(worker, wholePng()));
    const record = {
      origins: ['https://mugs.example'],
      promptMode: 'template',
      template: {
        prompt: 'A photograph of the mug in picture 1. On the mug: a {{style}} drawing of {{who}}.',
        systemInstruction: 'Draw no other words on the mug.',
        pictures: [id],
        slots: [
          { name: 'who', label: 'Who is on it', type: 'text', maxLength: 60, required: true },
          { name: 'style', label: 'Style', type: 'choice', choices: ['ink', 'watercolour'], required: true },
          { name: 'face', label: 'A photo of them', type: 'photo' },
        ],
      },
      adultsDeclared: true,
    };
    await told(call(worker, 'PUT', '/sites/mugs', record));

    const trial = await told<{ parts: object[] }>(test(worker, { slots: { who: 'Grandma', style: 'ink' } }));

    expect(trial).toMatchObject({ systemInstruction: record.template.systemInstruction });
    expect(trial.parts).toEqual([
      { picture: id, of: 'template' },
      { text: 'A photograph of the mug in picture 1. On the mug: a ink drawing of Grandma.' },
    ]);
  });

  it('that was not sent is refused in a record, by its place', async () => {
    const worker = createTestWorker(OWNER);
    const { id } = await told<{ id: string }>(send(worker, wholePng()));

    const answer = await call(worker, 'PUT', '/sites/mugs', withPictures(id, 'a'.repeat(64)));
    const ofAnother = await call(worker, 'PUT', '/sites/cups', withPictures(id));

    expect(await messageOf(answer)).toBe(
      'template.pictures.1 must be the id of a picture that was sent to PUT /peel/admin/api/sites/mugs/pictures.',
    );
    expect(await messageOf(ofAnother)).toContain('template.pictures.0 must be the id');
  });

  it.each([
    { name: 'another type', bytes: () => wholePng(), type: 'image/svg+xml', refusal: [415, 'TYPE_NOT_ALLOWED'] },
    {
      name: 'words',
      bytes: () => new TextEncoder().encode('<svg>'),
      type: 'image/png',
      refusal: [400, 'UNSUPPORTED_VALUE'],
    },
    {
      name: 'too many bytes',
      bytes: () => new Uint8Array(5 * 1024 * 1024 + 1),
      type: 'image/png',
      refusal: [413, 'BODY_TOO_LARGE'],
    },
  ])('is not $name', async ({ bytes, type, refusal }) => {
    const answer = await send(createTestWorker(OWNER), bytes(), type);

    expect(await reasonOf(answer)).toEqual(refusal);
    expect((await env.BUCKET.list({ prefix: 'templates/' })).objects).toEqual([]);
  });
});

describe('the pictures of a site', () => {
  const list = async (worker: TestWorker) => told(call(worker, 'GET', '/sites/mugs/pictures'));

  it('are listed, with those that its record names', async () => {
    const worker = createTestWorker(OWNER);
    expect(await list(worker)).toEqual({ pictures: [] });
    const { id } = await told<{ id: string }>(send(worker, wholePng()));
    const kept = { id, mimeType: 'image/png', bytes: wholePng().length };

    expect(await list(worker)).toEqual({ pictures: [{ ...kept, used: false, usedBefore: false }] });
    await told(call(worker, 'PUT', '/sites/mugs', withPictures(id)));
    expect(await list(worker)).toEqual({ pictures: [{ ...kept, used: true, usedBefore: false }] });
  });

  it('are deleted once, and only where the record does not name them', async () => {
    const worker = createTestWorker(OWNER);
    const { id } = await told<{ id: string }>(send(worker, wholePng()));
    const remove = () => call(worker, 'DELETE', `/sites/mugs/pictures/${id}`);
    await told(call(worker, 'PUT', '/sites/mugs', withPictures(id)));

    expect(await messageOf(await remove())).toMatch(/^sha256 must not be in template\.pictures of the site’s record/);
    await env.KV.put('site:mugs', JSON.stringify({ ...withPictures(id), retention: '1y' }));
    expect(await reasonOf(await remove())).toEqual([400, 'INVALID_FIELD']);
    await told(call(worker, 'PUT', '/sites/mugs', MUGS));
    expect((await call(worker, 'DELETE', `/sites/mugs/pictures/${id}?versions=true`)).status).toBe(204);

    expect(await reasonOf(await remove())).toEqual([404, 'NOT_FOUND']);
    expect(await list(worker)).toEqual({ pictures: [] });
    expect(await env.BUCKET.head(`templates/mugs/${id}`)).toBeNull();
    const [entry] = await worker.services.deploymentLedger().changes(1);
    expect(entry).toMatchObject({ what: 'template_picture_deleted', site: 'mugs', target: id });
  });
});

describe('a picture of a version that was live before', () => {
  it('is kept, so that the version can be brought back', async () => {
    const worker = createTestWorker(OWNER);
    const { id } = await told<{ id: string }>(send(worker, wholePng()));
    await told(call(worker, 'PUT', '/sites/mugs', withPictures(id)));
    await told(call(worker, 'PUT', '/sites/mugs', MUGS));

    const refused = await call(worker, 'DELETE', `/sites/mugs/pictures/${id}`);

    expect(await messageOf(refused)).toMatch(
      /^sha256 must not be .* version that can be brought back: \?versions=true/,
    );
    const { pictures } = await told<{ pictures: unknown[] }>(call(worker, 'GET', '/sites/mugs/pictures'));
    expect(pictures).toMatchObject([{ id, used: false, usedBefore: true }]);
    expect((await call(worker, 'PUT', '/sites/mugs', withPictures(id))).status).toBe(200);
  });

  it('is deleted with those versions where the owner says so, and the others stay', async () => {
    const worker = createTestWorker(OWNER);
    const { id } = await told<{ id: string }>(send(worker, wholePng()));
    const remove = (query: string) => call(worker, 'DELETE', `/sites/mugs/pictures/${id}${query}`);
    const reworded = { ...MUGS, template: { ...MUGS.template!, prompt: 'A cup for {{who}}.' } };
    for (const record of [reworded, withPictures(id), MUGS]) await told(call(worker, 'PUT', '/sites/mugs', record));

    expect(await messageOf(await remove('?versions=false'))).toMatch(/^versions must be true, or be left out/);
    expect((await remove('?versions=true')).status).toBe(204);

    const { versions } = await told<{ versions: { template: { prompt: string } }[] }>(
      call(worker, 'GET', '/sites/mugs/versions'),
    );
    expect(versions.map(({ template }) => template.prompt)).toEqual(['A cup for {{who}}.']);
    expect(await env.BUCKET.head(`templates/mugs/${id}`)).toBeNull();
  });
});

describe('a trial', () => {
  it('says what goes up and what it costs at most, of a record that is not saved', async () => {
    const worker = createTestWorker(OWNER);

    const trial = await told<{ parts: unknown; worstMicros: number }>(
      test(worker, { record: MUGS, slots: { who: 'Ada' }, model: 'nano-banana-2' }),
    );

    expect(trial).toMatchObject({ model: 'gemini-3.1-flash-image', parts: [{ text: 'A mug for Ada.' }] });
    expect(trial.worstMicros).toBeGreaterThan(10_000);
    expect(await env.KV.get('site:mugs')).toBeNull();
  });

  it('is of the site as it is where no record is sent', async () => {
    const worker = createTestWorker(OWNER);
    await told(call(worker, 'PUT', '/sites/mugs', MUGS));

    expect(await told(test(worker, { slots: { who: 'Bo' } }))).toMatchObject({ parts: [{ text: 'A mug for Bo.' }] });
  });

  it.each([
    { name: 'a slot without its value', body: { record: MUGS, slots: {} }, refusal: [400, 'INVALID_FIELD'] },
    {
      name: 'a record that breaks a rule',
      body: { record: { ...MUGS, retention: '1y' }, slots: {} },
      refusal: [400, 'INVALID_FIELD'],
    },
    {
      name: 'a site without a template',
      body: { record: { origins: [], adultsDeclared: true }, slots: {} },
      refusal: [400, 'INVALID_FIELD'],
    },
    {
      name: 'a model that is not the site’s',
      body: { record: { ...MUGS, models: ['nano-banana-2'] }, slots: { who: 'Ada' }, model: 'gemini-3-pro-image' },
      refusal: [403, 'MODEL_NOT_ALLOWED'],
    },
    { name: 'an unknown site', body: { slots: {} }, refusal: [404, 'SITE_UNKNOWN'] },
  ])('of $name is refused', async ({ body, refusal }) => {
    expect(await reasonOf(await test(createTestWorker(OWNER), body))).toEqual(refusal);
  });

  it('of a site without a template says what is missing', async () => {
    const answer = await test(createTestWorker(OWNER), { record: { origins: [], adultsDeclared: true }, slots: {} });

    expect(await messageOf(answer)).toMatch(/^template must be given: this site has none/);
  });

  it('of a picture that was not sent names it by its place, as saving does', async () => {
    const worker = createTestWorker(OWNER);
    const record = withPictures('a1'.repeat(32));
    const rule = /^record\.template\.pictures\.0 must be the id of a picture that was sent/;

    expect(await messageOf(await test(worker, { record, slots: { who: 'Ada' } }))).toMatch(rule);
    const request = { contents: [{ parts: [{ peelTemplate: { slots: { who: 'Ada' } } }] }] };
    const dry = await call(worker, 'POST', '/dry-run', { site: 'mugs', as: 'visitor', record, request });
    expect(await messageOf(dry)).toMatch(rule);
  });

  it('names a slot as it was sent', async () => {
    const answer = await test(createTestWorker(OWNER), { record: MUGS, slots: {} });

    expect(await messageOf(answer)).toMatch(/^slots\.who must/);
  });

  it('names the field of a record that breaks a rule', async () => {
    const answer = await test(createTestWorker(OWNER), { record: { ...MUGS, retention: '1y' }, slots: {} });

    expect(await messageOf(answer)).toMatch(/^record\.retention must be one of 7d, 30d, 90d\.$/);
  });
});

describe('versions of a template', () => {
  interface Versions {
    live?: string;
    versions: { version: string; replaced: string; template: { prompt: string } }[];
  }
  const versionsOf = (worker: TestWorker) => told<Versions>(call(worker, 'GET', '/sites/mugs/versions'));
  const save = (worker: TestWorker, prompt: string, label = 'For whom') =>
    told(
      call(worker, 'PUT', '/sites/mugs', {
        ...MUGS,
        template: { prompt, slots: [{ name: 'who', label, type: 'text' }] },
      }),
    );

  it('are kept when another takes their place, and not for a new label', async () => {
    const worker = createTestWorker(OWNER);
    await save(worker, 'One for {{who}}');
    const first = await versionsOf(worker);
    await save(worker, 'One for {{who}}', 'Who is it for');
    expect((await versionsOf(worker)).versions).toEqual([]);

    await save(worker, 'Two for {{who}}');
    const { live, versions } = await versionsOf(worker);

    expect(versions).toMatchObject([{ version: first.live, template: { prompt: 'One for {{who}}' } }]);
    expect(versions[0]!.replaced).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(live).not.toBe(first.live);
  });

  it('leave the list when they are brought back', async () => {
    const worker = createTestWorker(OWNER);
    for (const prompt of ['One for {{who}}', 'Two for {{who}}', 'One for {{who}}']) await save(worker, prompt);

    const { versions } = await versionsOf(worker);

    expect(versions.map(({ template }) => template.prompt)).toEqual(['Two for {{who}}']);
  });

  it('are ten at most, and go with the site', async () => {
    const worker = createTestWorker(OWNER);
    for (let n = 0; n < 12; n += 1) await save(worker, `${n} for {{who}}`);

    const { versions } = await versionsOf(worker);
    expect(versions.map(({ template }) => Number.parseInt(template.prompt, 10))).toEqual([
      10, 9, 8, 7, 6, 5, 4, 3, 2, 1,
    ]);
    await call(worker, 'DELETE', '/sites/mugs');

    expect(await versionsOf(worker)).toEqual({ versions: [] });
  });
});
