import * as v from 'valibot';
import { type Gate, isRelayed } from '../auth/auth.ts';
import type { Owners } from '../auth/owner.ts';
import { isPrivateId, wasSignedFor } from '../auth/private-picture.ts';
import type { Config } from '../config/config.ts';
import { type App, sendFailure, sendToAnyPage } from '../http/failure-response.ts';
import { Hono } from '../http/hono.ts';
import { readJsonBody } from '../http/json-body.ts';
import { MAX_REPORT_WORDS } from '../ledger/picture-reports.ts';
import type { LedgerRpc } from '../ledger/rpc.ts';
import { type Failure, invalidField } from '../shared/failure.ts';
import { reportsOf } from '../sites/reports.ts';
import { DEFAULT_SITE, type Sites } from '../sites/sites.ts';
import type { ImageStore } from '../storage/images.ts';
import { classOf } from '../storage/keys.ts';
import { readable } from '../templates/slots.ts';

export interface ReportRoutesOptions {
  sites: Sites;
  gate: Gate;
  images: Pick<ImageStore, 'findPicture'>;
  /** `secrets`: every one that may have signed an address. */
  config: Pick<Config, 'secrets'>;
  ledger: (site: string) => Pick<LedgerRpc, 'reportPicture'>;
  /** Absent: the deployment has no desk, so nobody would read a report. */
  owners?: Owners;
}

const WORDS_RULE = `must be text of 1 to ${MAX_REPORT_WORDS} characters`;
const reportRequest = v.strictObject({
  image: v.string(),
  words: v.pipe(v.string(), v.transform(readable), v.nonEmpty(WORDS_RULE), v.maxLength(MAX_REPORT_WORDS, WORDS_RULE)),
});

/** Longer than any address of a picture. */
const MAX_ADDRESS = 2048;

/**
 * `POST /peel/report`: a visitor says that something is wrong with a picture. It needs no ticket: who was shown a
 * picture may report it, a private one with an address that was signed. Other callers cannot tell a private picture from
 * one that does not exist. The page is judged by the picture's site, or by `default` where that was deleted, and reports
 * never hide a picture: that is the owner's to decide. A report of a copy on a wall is one of its picture.
 */
export const reportRoutes = ({ sites, gate, images, ledger, owners, config: { secrets } }: ReportRoutesOptions) =>
  new Hono<App>().post('/peel/report', async (c) => {
    // Such a request has no address of its own to be counted by.
    if (isRelayed(c.req.raw)) return sendFailure(c, { reason: 'ORIGIN_DENIED', by: 'another worker' });
    const tooMuch = await gate.admitBurst(c.req.raw);
    if (tooMuch) return sendToAnyPage(c, tooMuch);
    const request = await readJsonBody(c.req.raw, reportRequest);
    if (!request.ok) return sendToAnyPage(c, request.failure);
    const { image, words } = request.value;
    const id = idIn(image);
    if (id === undefined) return sendToAnyPage(c, NO_PICTURE);
    if (isPrivateId(id) && !wasSignedFor(id, queryIn(image), secrets)) return sendToAnyPage(c, NOT_THERE);
    // Strangers may ask for ids that there are none of, and a listing is dear: this is one.
    const picture = await images.findPicture(id);
    if (!picture) return sendToAnyPage(c, NOT_THERE);

    const drawnFor = picture.labels?.site ?? DEFAULT_SITE;
    const own = await sites.find(drawnFor);
    // A deleted site has no pages and no rules, and its pictures are still there.
    const isGone = !own.ok && own.failure.reason === 'SITE_UNKNOWN';
    const found = isGone ? await sites.find(DEFAULT_SITE) : own;
    if (!found.ok) return sendToAnyPage(c, found.failure);
    const { site, showcase } = found.value;
    const page = c.get('origin');
    const denied = page.refusedBy(site);
    if (denied) return sendFailure(c, denied);
    const to = reportsOf(showcase, owners !== undefined);
    if (to !== 'desk') return sendFailure(c, elsewhere(to));

    const counted = await gate.countAddress(site.id, c.req.raw);
    if (!counted.ok) return sendFailure(c, counted.failure);
    const { prefix: visitor, network } = counted.value;
    const refused = await ledger(drawnFor).reportPicture({ id: picture.copyOf ?? id, words, visitor, network });
    return refused ? sendFailure(c, refused) : c.body(null, 204);
  });

/** The parameters of a signed address. */
function queryIn(image: string) {
  const query = new URLSearchParams(image.split('?')[1]);
  return { e: query.get('e') ?? undefined, s: query.get('s') ?? undefined };
}

/** @param image An id, or any address with `/images/{id}/` in it. */
function idIn(image: string): string | undefined {
  if (image.length > MAX_ADDRESS) return undefined;
  const id = /\/images\/([^/?#]+)(?:\/|$)/.exec(image)?.[1] ?? image;
  return classOf(id) && id;
}

const NO_PICTURE: Failure = invalidField('image', 'must be the address of a picture of this service, or the id in it');

const NOT_THERE: Failure = { reason: 'NOT_FOUND', what: 'This picture' };

const elsewhere = (to: string | undefined): Failure => ({
  ...{ reason: 'NOT_FOUND', what: 'A place for reports' },
  hint: to === undefined ? 'This site takes none.' : `This site takes them by e-mail: ${to.slice('mailto:'.length)}.`,
});
