/** The owner's API as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0), made of the schemas that its routes check by. */
import { join } from 'node:path';
import { type ConversionConfig, toJsonSchema } from '@valibot/to-json-schema';
import { build } from 'esbuild';
import type { GenericSchema } from 'valibot';
import type { Plugin } from 'vite';
import type { ApiRoute } from '../../worker/routes/admin/api-route.ts';

type Json = Record<string, unknown>;

/** An idea may come as its words alone: such a schema reads anything and turns a text into its object. */
function wordsOr(schema: unknown): Json | undefined {
  const { pipe } = schema as { pipe?: readonly { type: string }[] };
  if (pipe?.[0]?.type !== 'unknown' || pipe[1]?.type !== 'transform' || !pipe[2]) return undefined;
  return { anyOf: [{ type: 'string' }, schemaOf(pipe[2] as GenericSchema)] };
}

/** Rules that JSON Schema cannot say, such as that a model is in the catalog, are left out: the answer names them. */
const schemaOf = (schema: GenericSchema): Json => {
  const { $schema: _, ...json } = toJsonSchema(schema, {
    ...{ target: 'draft-2020-12', typeMode: 'input', errorMode: 'ignore' },
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      const items = 'item' in valibotSchema ? wordsOr(valibotSchema.item) : undefined;
      return items && ({ ...jsonSchema, items } as typeof jsonSchema);
    },
  } satisfies ConversionConfig);
  return json;
};

const content = (schema: GenericSchema): Json => ({ 'application/json': { schema: schemaOf(schema) } });

/** `/sites/:id` becomes `/sites/{id}`. */
const pathOf = (path: string): string => path.replace(/:(\w+)/g, '{$1}');

const ETAG = { headers: { ETag: { description: 'Validator of what is told.', schema: { type: 'string' } } } };

function responsesOf({ answer, etag, csv }: ApiRoute): Json {
  if (!answer) return { 204: { description: 'Done.' } };
  const told = { ...content(answer), ...(csv && { 'text/csv': { schema: { type: 'string' } } }) };
  return {
    200: { description: 'Done.', ...(etag && ETAG), content: told },
    ...(etag === '304' && { 304: { description: 'Nothing has changed.', ...ETAG } }),
  };
}

function operationOf(route: ApiRoute): Json {
  const { method, path, summary, query = {}, headers = {}, body, bodyTypes } = route;
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }));
  const inQuery = Object.entries(query).map(([name, description]) => ({
    ...{ name, in: 'query', description, schema: { type: 'string' } },
  }));
  const inHeaders = Object.entries(headers).map(([name, description]) => ({
    ...{ name, in: 'header', description, schema: { type: 'string' } },
  }));
  const parameters = [...inPath, ...inQuery, ...inHeaders];
  const binary = { schema: { type: 'string', format: 'binary' } };
  const requestContent = body
    ? content(body)
    : bodyTypes && Object.fromEntries(bodyTypes.map((type) => [type, binary]));
  return {
    operationId: `${method}${path.replace('/peel/admin/api', '').replace(/[/:-]+(\w)/g, (_, c: string) => c.toUpperCase())}`,
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(requestContent && { requestBody: { required: true, content: requestContent } }),
    ...(path.endsWith('/login') && { security: [] }),
    responses: {
      ...responsesOf(route),
      default: { $ref: '#/components/responses/Refused' },
    },
  };
}

const REFUSED = {
  description: 'The reason is in `error.details[].reason` (docs/errors.md).',
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['error'],
        properties: {
          error: {
            type: 'object',
            required: ['code', 'status', 'message', 'details'],
            properties: {
              ...{ code: { type: 'integer' }, status: { type: 'string' }, message: { type: 'string' } },
              details: { type: 'array', items: { type: 'object' } },
            },
          },
        },
      },
    },
  },
};

/** The worker's modules are written for another platform than this script, so they are bundled before they are loaded. */
async function loadRoutes(): Promise<readonly ApiRoute[]> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '../../worker/routes/admin/api.ts')],
    ...{ bundle: true, write: false, format: 'esm', platform: 'node', target: 'node22' },
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  const { ADMIN_API } = await import(`data:text/javascript;base64,${code}`);
  return ADMIN_API;
}

export async function createOpenApi(): Promise<Json> {
  const routes = await loadRoutes();
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = pathOf(route.path);
    paths[path] = { ...paths[path], [route.method]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'The owner’s API of Peel', version: '1', license: { name: 'MIT', identifier: 'MIT' } },
    paths,
    components: {
      responses: { Refused: REFUSED },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'ADMIN_TOKEN' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-peel-admin' },
        access: { type: 'apiKey', in: 'header', name: 'Cf-Access-Jwt-Assertion' },
      },
    },
    security: [{ token: [] }, { session: [] }, { access: [] }],
  };
}

export const openApi = (): Plugin => ({
  name: 'openapi',
  apply: 'build',
  async generateBundle() {
    const source = JSON.stringify(await createOpenApi());
    this.emitFile({ type: 'asset', fileName: 'openapi.json', source });
  },
});
