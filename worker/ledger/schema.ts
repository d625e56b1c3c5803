/** The tables of a ledger object. One row says that they are there, so that a start costs a single read. */
import type { Sql } from './sql.ts';
import { VERSION } from './version.ts';

/** Address prefixes that the owner has blocked, by the day for which their names are valid. */
const BLOCKED =
  'CREATE TABLE blocked (day TEXT NOT NULL, prefix TEXT NOT NULL, PRIMARY KEY (day, prefix)) WITHOUT ROWID';
/** What visitors have spent, overruns included. The table of versions 1 and 2 lacks it. */
const VISITOR_MICROS = 'ALTER TABLE usage ADD COLUMN visitorMicros INTEGER NOT NULL DEFAULT 0';

/**
 * What else a day's calls came to. `unknownMicros`: cost of the calls of unknown outcome. `waits`: pictures by the
 * seconds that they took (`figures/waits.ts`), as JSON. The table of versions 1 to 3 lacks them.
 */
const USAGE_OUTCOMES = [
  'ALTER TABLE usage ADD COLUMN declined INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE usage ADD COLUMN unknown INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE usage ADD COLUMN unknownMicros INTEGER NOT NULL DEFAULT 0',
  "ALTER TABLE usage ADD COLUMN waits TEXT NOT NULL DEFAULT '{}'",
];

/** Tables and an index that version 4 has added. */
const FIGURES = [
  // Settled calls by the hour in which they were settled, `YYYY-MM-DDTHH`. `play`: 1 for the demo's. `micros`: overruns
  // included.
  `CREATE TABLE spending (
    hour TEXT NOT NULL, play INTEGER NOT NULL, micros INTEGER NOT NULL, made INTEGER NOT NULL, declined INTEGER NOT NULL,
    unknown INTEGER NOT NULL, unknownMicros INTEGER NOT NULL, PRIMARY KEY (hour, play)) WITHOUT ROWID`,
  // Pages that asked, by UTC day. `admitted`: 0 for those that were refused.
  `CREATE TABLE origins (
    day TEXT NOT NULL, admitted INTEGER NOT NULL, origin TEXT NOT NULL, count INTEGER NOT NULL, lastAt INTEGER NOT NULL,
    PRIMARY KEY (day, admitted, origin)) WITHOUT ROWID`,
  // Only pictures on a wall are in this index, so that it costs no row of any other.
  'CREATE INDEX pictures_on_wall ON pictures (at, run) WHERE onWall = 1',
  // Bills that the owner has added, in the deployment's ledger alone, by month, `YYYY-MM`. `lines`: as they were read,
  // as JSON.
  `CREATE TABLE bills (
    month TEXT NOT NULL, provider TEXT NOT NULL, lines TEXT NOT NULL, currency TEXT NOT NULL, usdPerUnit REAL NOT NULL,
    addedAt INTEGER NOT NULL, PRIMARY KEY (month, provider)) WITHOUT ROWID`,
];

