/**
 * The records of sites in KV, as the owner's API reads and writes them. KV shows a write at once where it was made and
 * within a minute elsewhere. So the deployment's ledger lets one change of a site run at a time and knows the last one
 * ({@link LedgerRpc.beginSiteChange}).
 */
import type { SiteChange, SiteChangeEnd } from '../ledger/claims.ts';
import type { LedgerRpc } from '../ledger/rpc.ts';
import { fail, type Result } from '../shared/failure.ts';
import { parseJson, parseJsonObject } from '../shared/json.ts';
import type { Log } from '../shared/log.ts';
import { DEFAULT_DAILY_USD, DOLLAR } from '../shared/money.ts';
import { withRetries } from '../storage/retry.ts';
import type { RecordProblem } from './record-schema.ts';
import type { Site, SiteEntry } from './site.ts';
import { checkSiteRecord, MAX_EPOCH, type RecordContext, readSiteRecord, type SiteRecord } from './site-record.ts';
import { DEFAULT_SITE, endedEpoch, endedText, inEpoch, isSiteId } from './sites.ts';
import { dropVersions, forgetVersions, keepVersion, readVersions, type TemplateVersion } from './template-versions.ts';

/** Money that a site may take of the deployment's. */
export interface SiteShare {
  id: string;
  dayBudgetMicros: number;
  /** Part of the deployment's budgets that is kept for it, in percent. */
  deploymentPercent: number;
}

/** A record as it is kept. */
export interface StoredSite {
  source: 'record' | 'variables';
  /** JSON, or, where it was written by other means than this API, any text. */
  text: string;
  /** Strong validator of the text, with its quotes (RFC 9110 §8.8.3). */
  etag: string;
}

/** What there is of a site when its change begins. */
export interface SeenSite {
  /** As KV shows it. */
  stored: StoredSite | undefined;
  /** KV does not show the last change, or shows one by other means that is younger than a minute. */
  isStale: boolean;
  /** ETag of what the last change left, the variables' included; undefined: there is no such site. */
  etag: string | undefined;
  /** The same of a record. */
  recordEtag: string | undefined;
  /** The highest that the site has had. */
  epoch: number;
}

/** What a change writes. */
export interface SiteWriter {
  /** Keeps a record, with the highest epoch that the site has had. */
  keep(record: SiteRecord): Promise<{ record: SiteRecord; etag: string }>;
  /** Deletes the record, which ends the tickets of the site. `default` is then the variables', and its tickets go on. */
  erase(): Promise<void>;
  /** Deletes the versions of the template that name a picture, which is about to go. */
  dropVersions(picture: string): Promise<void>;
}

export interface SiteStoreOptions {
  /** The deployment's ledger. */
  changes: () => Pick<LedgerRpc, 'beginSiteChange' | 'raiseEpoch' | 'endSiteChange'>;
  pause: (ms: number) => Promise<unknown>;
  log: Log;
  kv: KVNamespace;
  context: RecordContext;
  /** The site of the variables. */
  fallback: () => SiteEntry;
  /** The variables name the day's money, so it is the owner's word even where it is the usual amount. */
  saysBudget: boolean;
}

export interface SiteStore {
  /** @returns undefined where there is no such site. */
  read(id: string): Promise<StoredSite | undefined>;
  /**
   * Runs a change of a site while no other runs. Fails with `UPSTREAM_UNAVAILABLE` where another does not end.
   *
   * @param step Writes once or not at all.
   */
  change<T>(id: string, step: (seen: SeenSite, writer: SiteWriter) => Promise<Result<T>>): Promise<Result<T>>;
  /** All sites, `default` among them, by id. One KV operation, and one for each record that was written by other means. */
  shares(): Promise<SiteShare[]>;
  /** Checks a record by all rules, as {@link checkSiteRecord} does. */
  check(value: unknown): Promise<{ record: SiteRecord } | { problems: RecordProblem[] }>;
  /** Templates that were live on a site before, the last first. */
  versions(id: string): Promise<TemplateVersion[]>;
  /** What a record that was checked means. */
  entryOf(id: string, record: SiteRecord): Promise<SiteEntry>;
}

const PREFIX = 'site:';
/** A change waits so long for those before it. */
const BEGIN_TRIES = 50;
const BEGIN_PAUSE_MS = 100;
const RETRY_SECONDS = 30;
/** KV takes one write of a key a second (https://developers.cloudflare.com/kv/platform/limits/). */
const WRITE_PAUSE_MS = 1_100;

type Listed = Omit<SiteShare, 'id'>;

