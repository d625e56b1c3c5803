import * as v from 'valibot';
import type { DeskPictureDetails, DeskPictures } from '../../desk-protocol.ts';
import { hasC2pa } from '../../files/c2pa.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import type { PicturesAsk } from '../../ledger/figures/desk-rpc.ts';
import type { SitePicture } from '../../ledger/figures/overview.ts';
import { picturesTable } from '../../ledger/figures/tables.ts';
import type { PictureCursor } from '../../ledger/pictures.ts';
import { IMAGE_MIME_TYPES } from '../../request/image-type.ts';
import { toCsv } from '../../shared/csv.ts';
import type { Failure } from '../../shared/failure.ts';
import { classOf, wallIdOf } from '../../storage/keys.ts';
import type { StoredImage } from '../../storage/manifest.ts';
import { sendCsv, wantsCsv } from './csv-answer.ts';
import { toDeskPicture } from './desk-picture.ts';
import { refuseUndrawnSite } from './known-site.ts';
import { locatePicture } from './locate-picture.ts';
import { type AdminServices, owned } from './owned.ts';
import { DAY, FORMAT, readQuery, wholeNumber } from './query.ts';
import { NO_FIELDS } from './requests.ts';

/** As many as an address may ask for in smaller sizes at once, with room for a second page. */
const DEFAULT_ROWS = 24;
const MAX_ROWS = 100;
/** Rows of a CSV that are asked for at once: of each site, in one answer. */
const CSV_ROWS = 250;
const RETRY_SECONDS = 10;

type Filter = Omit<PicturesAsk, 'most'>;

/** The end of a page: the time and the run of its last row. */
const CURSOR = /^(\d{1,15})-([0-9a-f]{0,32})$/;

const picturesQuery = v.strictObject({
  site: v.optional(v.string()),
  day: v.optional(DAY),
  model: v.optional(v.string()),
  who: v.optional(v.string()),
  only: v.optional(v.picklist(['reported', 'wall'], 'must be reported or wall')),
  before: v.optional(v.pipe(v.string(), v.regex(CURSOR, 'must be the next of an earlier page'))),
  limit: v.optional(wholeNumber(1, MAX_ROWS)),
  format: FORMAT,
});

function cursorOf(before: string): PictureCursor {
  const [, at, run = ''] = CURSOR.exec(before) ?? [];
  return { at: Number(at), run };
}

function filterOf({ day, model, who, only, before }: v.InferOutput<typeof picturesQuery>): Filter {
  return {
    ...(day !== undefined && { day }),
    ...(model !== undefined && { model }),
    ...(who !== undefined && { who }),
    ...(only !== undefined && { only }),
    ...(before !== undefined && { before: cursorOf(before) }),
  };
}

/** Sites whose ledger does not answer. */
class Unread extends Error {
  override name = 'Unread';
  constructor(sites: readonly string[]) {
    super(`the ledger of ${sites.join(', ')} does not answer`);
  }
}

function unreadOf(error: unknown): Failure {
  if (!(error instanceof Unread)) throw error;
  return { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: RETRY_SECONDS, cause: error.message };
}

