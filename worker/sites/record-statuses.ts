/** How all sites of the deployment stand, for what watches over them. */
import type { Site, SiteEntry } from './site.ts';
import { type RecordContext, readSiteRecord } from './site-record.ts';
import { DEFAULT_SITE, endedEpoch, isSiteId } from './sites.ts';

/** A site as its record is, or the field of the record that breaks a rule, and whether its last good copy is in force. */
export type RecordStatus = { site: Site } | { id: string; field: string; isKept: boolean };

const PREFIX = 'site:';

export interface RecordStatusesOptions {
  kv: KVNamespace;
  context: RecordContext;
  /** The site of the variables. */
  fallback: () => SiteEntry;
}

/** Reads every record: one operation of KV for each site, one more for each that is broken, and one for each thousand. */
export async function readRecordStatuses({ kv, context, fallback }: RecordStatusesOptions): Promise<RecordStatus[]> {
  const ids = new Set([DEFAULT_SITE]);
  let cursor: string | undefined;
  do {
    const page = await kv.list({ prefix: PREFIX, ...(cursor !== undefined && { cursor }) });
    for (const { name } of page.keys) if (isSiteId(name.slice(PREFIX.length))) ids.add(name.slice(PREFIX.length));
    cursor = page.list_complete ? undefined : page.cursor;
  } while (cursor !== undefined);
  const stands = await Promise.all(
    [...ids].map(async (id): Promise<RecordStatus | undefined> => {
      const text = await kv.get(`${PREFIX}${id}`);
      if (text === null || endedEpoch(id, text) !== undefined) {
        return id === DEFAULT_SITE ? { site: fallback().site } : undefined;
      }
      const read = await readSiteRecord(id, text, context);
      if ('entry' in read) return { site: read.entry().site };
      const good = await kv.get(`site-last-good:${id}`);
      const isKept = good !== null && 'entry' in (await readSiteRecord(id, good, context));
      return { id, field: brokenField(read.problem), isKept };
    }),
  );
  return stands.filter((stand) => stand !== undefined);
}

/** The field that a problem begins with. A record that is no JSON is broken as a whole. */
export const brokenField = (problem: string): string =>
  problem.startsWith('must ') ? 'record' : problem.split(' ')[0]!;