const TABLES = [
  'CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)',
  // Money that is held. As JSON: the `counters` whose uses are given back with it, and the `purses` that it takes from.
  `CREATE TABLE holds (
    id TEXT PRIMARY KEY, run TEXT NOT NULL, micros INTEGER NOT NULL, day TEXT NOT NULL, owner TEXT, model TEXT NOT NULL,
    size TEXT NOT NULL, counters TEXT NOT NULL, leaseUntil INTEGER NOT NULL, askAt INTEGER NOT NULL,
    purses TEXT NOT NULL DEFAULT '[]', at INTEGER) WITHOUT ROWID`,
  // Reservations that have ended, by the day on which they did, so that old ones are deleted without a search. `micros`
  // and `purses`: what it took of the purses of that day. `pictures`: how many they have of it.
  `CREATE TABLE ended (
    day TEXT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, micros INTEGER, purses TEXT, at INTEGER, pictures INTEGER,
    PRIMARY KEY (day, id)) WITHOUT ROWID`,
  `CREATE TABLE counted (
    day TEXT NOT NULL, counter TEXT NOT NULL, at INTEGER NOT NULL, run TEXT NOT NULL,
    PRIMARY KEY (day, counter, at, run)) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS periods (
    period TEXT NOT NULL, name TEXT NOT NULL, cap INTEGER NOT NULL, owed INTEGER NOT NULL, PRIMARY KEY (period, name))`,
  `CREATE TABLE IF NOT EXISTS usage (
    day TEXT NOT NULL, model TEXT NOT NULL, size TEXT NOT NULL, provider TEXT NOT NULL, pictures INTEGER NOT NULL,
    costMicros INTEGER NOT NULL, overrunMicros INTEGER NOT NULL, visitorMicros INTEGER NOT NULL DEFAULT 0,
    declined INTEGER NOT NULL DEFAULT 0, unknown INTEGER NOT NULL DEFAULT 0, unknownMicros INTEGER NOT NULL DEFAULT 0,
    waits TEXT NOT NULL DEFAULT '{}', PRIMARY KEY (day, model, size, provider))`,
  `CREATE TABLE times (
    model TEXT NOT NULL, size TEXT NOT NULL, place INTEGER NOT NULL, ms INTEGER NOT NULL,
    PRIMARY KEY (model, size, place)) WITHOUT ROWID`,
  // `client`: the name of the API client that asked. `tokens`: the provider's count, as JSON. Of a deleted picture
  // the row stays until midnight UTC.
  `CREATE TABLE pictures (
    at INTEGER NOT NULL, run TEXT NOT NULL, picture TEXT NOT NULL, model TEXT NOT NULL, costMicros INTEGER NOT NULL,
    prefix TEXT, keepUntil INTEGER NOT NULL, size TEXT, provider TEXT, client TEXT, waitMs INTEGER, heldMicros INTEGER,
    tokens TEXT, deletedAt INTEGER, onWall INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (at, run)) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS hours (
    hour TEXT NOT NULL, name TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (hour, name))`,
  'CREATE TABLE IF NOT EXISTS salts (day TEXT PRIMARY KEY, salt TEXT NOT NULL)',
  // The name of this table is historical. `key` is 0 for all keys, and `model` is empty for all models, because SQLite
  // treats NULLs in a primary key as different.
  `CREATE TABLE IF NOT EXISTS lanes (
    provider TEXT NOT NULL, key INTEGER NOT NULL, model TEXT NOT NULL, news TEXT NOT NULL, toldAt INTEGER NOT NULL,
    PRIMARY KEY (provider, key, model))`,
  // What a site's ledger has been lent (`slices.ts`), and what the deployment's ledger has lent (`lender.ts`).
  `CREATE TABLE slices (
    account TEXT PRIMARY KEY, cap INTEGER NOT NULL, got INTEGER NOT NULL, back INTEGER NOT NULL,
    must INTEGER NOT NULL) WITHOUT ROWID`,
  `CREATE TABLE borrowers (
    name TEXT PRIMARY KEY, isAlone INTEGER NOT NULL, pauseHeard INTEGER NOT NULL,
    part REAL NOT NULL DEFAULT 0, isTold INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID`,
  `CREATE TABLE loans (
    account TEXT NOT NULL, borrower TEXT NOT NULL, lent INTEGER NOT NULL, back INTEGER NOT NULL, spent INTEGER NOT NULL,
    beyond INTEGER NOT NULL, PRIMARY KEY (account, borrower)) WITHOUT ROWID`,
  BLOCKED,
];

/** What ledgers of version 3 lack. Sizes, providers and hours of what they have counted stay unknown. */
const FROM_VERSION_3 = [
  'ALTER TABLE holds ADD COLUMN at INTEGER',
  'ALTER TABLE ended ADD COLUMN at INTEGER',
  'ALTER TABLE ended ADD COLUMN pictures INTEGER',
  ...['size TEXT', 'provider TEXT', 'client TEXT', 'waitMs INTEGER', 'heldMicros INTEGER', 'tokens TEXT'].map(
    (column) => `ALTER TABLE pictures ADD COLUMN ${column}`,
  ),
  'ALTER TABLE pictures ADD COLUMN deletedAt INTEGER',
  'ALTER TABLE pictures ADD COLUMN onWall INTEGER NOT NULL DEFAULT 0',
  ...USAGE_OUTCOMES,
  ...FIGURES,
];

