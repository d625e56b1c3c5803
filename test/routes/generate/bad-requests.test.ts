/** A few hundred requests that must not reach a paid provider. Each gets a 4xx in Gemini's envelope. */
import { describe, expect, inject, it } from 'vitest';
import { CLIENT_KEY } from '../../client-keys.ts';
import { createTestWorker, type ErrorAnswer, ORIGIN } from '../../support.ts';

const MODEL = 'gemini-3.1-flash-image';
const PATH = `/v1beta/models/${MODEL}:generateContent`;
const JSON_TYPE = { 'content-type': 'application/json' };
const CLIENT = { ...JSON_TYPE, 'x-goog-api-key': CLIENT_KEY };
const GOOD = { contents: [{ role: 'user', parts: [{ text: 'bad request' }] }] };
const worker = createTestWorker();

interface Bad {
  name: string;
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string | null;
  status?: number | number[];
}

const paths: Bad[] = [
  `//v1beta/models/${MODEL}:generateContent`,
  `/v1beta//models/${MODEL}:generateContent`,
  `/v1beta/models//${MODEL}:generateContent`,
  `/v1beta%2Fmodels/${MODEL}:generateContent`,
  `/v1beta/models%2F${MODEL}:generateContent`,
  `/v1beta/models/%2e%2e/models/${MODEL}%2F:generateContent`,
  `/V1BETA/models/${MODEL}:generateContent`,
  `/v1beta/Models/${MODEL}:generateContent`,
  `/v1alpha/models/${MODEL}:generateContent`,
  `/v2/models/${MODEL}:generateContent`,
  `/models/${MODEL}:generateContent`,
  `/v1beta/models/${MODEL}:generateContent/`,
  `/v1beta/models/${MODEL}:generatecontent`,
  `/v1beta/models/${MODEL}:generateContent:generateContent`,
  `/v1beta/models/${MODEL}:predict`,
  `/v1beta/models/${MODEL}:batchGenerateContent`,
  `/v1beta/models/${MODEL}:embedContent`,
  `/v1beta/models/${MODEL}:`,
  `/v1beta/models/:generateContent`,
  '/v1beta/models/gemini-9:generateContent',
  '/v1beta/models/..:generateContent',
  '/v1beta/models/evil.example:generateContent',
  '/v1beta/models/http:generateContent',
  '/v1beta/models/@evil.example:generateContent',
  '/v1beta/models/constructor:generateContent',
  '/v1beta/models/__proto__:generateContent',
  `/v1beta/models/${MODEL}%00:generateContent`,
  `/v1beta/models/${MODEL}%0d%0aX:generateContent`,
  `/v1beta/models/${MODEL};a=b:generateContent`,
  '/v1beta/interactions',
  '/v1beta/batches',
  '/v1beta/cachedContents',
  '/v1beta/tunedModels',
  '/v1beta/corpora',
  '/peel',
  '/peel/',
  '/peel/session/',
  '/peel/sites',
  '/peel/admin',
  '/images/x/0.png',
  '/v1beta',
  '/%00',
  '/.env',
  '/.dev.vars',
  '/wrangler.toml',
].map((path) => ({ name: `POST ${path}`, path, status: [404, 405] }));

const methods: Bad[] = ['PUT', 'PATCH', 'DELETE', 'PROPFIND'].flatMap((method) =>
  [PATH, '/v1beta/models', '/peel/session', '/peel/site', '/peel/health', `/v1beta/models/${MODEL}`].map((path) => ({
    name: `${method} ${path}`,
    path,
    method,
    status: 405,
  })),
);

const types: Bad[] = [
  '',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/html',
  'application/jsonp',
  'application/xml',
  'image/png',
  'application/json-patch+json',
].map((type) => ({
  name: `content type "${type}"`,
  headers: { 'x-goog-api-key': CLIENT_KEY, 'content-type': type },
  status: 415,
}));