export function createSiteStore(options: SiteStoreOptions): SiteStore {
  const { kv, context, fallback, saysBudget, changes, pause, log } = options;
  const stored = async (source: StoredSite['source'], text: string): Promise<StoredSite> => ({
    ...{ source, text },
    etag: await etagOf(text),
  });

  async function entryOf(id: string, record: SiteRecord): Promise<SiteEntry> {
    const read = await readSiteRecord(id, JSON.stringify(record), context);
    if ('problem' in read) throw new Error(`a checked record is broken: ${read.problem}`);
    return read.entry();
  }

  async function read(id: string): Promise<StoredSite | undefined> {
    const text = await kv.get(`${PREFIX}${id}`);
    const epoch = endedEpoch(id, text ?? '');
    if (text !== null && epoch === undefined) return stored('record', text);
    if (id !== DEFAULT_SITE) return undefined;
    return stored('variables', JSON.stringify(await readVariables(epoch ?? 0)));
  }

  /**
   * The site of the variables as a record, without what a record has by default: a first change of it must not fix today's
   * models, limits and amounts for good.
   */
  async function readVariables(epoch: number): Promise<object> {
    const said = recordOf(inEpoch(fallback(), epoch));
    const { dailyUsd, monthlyUsd } = said.budgets ?? {};
    const declared = { origins: [], adultsDeclared: true };
    const usual = recordOf(await entryOf(DEFAULT_SITE, declared));
    // A visitor's and a network's part follow the day.
    const ofDay = { ...(dailyUsd !== undefined && { dailyUsd }), ...(monthlyUsd !== undefined && { monthlyUsd }) };
    const read = await readSiteRecord(DEFAULT_SITE, JSON.stringify({ ...declared, budgets: ofDay }), context);
    // A variable can name more than a record can. Its parts are then shown as they are.
    const parts = 'problem' in read ? usual : recordOf(read.entry());
    const budgets = {
      ...parts.budgets,
      ...{ dailyUsd: saysBudget ? undefined : usual.budgets?.dailyUsd, monthlyUsd: usual.budgets?.monthlyUsd },
    };
    return unlike(said, { ...usual, origins: undefined, adultsDeclared: undefined, budgets });
  }

  const patiently = (write: () => Promise<void>) => withRetries(write, async () => void (await pause(WRITE_PAUSE_MS)));

  async function begin(id: string): Promise<SiteChange | undefined> {
    for (let left = BEGIN_TRIES; left > 0; left -= 1) {
      const change = await changes().beginSiteChange(id);
      if (change) return change;
      await pause(BEGIN_PAUSE_MS);
    }
    return undefined;
  }

  async function end(id: string, lease: string, how: SiteChangeEnd): Promise<void> {
    try {
      await changes().endSiteChange(id, lease, how);
    } catch (error) {
      // Its lease ends by itself, and what is in KV counts.
      log('site_change_unended', { site: id, error: String(error) });
    }
  }

  async function keep(id: string, record: SiteRecord): Promise<string> {
    const text = JSON.stringify(record);
    await patiently(() => kv.put(`${PREFIX}${id}`, text, { metadata: listedOf(record.budgets) }));
    await patiently(() => kv.put(`site-last-good:${id}`, text));
    return etagOf(text);
  }

  /** @param epoch What `default` goes on with. */
  async function erase(id: string, epoch: number): Promise<void> {
    const keepsEpoch = id === DEFAULT_SITE && epoch > 0;
    await patiently(() => (keepsEpoch ? kv.put(`${PREFIX}${id}`, endedText(epoch)) : kv.delete(`${PREFIX}${id}`)));
    await patiently(() => kv.delete(`site-last-good:${id}`));
    await patiently(() => forgetVersions(kv, id));
  }

  /** @returns undefined where there is no record. */
  async function readListed(id: string): Promise<Listed | undefined> {
    const text = (await kv.get(`${PREFIX}${id}`)) ?? '';
    if (endedEpoch(id, text) !== undefined) return undefined;
    return listedOf((parseJson(text) as Partial<SiteRecord> | null | undefined)?.budgets);
  }

  return {
    read,
    async change(id, step) {
      const change = await begin(id);
      if (!change) {
        const cause = `another change of the site ${id} has not ended`;
        return fail({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: RETRY_SECONDS, cause });
      }
      let how: SiteChangeEnd = 'unwritten';
      try {
        const seen = seenOf(await read(id), change);
        // The ledger first: a number that no record has costs nothing.
        const raise = async (epoch: number): Promise<void> => {
          if (epoch > change.epoch) await changes().raiseEpoch(id, epoch);
          how = 'unknown';
        };
        return await step(seen, {
          async keep(wanted) {
            const epoch = Math.max(seen.epoch, wanted.epoch ?? 0);
            await raise(epoch);
            const record = epoch > 0 ? { ...wanted, epoch } : wanted;
            const { text = '' } = seen.stored ?? {};
            // Before the record: a version too many is only listed, and one too few cannot be brought back.
            await patiently(() => keepVersion(kv, id, text, record.template, context.today));
            const etag = await keep(id, record);
            how = { etag };
            return { record, etag };
          },
          async erase() {
            await raise(id === DEFAULT_SITE ? seen.epoch : Math.min(seen.epoch + 1, MAX_EPOCH));
            await erase(id, seen.epoch);
            how = { etag: null };
          },
          dropVersions: (picture) => patiently(() => dropVersions(kv, id, picture)),
        });
      } finally {
        await end(id, change.lease, how);
      }
    },
    async shares() {
      const found = new Map<string, Listed>();
      const { dayBudgetMicros, keptOfDeployment } = fallback().site;
      found.set(DEFAULT_SITE, { dayBudgetMicros, deploymentPercent: keptOfDeployment * 100 });
      let cursor: string | undefined;
      do {
        const page = await kv.list<Listed>({ prefix: PREFIX, ...(cursor !== undefined && { cursor }) });
        const keys = page.keys.map(({ name, metadata }) => ({ id: name.slice(PREFIX.length), metadata }));
        for (const { id, metadata } of keys) {
          const listed = isSiteId(id) ? (metadata ?? (await readListed(id))) : undefined;
          if (listed) found.set(id, listed);
        }
        cursor = page.list_complete ? undefined : page.cursor;
      } while (cursor !== undefined);
      return [...found].map(([id, listed]) => ({ id, ...listed })).toSorted((a, b) => a.id.localeCompare(b.id));
    },
    check: (value) => checkSiteRecord(value, context),
    versions: (id) => readVersions(kv, id),
    entryOf,
  };
}

