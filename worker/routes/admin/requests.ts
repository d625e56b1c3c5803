/**
 * The bodies that the owner's routes take. They are apart from the rest of the document (`api.ts`), so that the worker
 * carries no more of it than this.
 */
import * as v from 'valibot';
import { KEYED_PROVIDERS } from '../../catalog/model.ts';
import { DEFAULT_SITE } from '../../sites/sites.ts';

/** A template with its words fits, and so does a wall. */
export const MAX_RECORD_BYTES = 128 * 1024;
/** The bill of a busy year by day, model and size has a tenth of it. */
export const MAX_BILL_BYTES = 1024 * 1024;

export const LOGIN_REQUEST = v.strictObject({ token: v.string() });

/**
 * A query without parameters, or a body without fields. Such a write asks for its empty object all the same: a page of
 * another site cannot send JSON without a preflight.
 */
export const NO_FIELDS = v.strictObject({});

export const PAUSE_REQUEST = v.strictObject({
  scope: v.picklist(['site', 'deployment']),
  site: v.exactOptional(v.string()),
  paused: v.boolean(),
});

/** An id has signs that a path must not have, such as those of a space. */
export const CLOSE_REQUEST = v.strictObject({ id: v.string() });

export const WEBHOOK_REQUEST = v.strictObject({ address: v.string() });

export const BLOCK_REQUEST = v.strictObject({
  site: v.optional(v.string(), DEFAULT_SITE),
  prefix: v.string(),
  blocked: v.optional(v.boolean(), true),
});

export const DRY_RUN_REQUEST = v.strictObject({
  site: v.optional(v.string(), DEFAULT_SITE),
  as: v.picklist(['visitor', 'client']),
  /** Name of a client of the site. Absent: one that has no limits of its own. */
  client: v.exactOptional(v.string()),
  model: v.optional(v.string()),
  /** A body of `generateContent`. */
  request: v.unknown(),
  /** A site's record that is not saved. Absent: the site as it is. */
  record: v.exactOptional(v.unknown()),
  /** The page that asks. Absent: one that the site lists. */
  origin: v.exactOptional(v.string()),
});

export const DRAW_REQUEST = v.strictObject({
  /** Absent: the site's default. */
  model: v.exactOptional(v.string()),
  /** A body of `generateContent`, on a site with a template the form that a visitor sends. */
  request: v.unknown(),
  /** A site's record that is not saved. Absent: the site as it is. */
  record: v.exactOptional(v.unknown()),
});

export const TEMPLATE_TEST_REQUEST = v.strictObject({
  /** Values by the names of slots. */
  slots: v.unknown(),
  /** Absent: the site's default. */
  model: v.exactOptional(v.string()),
  /** A site's record that is not saved. Absent: the site as it is. */
  record: v.exactOptional(v.unknown()),
});

const PLACE_RULE = 'must be the place of a key in its list, from 1';
export const KEY_CHECK_REQUEST = v.strictObject({
  provider: v.picklist(KEYED_PROVIDERS, `must be one of ${KEYED_PROVIDERS.join(', ')}`),
  place: v.pipe(v.number(PLACE_RULE), v.integer(PLACE_RULE), v.minValue(1, PLACE_RULE)),
});

const MICROS_RULE = 'must be a whole number of micro-dollars, from 0 to 1,000,000,000';
const micros = v.pipe(
  v.number(MICROS_RULE),
  v.integer(MICROS_RULE),
  v.minValue(0, MICROS_RULE),
  v.maxValue(1e9, MICROS_RULE),
);
/** What a provider charges by the names of `GET …/keys`. Empty: the price is right as it is. */
export const PRICE_REQUEST = v.strictObject({ figures: v.optional(v.record(v.string(), micros), {}) });

const RATE_RULE = 'must be the dollars for one unit of the bill’s currency, such as 1.08';
export const BILL_REQUEST = v.strictObject({
  csv: v.string('must be text'),
  provider: v.exactOptional(v.picklist(KEYED_PROVIDERS, `must be one of ${KEYED_PROVIDERS.join(', ')}`)),
  usdPerUnit: v.exactOptional(v.pipe(v.number(RATE_RULE), v.minValue(1e-6, RATE_RULE), v.maxValue(1e6, RATE_RULE))),
});