const shapes: Bad[] = [
  '',
  ' ',
  'null',
  'true',
  '1',
  '"text"',
  '[]',
  '{',
  '{"contents":',
  '{"contents":[]}',
  '{}',
  '{"contents":null}',
  '{"contents":{}}',
  '{"contents":"a fox"}',
  '{"contents":[null]}',
  '{"contents":[[]]}',
  '{"contents":[{}]}',
  '{"contents":[{"parts":[]}]}',
  '{"contents":[{"parts":{}}]}',
  '{"contents":[{"parts":[{}]}]}',
  '{"contents":[{"parts":[{"text":1}]}]}',
  '{"contents":[{"parts":[{"text":""}]}]}',
  '{"contents":[{"parts":["a fox"]}]}',
  '{"contents":[{"role":"system","parts":[{"text":"a"}]}]}',
  '{"contents":[{"role":"model","parts":[{"text":"a"}]}]}',
  '{"contents":[{"parts":[{"text":"a","unknown":1}]}]}',
  '{"contents":[{"parts":[{"text":"a"}],"unknown":1}]}',
  '{"contents":[{"parts":[{"text":"a"}]}]} trailing',
  "{'contents':[]}",
  '\u0000',
  '[]'.repeat(50),
  `${'['.repeat(5000)}${']'.repeat(5000)}`,
  '<html></html>',
  '{"contents":[{"parts":[{"text":"a"}]}],"contents ":1}',
].map((body) => ({ name: `body ${body.slice(0, 60)}`, body, status: 400 }));

const withField = (field: string, value: unknown): Bad => ({
  name: `${field}: ${JSON.stringify(value)}`.slice(0, 90),
  body: JSON.stringify({ ...GOOD, [field]: value }),
  status: 400,
});
const withConfig = (field: string, value: unknown): Bad => withField('generationConfig', { [field]: value });

const unknownFields: Bad[] = [
  ...[
    'negativePrompt',
    'prompt',
    'model',
    'size',
    'n',
    'serviceTier',
    'cachedContent',
    'labels',
    'origin',
    'referrer',
    'host',
    'api_base',
    'apiBase',
    'base_url',
    'baseUrl',
    'url',
    'key',
    'api_key',
    'peelTemplate',
    'stream',
    'metadata',
    'store',
    'Contents',
    'constructor',
    'toString',
    'hasOwnProperty',
  ].map((field) => withField(field, 'x')),
  ...[
    'negativePrompt',
    'personGeneration',
    'aspectRatio',
    'imageSize',
    'responseFormat',
    'responseSchema',
    'responseMimeType',
    'stopSequences',
    'presencePenalty',
    'frequencyPenalty',
    'responseLogprobs',
    'logprobs',
    'speechConfig',
    'mediaResolution',
    'audioTimestamp',
    'routingConfig',
    'thinkingBudget',
    'numberOfImages',
    'sampleCount',
  ].map((field) => withConfig(field, 'x')),
  ...[
    'personGeneration',
    'prominentPeople',
    'outputMimeType',
    'outputCompressionQuality',
    'imageOutputOptions',
    'width',
    'height',
  ].map((field) => withConfig('imageConfig', { [field]: 'x' })),
];

const values: Bad[] = [
  ...['8K', '3K', '0.25K', '1024', 'auto', '1K ', 'K1', 1024].map((size) =>
    withConfig('imageConfig', { imageSize: size }),
  ),
  ...['1:2', '9:21', '16x9', '16/9', '1:1:1', '0:0', 'auto', 1].map((ratio) =>
    withConfig('imageConfig', { aspectRatio: ratio }),
  ),
  ...[2, 8, -1, 1.5, '2', 'one'].map((count) => withConfig('candidateCount', count)),
  ...[['TEXT'], ['AUDIO'], ['IMAGE', 'VIDEO'], 'TEXT', [1], {}].map((modalities) =>
    withConfig('responseModalities', modalities),
  ),
  ...['low', 'ultra', 5].map((level) => withConfig('thinkingConfig', { thinkingLevel: level })),
  ...[1024, -1].map((budget) => withConfig('thinkingConfig', { thinkingBudget: budget })),
  ...['yes', 1, []].map((include) => withConfig('thinkingConfig', { includeThoughts: include })),
  ...[-1, 3, 'hot', []].map((temperature) => withConfig('temperature', temperature)),
  ...[-0.1, 1.1, 'x'].map((topP) => withConfig('topP', topP)),
  ...[-1, 1.5, 'x'].map((topK) => withConfig('topK', topK)),
  ...[1.5, 'x', 1e20].map((seed) => withConfig('seed', seed)),
  ...[-1, 1.5, 1e10, 'x'].map((tokens) => withConfig('maxOutputTokens', tokens)),
  ...[
    [{ googleSearch: {} }],
    [{ functionDeclarations: [{ name: 'draw' }] }],
    [{ codeExecution: {} }],
    [{ urlContext: {} }],
    [{ google_search_retrieval: {} }],
    'x',
    [1],
  ].map((tools) => withField('tools', tools)),
];

