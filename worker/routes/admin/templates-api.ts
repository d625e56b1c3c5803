import * as v from 'valibot';
import { IMAGE_MIME_TYPES } from '../../request/image-type.ts';
import { TEMPLATE_RECORD } from '../../templates/template-record.ts';
import type { ApiRoute } from './api-route.ts';
import { TEMPLATE_TEST_REQUEST } from './requests.ts';

const PICTURE = { id: v.string(), mimeType: v.string(), bytes: v.number() };

export const TEMPLATES_API: readonly ApiRoute[] = [
  {
    ...{ method: 'post', path: '/peel/admin/api/sites/:id/test', body: TEMPLATE_TEST_REQUEST },
    summary: 'What a template comes to for some values, saved or not (`record`), without a call.',
    answer: v.strictObject({
      model: v.string(),
      systemInstruction: v.exactOptional(v.string()),
      parts: v.array(
        v.union([
          v.strictObject({ text: v.string() }),
          v.strictObject({ picture: v.string(), of: v.picklist(['template', 'visitor']) }),
        ]),
      ),
      /** The most that it can cost, in micro-dollars. */
      worstMicros: v.number(),
    }),
  },
  {
    ...{ method: 'get', path: '/peel/admin/api/sites/:id/versions' },
    summary: 'Templates that were live on the site before, the last first, ten at most.',
    answer: v.strictObject({
      live: v.exactOptional(v.string()),
      versions: v.array(v.strictObject({ version: v.string(), replaced: v.string(), template: TEMPLATE_RECORD })),
    }),
  },
  {
    ...{ method: 'put', path: '/peel/admin/api/sites/:id/pictures', bodyTypes: IMAGE_MIME_TYPES },
    summary: 'Keeps a picture for templates of the site, which name it by its id. At most 5 MiB.',
    answer: v.strictObject({
      ...PICTURE,
      /** Pixels, where the header could be read. */
      ...{ width: v.exactOptional(v.number()), height: v.exactOptional(v.number()) },
    }),
  },
  {
    ...{ method: 'get', path: '/peel/admin/api/sites/:id/pictures' },
    summary: 'The pictures that are kept for templates of the site.',
    answer: v.strictObject({
      pictures: v.array(
        v.strictObject({
          ...PICTURE,
          /** The site’s record names it, so it cannot be deleted. */
          used: v.boolean(),
          /** A version that can be brought back names it. */
          usedBefore: v.boolean(),
        }),
      ),
    }),
  },
  {
    ...{ method: 'delete', path: '/peel/admin/api/sites/:id/pictures/:sha256' },
    summary: 'Deletes a picture that neither the site’s record nor a version of its template names.',
    query: { versions: '`true` deletes the versions that name it, too.' },
  },
];