/** What ledgers of version 2 lack. What visitors have spent is not known, so nothing counts as spent by them. */
const FROM_VERSION_2 = [
  "ALTER TABLE holds ADD COLUMN purses TEXT NOT NULL DEFAULT '[]'",
  'ALTER TABLE ended ADD COLUMN micros INTEGER',
  'ALTER TABLE ended ADD COLUMN purses TEXT',
  VISITOR_MICROS,
  'ALTER TABLE borrowers ADD COLUMN part REAL NOT NULL DEFAULT 0',
  'ALTER TABLE borrowers ADD COLUMN isTold INTEGER NOT NULL DEFAULT 0',
  BLOCKED,
  ...FROM_VERSION_3,
];

/** Moves the rows of a ledger of version 1, which has other tables for reservations, uses, times and pictures. */
const FROM_VERSION_1 = [
  VISITOR_MICROS,
  ...USAGE_OUTCOMES,
  `INSERT INTO holds (id, run, micros, day, owner, model, size, counters, leaseUntil, askAt, purses)
    SELECT id, run, micros, day, owner, model, size,
      (SELECT json_group_array(DISTINCT who) FROM uses WHERE uses.run = reservations.run), leaseUntil, askAt, '[]'
    FROM reservations WHERE state = 'held'`,
  "INSERT INTO ended (day, id, state, micros, purses) SELECT day, id, state, NULL, NULL FROM reservations WHERE state <> 'held'",
  `INSERT OR IGNORE INTO counted
    SELECT date(at / 1000, 'unixepoch'), iif(run LIKE 'attempts of %', 'attempts ' || who, who), at, run FROM uses`,
  'INSERT OR REPLACE INTO times SELECT model, size, n % 101, ms FROM durations ORDER BY n',
  `INSERT OR IGNORE INTO pictures (at, run, picture, model, costMicros, prefix, keepUntil)
    SELECT at, run, picture, model, costMicros, prefix, keepUntil FROM generations`,
  // Money that is in the sums of the days and not in the table by model is spent all the same.
  `INSERT INTO usage (day, model, size, provider, pictures, costMicros, overrunMicros, visitorMicros)
    SELECT day, 'unknown', '', 'unknown', 0, missing, missingOverrun, 0 FROM (
    SELECT day,
      settled - (SELECT ifnull(sum(costMicros), 0) FROM usage WHERE usage.day = days.day) AS missing,
      overrun - (SELECT ifnull(sum(overrunMicros), 0) FROM usage WHERE usage.day = days.day) AS missingOverrun
    FROM days) WHERE missing <> 0 OR missingOverrun <> 0`,
  ...['reservations', 'uses', 'durations', 'generations', 'days'].map((name) => `DROP TABLE ${name}`),
];

/** The statements that make the tables of an older version those of this one. */
function statementsFrom(version: unknown, isVersion1: boolean): string[] {
  if (version === '3') return FROM_VERSION_3;
  if (version === '2') return FROM_VERSION_2;
  return [...TABLES, ...FIGURES, ...(isVersion1 ? FROM_VERSION_1 : [])];
}

/**
 * Creates the tables of a new ledger, or moves those of an older one. Idempotent.
 *
 * @throws Error where a later version has written them: what this one does not know would be lost.
 */
export function openTables(sql: Sql): void {
  const has = (table: string): boolean =>
    sql.exec('SELECT 1 FROM sqlite_master WHERE name = ?', table).toArray().length > 0;
  const version = has('settings') && sql.exec("SELECT value FROM settings WHERE name = 'version'").toArray()[0]?.value;
  if (version === VERSION) return;
  if (Number(version || 0) > Number(VERSION)) {
    throw new Error(`the ledger is of version ${version}, and this worker knows versions up to ${VERSION}`);
  }
  sql.atomically(() => {
    for (const statement of statementsFrom(version, has('reservations'))) sql.exec(statement);
    sql.exec("INSERT OR REPLACE INTO settings VALUES ('version', ?)", VERSION);
  });
}