const partWith = (name: string, part: unknown): Bad => ({
  name: `part ${name}`,
  body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'a' }, part] }] }),
  status: 400,
});
const inline = (mimeType: string, data: string) => ({ inlineData: { mimeType, data } });
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const parts: Bad[] = [
  partWith('of no bytes', inline('image/png', '')),
  partWith('of no base64', inline('image/png', '!!!')),
  partWith('that is an SVG', inline('image/svg+xml', btoa('<svg onload=alert(1)>'))),
  partWith('that is an SVG and says PNG', inline('image/png', btoa('<svg onload=alert(1)>'))),
  partWith('that is a GIF', inline('image/gif', btoa('GIF89a000000'))),
  partWith('that is a GIF and says PNG', inline('image/png', btoa('GIF89a000000'))),
  partWith('that is a PDF', inline('application/pdf', btoa('%PDF-1.7'))),
  partWith('that is HTML', inline('text/html', btoa('<script>'))),
  partWith('without data', { inlineData: { mimeType: 'image/png' } }),
  partWith('in two spellings', {
    inlineData: { mimeType: 'image/png', data: PNG },
    inline_data: { mime_type: 'image/png', data: PNG },
  }),
  partWith('that names an input', inline('image/png', 'input:0')),
  partWith('with text and picture', { text: 'a', ...inline('image/png', PNG) }),
  ...[
    'https://evil.example/x.png',
    'http://169.254.169.254/',
    'gs://bucket/x',
    'file:///etc/passwd',
    'data:image/png;base64,AAAA',
    `/images/b${'0'.repeat(32)}/0.png`,
    `https://peel.example/images/b${'0'.repeat(32)}/0.png?w=320`,
    `https://shop.example/images/b${'0'.repeat(32)}/0.png`,
    'https://generativelanguage.googleapis.com/v1beta/files/abc',
    '',
    'x',
  ].map((fileUri) => partWith(`with the address ${fileUri}`, { fileData: { mimeType: 'image/png', fileUri } })),
  {
    ...partWith('with a picture of ours that is not there', {
      fileData: { fileUri: `https://peel.example/images/b${'0'.repeat(32)}/0.png` },
    }),
    status: 404,
  },
  ...[
    'image_url',
    'url',
    'functionCall',
    'functionResponse',
    'executableCode',
    'videoMetadata',
    'codeExecutionResult',
  ].map((field) => partWith(`with ${field}`, { [field]: {} })),
  {
    name: '15 references',
    body: JSON.stringify({ contents: [{ parts: [{ text: 'a' }, ...Array(15).fill(inline('image/png', PNG))] }] }),
    status: 400,
  },
];

const origins: Bad[] = [
  'https://evil.example',
  'null',
  'https://shop.example.evil.example',
  'https://evil-shop.example',
  'http://shop.example',
  'https://shop.example:444',
  'https://SHOP.example',
  'https://shop.example/',
  'https://shop.example.',
  'https://sub.shop.example',
  'https://user@shop.example',
  'shop.example',
  '*',
  '',
  'file://',
  'chrome-extension://abc',
  'https://peel.example',
  'https://shop.example, https://evil.example',
  'https://xn--shp-tna.example',
].flatMap((origin) => [
  { name: `origin ${origin}, as a client`, headers: { ...CLIENT, Origin: origin }, status: 403 },
  {
    name: `origin ${origin}, asking for a ticket`,
    path: '/peel/session',
    body: '{"site":"default"}',
    headers: { ...JSON_TYPE, Origin: origin },
    status: 403,
  },
]);

const verbs: Bad[] = [
  { name: 'GET of a method', path: PATH, method: 'GET', body: null, status: 405 },
  { name: 'POST to a model', path: `/v1beta/models/${MODEL}`, status: 405 },
  {
    name: 'a picture in many places',
    body: JSON.stringify({
      contents: [
        { role: 'user', parts: [{ text: 'bad request' }, inline('image/png', PNG)] },
        { role: 'model', parts: [{ text: 'a' }, inline('image/png', 'input:0')] },
        { role: 'user', parts: [{ text: 'b' }] },
      ],
    }),
    status: 400,
  },
  {
    name: 'ten thousand pictures',
    body: `{"contents":[{"parts":[${Array(10_000).fill('{"inlineData":{"data":"AAAA"}}').join(',')}]}]}`,
    status: 400,
  },
];

