import type { Context } from 'hono';
import type { Caller } from '../auth/caller.ts';
import { ownerOf, toFile } from '../files/file.ts';
import { type App, NO_STORE, sendFailure } from '../http/failure-response.ts';
import { Hono } from '../http/hono.ts';
import type { Services } from '../services.ts';
import { type Failure, fail, invalidField, type Result, succeed } from '../shared/failure.ts';
import { isPageToken } from '../storage/files.ts';

type FileServices = Pick<Services, 'gate' | 'files' | 'log'>;

/** Google's values (https://ai.google.dev/api/files#method:-files.list). */
const PAGE_SIZE = 10;
const MAX_PAGE_SIZE = 100;

/** `GET /v1beta/files`, `GET` and `DELETE /v1beta/files/{id}`: the caller's own files. Any other file is not found. */
export const fileRoutes = (services: FileServices) => {
  const { files } = services;
  const originOf = (c: Context<App>) => new URL(c.req.url).origin;
  return new Hono<App>()
    .get('/:version{v1beta|v1}/files', (c) =>
      forCaller(c, services, async ({ site, maker }) => {
        const page = parsePage(c.req.query('pageSize'), c.req.query('pageToken'));
        if (!page.ok) return sendFailure(c, page.failure);
        const { files: found, nextPageToken } = await files.list(site, maker, page.value);
        const shown = found.map((file) => toFile(file, originOf(c)));
        return c.json({ files: shown, ...(nextPageToken && { nextPageToken }) }, 200, NO_STORE);
      }),
    )
    .get('/:version{v1beta|v1}/files/:id', (c) =>
      forCaller(c, services, async ({ site, maker }) => {
        const file = await files.find(site, c.req.param('id'));
        if (file?.maker !== maker) return sendFailure(c, NOT_FOUND);
        return c.json(toFile(file, originOf(c)), 200, NO_STORE);
      }),
    )
    .delete('/:version{v1beta|v1}/files/:id', (c) =>
      forCaller(c, services, async ({ site, maker }) => {
        const file = await files.find(site, c.req.param('id'));
        if (file?.maker !== maker) return sendFailure(c, NOT_FOUND);
        await files.delete(site, file);
        return c.json({}, 200, NO_STORE);
      }),
    );
};

const NOT_FOUND: Failure = { reason: 'NOT_FOUND', what: 'This file' };

/** Admits the caller and runs `answer`. A failure of R2 becomes `UPSTREAM_UNAVAILABLE`. */
async function forCaller(
  c: Context<App>,
  { gate, log }: FileServices,
  answer: (owner: { site: string; maker: string }) => Promise<Response>,
): Promise<Response> {
  const admitted: Result<Caller> = await gate.admit(c.req.raw, c.get('origin'));
  if (!admitted.ok) return sendFailure(c, admitted.failure);
  try {
    return await answer({ site: admitted.value.site.id, maker: ownerOf(admitted.value) });
  } catch (error) {
    log('files_failed', { id: c.get('requestId'), error: String(error) });
    return sendFailure(c, { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'R2 did not answer for a file' });
  }
}

/** A larger `pageSize` is reduced to the maximum, as Google does. */
function parsePage(sizeText = '', token = ''): Result<{ size: number; token?: string }> {
  if (!/^\d{0,9}$/.test(sizeText)) {
    return fail(invalidField('pageSize', 'must be a whole number.'));
  }
  if (token !== '' && !isPageToken(token)) {
    return fail(invalidField('pageToken', 'must be as the page before gave it.'));
  }
  const size = Math.min(Number(sizeText) || PAGE_SIZE, MAX_PAGE_SIZE);
  return succeed({ size, ...(token && { token }) });
}
