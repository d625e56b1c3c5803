/**
 * Templates that were live on a site, in KV under `template-versions:{site}`, so that their owner can bring one back. A
 * change that keeps the version, such as of a label, adds none.
 */
import { parseJson, parseJsonObject } from '../shared/json.ts';
import { TEMPLATE_RECORD, type TemplateRecord, templateOf } from '../templates/template-record.ts';
import { parseFields } from './record-schema.ts';

export interface TemplateVersion {
  version: string;
  /** UTC day on which another took its place, `YYYY-MM-DD`. */
  replaced: string;
  template: TemplateRecord;
}

const MAX_VERSIONS = 10;

const keyOf = (site: string): string => `template-versions:${site}`;

/** @returns The last first. */
export async function readVersions(kv: KVNamespace, site: string): Promise<TemplateVersion[]> {
  return (parseJson((await kv.get(keyOf(site))) ?? '[]') as TemplateVersion[] | undefined) ?? [];
}

/**
 * Keeps the template that a change of the site replaces. Changes of a site run one at a time, so none is lost.
 *
 * @param before Text of the site's record before the change.
 * @param after The template from now on.
 * @param today UTC, `YYYY-MM-DD`.
 */
export async function keepVersion(
  kv: KVNamespace,
  site: string,
  before: string,
  after: TemplateRecord | undefined,
  today: () => string,
): Promise<void> {
  const old = parseFields(TEMPLATE_RECORD, (parseJsonObject(before) as { template?: unknown } | undefined)?.template);
  // A record that was written by other means may have anything for it.
  if (!old.success) return;
  const { version } = await templateOf(old.output);
  const live = after && (await templateOf(after)).version;
  if (live === version) return;
  const others = (await readVersions(kv, site)).filter((each) => each.version !== version && each.version !== live);
  const versions = [{ version, replaced: today(), template: old.output }, ...others].slice(0, MAX_VERSIONS);
  await kv.put(keyOf(site), JSON.stringify(versions));
}

/** Deletes the versions that name a picture of the owner's. */
export async function dropVersions(kv: KVNamespace, site: string, picture: string): Promise<void> {
  const versions = await readVersions(kv, site);
  const others = versions.filter(({ template }) => !template.pictures?.includes(picture));
  if (others.length < versions.length) await kv.put(keyOf(site), JSON.stringify(others));
}

export const forgetVersions = (kv: KVNamespace, site: string): Promise<void> => kv.delete(keyOf(site));