const callers: Bad[] = [
  { name: 'no key', headers: JSON_TYPE },
  { name: 'an empty key', headers: { ...JSON_TYPE, 'x-goog-api-key': '' } },
  { name: 'a wrong key', headers: { ...JSON_TYPE, 'x-goog-api-key': 'pk_wrong' } },
  { name: 'half a key', headers: { ...JSON_TYPE, 'x-goog-api-key': 'pk_de' } },
  { name: 'the key in other letters', headers: { ...JSON_TYPE, 'x-goog-api-key': 'PK_DEV' } },
  { name: 'another scheme', headers: { ...JSON_TYPE, Authorization: `Basic ${CLIENT_KEY}` } },
  { name: 'a JWT without algorithm', headers: { ...JSON_TYPE, Authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' } },
  { name: 'a forged ticket', headers: { ...JSON_TYPE, Origin: ORIGIN, Authorization: 'Bearer v1.AAAA.AAAA' } },
  { name: 'a ticket of no parts', headers: { ...JSON_TYPE, Origin: ORIGIN, Authorization: 'Bearer v1.' } },
  { name: 'a ticket of many parts', headers: { ...JSON_TYPE, Origin: ORIGIN, Authorization: 'Bearer v1.a.b.c.d' } },
  {
    name: 'a very long ticket',
    headers: { ...JSON_TYPE, Origin: ORIGIN, Authorization: `Bearer v1.${'A'.repeat(5000)}.A` },
  },
  { name: 'a wrong key in the address', path: `${PATH}?key=pk_wrong`, headers: JSON_TYPE },
  {
    name: 'a forged ticket in the address',
    path: `${PATH}?key=v1.AAAA.AAAA`,
    headers: { ...JSON_TYPE, Origin: ORIGIN },
  },
  { name: 'an empty key in the address', path: `${PATH}?key=`, headers: JSON_TYPE },
  {
    name: 'a wrong key, and the right one in the address',
    path: `${PATH}?key=${CLIENT_KEY}`,
    headers: { ...JSON_TYPE, 'x-goog-api-key': 'pk_wrong' },
  },
  { name: 'the key in a cookie', headers: { ...JSON_TYPE, Cookie: `x-goog-api-key=${CLIENT_KEY}` } },
].map((bad) => ({ ...bad, status: 401 }));

const headers: Bad[] = [
  ...['', ' ', 'x'.repeat(65), 'a b', 'ü', 'a/b', '<script>', 'a,b'].map((variant) => ({
    name: `variant "${variant.slice(0, 9)}"`,
    headers: { ...CLIENT, 'Peel-Variant': encodeURI(variant) || ' ' },
    status:
      variant.trim() === '' || variant !== encodeURI(variant) || variant.length > 64 || /[^\w.-]/.test(variant)
        ? 400
        : 200,
  })),
  ...['links', 'base64', 'inline, link'].map((images) => ({
    name: `Peel-Images "${images}"`,
    headers: { ...CLIENT, 'Peel-Images': images },
    status: 400,
  })),
  { name: 'alt=xml', path: `/v1beta/models/${MODEL}:streamGenerateContent?alt=xml`, status: 400 },
  { name: 'alt=sse of what is no stream', path: `${PATH}?alt=sse`, status: 400 },
  ...['gzip', 'br', 'deflate', 'zstd', 'GZIP', 'identity, gzip', 'x'.repeat(300)].map((encoding) => ({
    name: `content encoding ${encoding.slice(0, 20)}`,
    headers: { ...CLIENT, 'content-encoding': encoding },
    status: 415,
  })),
  {
    name: 'a length that is too large',
    headers: { ...CLIENT, 'content-length': String(33 * 1024 * 1024) },
    status: 413,
  },
  {
    name: 'text over the limit',
    body: JSON.stringify({ contents: [{ parts: [{ text: 'x'.repeat(3 * 1024 * 1024) }] }] }),
    status: [400, 413],
  },
];

const all = { paths, methods, types, shapes, unknownFields, values, parts, origins, verbs, callers, headers };

describe.each(Object.entries(all))('bad %s', (_, list) => {
  it.each(list)(
    '$name',
    async ({ path = PATH, method = 'POST', headers = CLIENT, body = JSON.stringify(GOOD), status = 400 }) => {
      const answer = await worker.fetch(path, { method, headers, ...(body !== null && { body }) });

      const { error } = (await answer.json()) as ErrorAnswer;
      expect([status].flat()).toContain(answer.status);
      expect(error).toMatchObject({ code: answer.status, status: expect.stringMatching(/^[A-Z_]+$/) });
      expect(error.message.length).toBeGreaterThan(10);
      expect(error.message.length).toBeLessThan(2000);
      expect(error.details.find(({ reason }) => reason)?.reason).toMatch(/^[A-Z_]+$/);
    },
  );
});

describe('after all of them', () => {
  it('nothing has reached the provider', async () => {
    const requests = (await (
      await fetch(`${inject('upstreamUrl')}/__requests?includes=bad%20request`)
    ).json()) as unknown[];

    expect(Object.values(all).flat().length).toBeGreaterThan(300);
    expect(requests).toEqual([]);
  });
});