function seenOf(stored: StoredSite | undefined, change: SiteChange): SeenSite {
  const inKv = stored?.source === 'record' ? stored.etag : undefined;
  const last = change.etag === undefined ? inKv : (change.etag ?? undefined);
  const isStale = last !== inKv;
  const epoch = Math.max(change.epoch, epochOf(stored));
  return { stored, isStale, etag: isStale ? last : stored?.etag, recordEtag: last, epoch };
}

/** A record that was written by other means may have anything for it. */
function epochOf(stored: StoredSite | undefined): number {
  const { epoch } = ((stored && parseJsonObject(stored.text)) ?? {}) as Partial<SiteRecord>;
  return typeof epoch === 'number' && Number.isInteger(epoch) && epoch <= MAX_EPOCH ? Math.max(0, epoch) : 0;
}

function listedOf({ dailyUsd, deploymentPercent }: SiteRecord['budgets'] = {}): Listed {
  return {
    dayBudgetMicros: Math.round(numberOr(dailyUsd, DEFAULT_DAILY_USD) * DOLLAR),
    deploymentPercent: numberOr(deploymentPercent, 0),
  };
}

/** A record that was written by other means may hold anything. */
const numberOr = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : otherwise;

async function etagOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return `"${new Uint8Array(digest).toHex().slice(0, 32)}"`;
}

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields of a record, and of its groups, that differ from the usual ones. */
function unlike(record: object, usual: object): object {
  const others = new Map(Object.entries(usual));
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => {
      const other = others.get(name);
      if (!isGroup(value) || !isGroup(other))
        return JSON.stringify(value) === JSON.stringify(other) ? [] : [[name, value]];
      const left = unlike(value, other);
      return Object.keys(left).length > 0 ? [[name, left]] : [];
    }),
  );
}

/** What a site comes to as a record, all fields named. */
export function recordOf({ site, showcase, adultsDeclared }: SiteEntry): SiteRecord {
  const { origins, models, defaultModel, sizes, proof, grounding, retention, epoch } = site;
  const { presets, ideas, wall, actions, look, notice, showPrices, reports, label } = showcase;
  return {
    origins: [...origins],
    models: [...models],
    defaultModel,
    sizes: [...sizes],
    limits: limitsOf(site),
    budgets: {
      dailyUsd: site.dayBudgetMicros / DOLLAR,
      monthlyUsd: site.monthBudgetMicros / DOLLAR,
      visitorDailyUsd: site.visitorDayMicros / DOLLAR,
      prefixDailyUsd: site.networkDayMicros / DOLLAR,
    },
    ...{ proof, grounding, retention },
    ...(presets.length > 0 && { presets: [...presets] }),
    ...(ideas.length > 0 && { ideas: [...ideas] }),
    ...(wall.length > 0 && { wall: [...wall] }),
    ...(actions.length > 0 && { actions: [...actions] }),
    ...(look && { look }),
    ...(notice !== undefined && { notice }),
    ...(showPrices && { showPrices }),
    ...(reports !== undefined && { reports }),
    ...(label && { label }),
    ...(adultsDeclared && { adultsDeclared }),
    ...(epoch > 0 && { epoch }),
  };
}

const limitsOf = ({ visitorPerMinute, visitorPerDay, sessionUses, sitePerMinute }: Site) => ({
  ...{ visitorPerMinute, visitorPerDay, sessionUses },
  perMinute: sitePerMinute,
});

/**
 * Names of the fields in which two records differ, such as `origins` and `budgets.dailyUsd`.
 *
 * @param before Absent: there was no record.
 */
export function changedFields(before: object | undefined, after: object): string[] {
  const [old, young] = [fieldsOf(before ?? {}), fieldsOf(after)];
  return [...new Set([...old.keys(), ...young.keys()])].filter((name) => old.get(name) !== young.get(name)).toSorted();
}

/** Fields of fields have names of their own. A list is one field. */
function fieldsOf(record: object): Map<string, string> {
  return new Map(
    Object.entries(record).flatMap(([name, value]) =>
      isGroup(value)
        ? Object.entries(value).map(([inner, each]) => [`${name}.${inner}`, JSON.stringify(each)] as const)
        : [[name, JSON.stringify(value)] as const],
    ),
  );
}
