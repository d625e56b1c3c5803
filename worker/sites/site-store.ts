/**
 * The records of sites in KV, as the owner's API reads and writes them. KV shows a write at once where it was made and
 * within a minute elsewhere, so two owners far apart may overwrite each other within that minute.
 */
import * as v from 'valibot';
import { parseJson } from '../shared/json.ts';
import type { RecordProblem } from './origin-list.ts';
import type { Site, SiteEntry } from './site.ts';
import {
  checkSiteRecord,
  problemOf,
  type RecordContext,
  readSiteRecord,
  SITE_RECORD,
  type SiteRecord,
} from './site-record.ts';
import { DEFAULT_SITE, isSiteId } from './sites.ts';

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

export interface SiteStoreOptions {
  kv: KVNamespace;
  context: RecordContext;
  /** The site of the variables. */
  fallback: () => SiteEntry;
}

export interface SiteStore {
  /** @returns undefined where there is no such site. */
  read(id: string): Promise<StoredSite | undefined>;
  write(id: string, record: SiteRecord): Promise<StoredSite>;
  /** Also forgets the last good copy. */
  delete(id: string): Promise<void>;
  /** All sites, `default` among them, by id. One KV operation, and one for each record that was written by other means. */
  shares(): Promise<SiteShare[]>;
  /** Checks a record by all rules. @returns The record, or every problem of its form, or the first of its meaning. */
  check(value: unknown): Promise<{ record: SiteRecord } | { problems: RecordProblem[] }>;
  /** What a record that was checked means. */
  entryOf(id: string, record: SiteRecord): Promise<SiteEntry>;
}

const DOLLAR = 1_000_000;
/** What `site-record.ts` takes for a record without its own. */
const DEFAULT_DAILY_USD = 5;
const PREFIX = 'site:';

type Listed = Omit<SiteShare, 'id'>;

export function createSiteStore({ kv, context, fallback }: SiteStoreOptions): SiteStore {
  const stored = async (source: StoredSite['source'], text: string): Promise<StoredSite> => ({
    ...{ source, text },
    etag: await etagOf(text),
  });

  async function read(id: string): Promise<StoredSite | undefined> {
    const text = await kv.get(`${PREFIX}${id}`);
    if (text !== null) return stored('record', text);
    return id === DEFAULT_SITE ? stored('variables', JSON.stringify(recordOf(fallback()))) : undefined;
  }

  async function readListed(id: string): Promise<Listed> {
    const value = parseJson((await kv.get(`${PREFIX}${id}`)) ?? '') as Partial<SiteRecord> | null | undefined;
    return listedOf(value?.budgets);
  }

  return {
    read,
    async write(id, record) {
      const text = JSON.stringify(record);
      await kv.put(`${PREFIX}${id}`, text, { metadata: listedOf(record.budgets) });
      await kv.put(`site-last-good:${id}`, text);
      return stored('record', text);
    },
    async delete(id) {
      await kv.delete(`${PREFIX}${id}`);
      await kv.delete(`site-last-good:${id}`);
    },
    async shares() {
      const found = new Map<string, Listed>();
      const { dayBudgetMicros, keptOfDeployment } = fallback().site;
      found.set(DEFAULT_SITE, { dayBudgetMicros, deploymentPercent: keptOfDeployment * 100 });
      let cursor: string | undefined;
      do {
        const page = await kv.list<Listed>({ prefix: PREFIX, ...(cursor !== undefined && { cursor }) });
        const keys = page.keys.map(({ name, metadata }) => ({ id: name.slice(PREFIX.length), metadata }));
        for (const { id, metadata } of keys) if (isSiteId(id)) found.set(id, metadata ?? (await readListed(id)));
        cursor = page.list_complete ? undefined : page.cursor;
      } while (cursor !== undefined);
      return [...found].map(([id, listed]) => ({ id, ...listed })).toSorted((a, b) => a.id.localeCompare(b.id));
    },
    async check(value) {
      // Valibot takes an array for an object without fields.
      const { issues } = v.safeParse(SITE_RECORD, Array.isArray(value) ? undefined : value);
      if (issues) return { problems: issues.map(problemOf) };
      const checked = await checkSiteRecord(value, context);
      return 'problem' in checked ? { problems: [checked.problem] } : checked;
    },
    async entryOf(id, record) {
      const read = await readSiteRecord(id, JSON.stringify(record), context);
      if ('problem' in read) throw new Error(`a checked record is broken: ${read.problem}`);
      return read.entry();
    },
  };
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

/** The site of the variables as a record, for the owner to begin with. The variables do not declare adults. */
function recordOf({ site, showcase }: SiteEntry): SiteRecord {
  const { origins, models, defaultModel, sizes, proof, grounding, retention } = site;
  const { presets, ideas, wall, actions, look, notice, showPrices } = showcase;
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
  const isGroup = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  return new Map(
    Object.entries(record).flatMap(([name, value]) =>
      isGroup(value)
        ? Object.entries(value).map(([inner, each]) => [`${name}.${inner}`, JSON.stringify(each)] as const)
        : [[name, JSON.stringify(value)] as const],
    ),
  );
}
