/** How a site's record is read and saved, so that no window overwrites another's. */
import { type DeskApi, Refusal } from '../api.ts';
import type { ShownSite, SiteRecord, Warning } from './record.ts';

export interface LoadedSite {
  shown: ShownSite;
  etag: string;
  /** undefined: what is kept has not the form of a record. */
  record: SiteRecord | undefined;
}

type Saved = { saved: { record: SiteRecord; etag: string; warnings: Warning[] } } | { conflict: LoadedSite };

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether the fields of the page can show a value. What breaks finer rules is shown all the same. */
export function isRecord(value: unknown): value is SiteRecord {
  if (!isGroup(value)) return false;
  const { origins, models, sizes, limits, budgets, look, ideas, wall, actions, template } = value;
  const isTexts = (list: unknown): boolean => Array.isArray(list) && list.every((each) => typeof each === 'string');
  return (
    isTexts(origins) &&
    [models, sizes, actions].every((list) => list === undefined || isTexts(list)) &&
    [limits, budgets, look, template].every((group) => group === undefined || isGroup(group)) &&
    [ideas, wall].every((list) => list === undefined || Array.isArray(list))
  );
}

export async function loadSite(api: DeskApi, id: string): Promise<LoadedSite> {
  const { value: shown, etag } = await api.tagged<ShownSite>('GET', `/sites/${id}`);
  return { shown, etag, record: isRecord(shown.record) ? shown.record : undefined };
}

/** @param etag Of what the owner has seen. @throws what `api.tagged` throws. */
export async function saveSite(api: DeskApi, id: string, record: SiteRecord, etag: string): Promise<Saved> {
  try {
    const { value, etag: newEtag } = await api.tagged<{ record: SiteRecord; warnings: Warning[] }>(
      'PUT',
      `/sites/${id}`,
      record,
      { 'If-Match': etag },
    );
    return { saved: { ...value, etag: newEtag } };
  } catch (error) {
    if (error instanceof Refusal && error.field === 'If-Match') return { conflict: await loadSite(api, id) };
    throw error;
  }
}
