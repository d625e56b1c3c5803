import type { Client } from '../../auth/caller.ts';
import { readRequestBody } from '../../gemini/read-request.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { parseBody } from '../../http/json-body.ts';
import { parsePictureAddress } from '../../request/image-url.ts';
import type { Site, SiteEntry } from '../../sites/site.ts';
import { isSiteId } from '../../sites/sites.ts';
import { chooseModel, understand } from '../generate/read-request.ts';
import { generate } from '../generate/route.ts';
import { type AdminServices, owned } from './owned.ts';
import { DRAW_REQUEST } from './requests.ts';
import { asSaved, findEntry } from './unsaved.ts';

/** The owner in the ledger's counts. No client's key has this name: names of clients have no `@`. */
const DESK = '@desk';

/** The draft's models and words with the saved site's money, pauses and pages. */
const draftOnSaved = ({ site: saved }: SiteEntry, { site: draft }: SiteEntry): Site => {
  const { models, defaultModel, sizes, grounding, promptMode, templateVersion } = draft;
  const { templateVersion: _, ...rules } = saved;
  return {
    ...{ ...rules, models, defaultModel, sizes, grounding, promptMode },
    ...(templateVersion !== undefined && { templateVersion }),
  };
};

/**
 * `POST …/draw`: one picture of a site, saved or not, for its owner. It is a real run: it is paid for, it counts in the
 * site's budgets, and its picture is kept as any other. No two runs share a picture.
 */
export const drawAdminRoutes = (services: AdminServices) => {
  const { owners, sites, bodies, startBodyTime, createId, now, audit } = services;
  return new Hono<App>().post('/peel/admin/api/sites/:id/draw', owned(owners), async (c) => {
    const id = c.req.param('id');
    if (!isSiteId(id)) return sendFailure(c, { reason: 'SITE_UNKNOWN' });
    const saved = await sites.find(id);
    if (!saved.ok) return sendFailure(c, saved.failure);
    const body = await readRequestBody(c.req.raw, { budget: bodies, time: startBodyTime() });
    if (!body.ok) return sendFailure(c, body.failure);
    const { value, inputs, holding } = body.value;
    try {
      const asked = parseBody(value, DRAW_REQUEST);
      if (!asked.ok) return sendFailure(c, asked.failure);
      const found = await findEntry(id, asked.value.record, services);
      if (!found.ok) return sendFailure(c, found.failure);
      const site = draftOnSaved(saved.value, found.value);
      const caller: Client = { kind: 'client', site, name: DESK };
      const chosen = chooseModel(asked.value.model ?? site.defaultModel, caller, services);
      if (!chosen.ok) return sendFailure(c, chosen.failure);
      const { origin } = new URL(c.req.url);
      const request = { value: asked.value.request, inputs };
      const understood = await understand(
        request,
        { caller, model: chosen.value, origin },
        asSaved(found.value, services),
      );
      if (!understood.ok) return sendFailure(c, understood.failure);
      const isForm = site.promptMode === 'template';
      const startedAt = now();
      const answer = await generate(
        c,
        {
          ...{ site, model: chosen.value, ...understood.value, holding, variant: createId(), noStore: false },
          wanted: { form: 'json', delivery: 'link', origin, site: id, ...(isForm && { isOnlyPictures: true }) },
        },
        caller,
        services,
      );
      if (!answer.ok) return answer;
      const drawn = { ...(await read(answer)), model: chosen.value.id, ms: now() - startedAt };
      const target = drawn.address && parsePictureAddress(drawn.address, origin)?.id;
      await audit({ what: 'picture_drawn', who: c.get('owner').who, site: id, ...(target && { target }) });
      return c.json(drawn, 200, NO_STORE);
    } finally {
      holding.release();
    }
  });
};

async function read(answer: Response) {
  const receives = (await answer.json()) as Record<string, unknown>;
  const address = addressIn(receives);
  const provider = answer.headers.get('Peel-Provider') ?? undefined;
  return {
    ...(address !== undefined && { address }),
    ...(provider !== undefined && { provider }),
    costMicros: Number(answer.headers.get('Peel-Cost') ?? 0),
    receives,
  };
}

/** Of the last picture: drafts come first. */
function addressIn(answer: object): string | undefined {
  const { candidates = [] } = answer as {
    candidates?: { content?: { parts?: { fileData?: { fileUri?: string } }[] } }[];
  };
  const parts = candidates.flatMap(({ content }) => content?.parts ?? []);
  return parts.findLast(({ fileData }) => fileData?.fileUri !== undefined)?.fileData?.fileUri;
}
