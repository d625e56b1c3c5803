import { beforeAll, describe, expect, it } from 'vitest';
import { createOpenApi } from '../../scripts/build/openapi.ts';

interface Operation {
  operationId: string;
  summary: string;
  parameters?: { name: string; in: string; required?: boolean }[];
  responses: Record<string, unknown>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

let api: Document;
beforeAll(async () => {
  api = JSON.parse(JSON.stringify(await createOpenApi()));
});

const operations = () =>
  Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  );

/** Every object in a value, with its path. */
function* objectsIn(value: unknown, at = '#'): Generator<[string, Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [at, value as Record<string, unknown>];
  for (const [name, each] of Object.entries(value)) yield* objectsIn(each, `${at}/${name}`);
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const isSchema = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const isListOf = (is: (value: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(is);
const isMapOf = (is: (value: unknown) => boolean) => (value: unknown) =>
  isSchema(value) && Object.values(value!).every(is);
const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];

/** The keywords of JSON Schema 2020-12 that occur, each with the values that its meta-schema allows. */
const KEYWORDS: Record<string, (value: unknown) => boolean> = {
  type: (value) => TYPES.includes(value as string),
  properties: isMapOf(isSchema),
  required: isListOf(isText),
  propertyNames: isSchema,
  additionalProperties: (value) => typeof value === 'boolean' || isSchema(value),
  items: isSchema,
  enum: (value) => Array.isArray(value) && new Set(value).size === value.length,
  const: () => true,
  anyOf: (value) => isListOf(isSchema)(value) && (value as unknown[]).length > 0,
  ...{ minimum: Number.isFinite, maximum: Number.isFinite },
  ...{ minLength: isCount, maxLength: isCount, minItems: isCount, maxItems: isCount },
  pattern: (value) => isText(value) && new RegExp(value as string, 'u') instanceof RegExp,
  format: isText,
  default: () => true,
};

/** The schemas in the document, those inside others included. */
function* schemas(): Generator<[string, Record<string, unknown>]> {
  for (const [at, object] of objectsIn(api)) {
    if (/\/schema$|\/(?:items|additionalProperties)$|\/properties\/[^/]+$|\/anyOf\/\d+$/.test(at)) yield [at, object];
  }
}

describe('the owner’s API as OpenAPI', () => {
  it('is version 3.1, and each operation has a name of its own', () => {
    expect(api.openapi).toBe('3.1.0');
    const ids = operations().map(({ operationId }) => operationId);
    expect(ids.length).toBeGreaterThan(10);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('putSitesId');
  });

  it('declares each parameter of a path', () => {
    for (const { path, parameters = [] } of operations()) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = parameters.filter((parameter) => parameter.in === 'path' && parameter.required);
      expect(declared.map(({ name }) => name)).toEqual(named);
    }
  });

  it('has no reference that leads nowhere', () => {
    const references = [...objectsIn(api)].flatMap(([, { $ref }]) => (typeof $ref === 'string' ? [$ref] : []));
    const find = (reference: string) =>
      reference
        .slice(2)
        .split('/')
        .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], api);

    expect(references).not.toHaveLength(0);
    for (const reference of references) expect(find(reference)).toBeDefined();
  });

  it('has schemas that are JSON Schema', () => {
    const wrong = [...schemas()].flatMap(([at, schema]) =>
      Object.entries(schema)
        .filter(([name, value]) => !KEYWORDS[name]?.(value))
        .map(([name, value]) => `${at}: ${name} ${JSON.stringify(value)}`),
    );

    expect([...schemas()].length).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  it('says what a site’s record may be', () => {
    const put = api.paths['/peel/admin/api/sites/{id}']?.put as unknown as {
      requestBody: { content: Record<string, { schema: { properties: Record<string, unknown>; required: string[] } }> };
    };
    const { schema } = put.requestBody.content['application/json']!;

    expect(schema.required).toEqual(['origins']);
    expect(schema.properties.retention).toEqual({ enum: ['7d', '30d', '90d'], type: 'string' });
    expect(schema.properties).toHaveProperty('wall');
    expect(schema.properties.ideas).toMatchObject({
      items: { anyOf: [{ type: 'string' }, { type: 'object', required: ['text'] }] },
    });
  });

  it('has the headers, the kinds and the states of answers', () => {
    const overview = api.paths['/peel/admin/api/overview']?.get;
    const site = api.paths['/peel/admin/api/sites/{id}'];

    expect(Object.keys(overview?.responses ?? {})).toEqual(['200', '304', 'default']);
    expect(site?.put?.parameters?.filter((each) => each.in === 'header').map(({ name }) => name)).toEqual([
      ...['If-Match', 'If-None-Match'],
    ]);
    expect(site?.get?.responses['200']).toMatchObject({ headers: { ETag: {} } });
    for (const name of ['series', 'hours', 'pictures']) {
      expect(api.paths[`/peel/admin/api/${name}`]?.get?.responses['200']).toMatchObject({
        content: { 'application/json': {}, 'text/csv': {} },
      });
    }
  });
});