/** A file that breaks off where a page of it fails. @param first What was read of it already. */
function streamOf(first: IteratorResult<Uint8Array, void>, pages: AsyncGenerator<Uint8Array, void>) {
  let next: IteratorResult<Uint8Array, void> | undefined = first;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = next ?? (await pages.next());
      next = undefined;
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

/**
 * `GET …/pictures`: what was drawn, newest first: a page of a site in one call of its ledger, or of all in one of the
 * deployment's; as CSV all pages. `GET …/pictures/{id}`: one picture with what R2 knows of it.
 */
export const pictureListRoutes = (services: AdminServices) => {
  const { owners, ledger, deploymentLedger, images, config, now } = services;

  const addressesAt = (url: string) => ({
    origin: new URL(url).origin,
    secret: config.secrets[0],
    now: now(),
  });

  async function find(site: string | undefined, ask: PicturesAsk) {
    if (site === undefined) return deploymentLedger().allPictures(ask);
    const page = await ledger(site).sitePictures(ask);
    return { ...page, pictures: page.pictures.map((picture) => ({ ...picture, site })), unread: [] };
  }

  /**
   * Lines of all that is asked for, with the header.
   *
   * @throws {@link Unread} where a site does not answer: nobody sees of a file that something is missing.
   */
  async function* csvOf(url: string, site: string | undefined, filter: Filter, limit = Number.POSITIVE_INFINITY) {
    const addresses = addressesAt(url);
    let { before } = filter;
    let hasHeader = false;
    for (let rest = limit; rest > 0; ) {
      const most = Math.min(CSV_ROWS, rest);
      const { pictures, unread } = await find(site, { ...filter, most, ...(before && { before }) });
      if (unread.length > 0) throw new Unread(unread);
      const [header, rows] = picturesTable(pictures.map((row) => toDeskPicture(row, addresses)));
      const lines = toCsv(header, rows);
      if (hasHeader && rows.length === 0) return;
      yield new TextEncoder().encode(hasHeader ? lines.slice(toCsv(header, []).length) : lines);
      hasHeader = true;
      const last = pictures.at(-1);
      if (!last || pictures.length < most) return;
      rest -= most;
      before = { at: last.at, run: last.run };
    }
  }

  /** What R2 knows of the picture that a row names. */
  async function readFile({ id, file }: SitePicture) {
    const n = Number(file?.split('.')[0] ?? 0);
    // Past its retention a picture on the wall is its copy alone.
    const ids = classOf(id) ? [id, wallIdOf(id) ?? id] : [];
    let found: StoredImage | undefined;
    let stored: R2ObjectBody | null = null;
    for (const each of ids) {
      found ??= (await images.find(each)).images.find((image) => image.n === n);
      stored ??= found ? await images.open('image', each, n) : null;
    }
    if (!found || !stored) return { marks: { c2pa: false } };
    const { mimeType, bytes, width, height } = found;
    const type = IMAGE_MIME_TYPES.find((known) => known === mimeType);
    return {
      ...{ mimeType, bytes },
      ...(width !== undefined && height !== undefined && { width, height }),
      marks: { c2pa: type !== undefined && (await hasC2pa(type, stored.body)) },
    };
  }

  return new Hono<App>()
    .get('/peel/admin/api/pictures', owned(owners), async (c) => {
      const query = readQuery(c, picturesQuery);
      if (!query.ok) return sendFailure(c, query.failure);
      const { site, limit = DEFAULT_ROWS, format, day } = query.value;
      const unknown = await refuseUndrawnSite(site, services);
      if (unknown) return sendFailure(c, unknown);
      const filter = filterOf(query.value);
      if (wantsCsv(c, format)) {
        const pages = csvOf(c.req.url, site, filter, query.value.limit);
        const first = await pages.next().catch(unreadOf);
        if ('reason' in first) return sendFailure(c, first);
        return sendCsv(c, `${site ?? 'all'}-${day === undefined ? '' : `${day}-`}pictures`, streamOf(first, pages));
      }
      const { pictures: rows, sums, unread } = await find(site, { ...filter, most: limit });
      const addresses = addressesAt(c.req.url);
      const told = rows.map((row) => toDeskPicture(row, addresses));
      const last = rows.length === limit ? rows.at(-1) : undefined;
      const page: DeskPictures = {
        ...{ site: site ?? null, pictures: told },
        ...(last && { next: `${last.at}-${last.run}` }),
        ...(sums && { sums }),
        unread,
      };
      return c.json(page, 200, NO_STORE);
    })
    .get('/peel/admin/api/pictures/:id', owned(owners), async (c) => {
      const query = readQuery(c, NO_FIELDS);
      if (!query.ok) return sendFailure(c, query.failure);
      const asked = c.req.param('id');
      const { id, site } = classOf(asked) ? await locatePicture(services, asked) : { id: asked };
      const [row] = site === undefined ? [] : (await find(site, { ids: [id], most: 1 })).pictures;
      if (!row) return sendFailure(c, { reason: 'NOT_FOUND', what: 'This picture' });
      const { heldMicros, tokens, keepUntil } = row;
      const details: DeskPictureDetails = {
        ...toDeskPicture(row, addressesAt(c.req.url)),
        ...(heldMicros !== undefined && { heldMicros }),
        ...(tokens && { tokens }),
        ...(!row.onWall && { keptUntil: keepUntil }),
        ...(await readFile(row)),
      };
      return c.json(details, 200, NO_STORE);
    });
};
