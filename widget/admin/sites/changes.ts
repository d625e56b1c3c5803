/** What is different in an unsaved record, in words for the save bar. */
import { formatDollars } from '../parts/format.ts';
import { CHANGES, FIELDS } from '../words/sites.ts';
import { amountsOf, changedFields, fieldOf, type SiteRecord } from './record.ts';

/** Each change in a few words, such as `A day $3.50 → $4.50`. */
export function changesOf(before: SiteRecord, after: SiteRecord): string[] {
  return changedFields(before, after).flatMap((field) => {
    if (field === 'origins') return originChanges(before.origins ?? [], after.origins ?? []);
    const label = labelOf(field);
    const [old, current] = [fieldOf(before, field), fieldOf(after, field)];
    if (/Usd$/.test(field)) return CHANGES.fromTo(label, dollars(old), dollars(current));
    const isShort = [old, current].every((value) => value === undefined || /^(number|boolean)$/.test(typeof value));
    if (isShort) return CHANGES.fromTo(label, short(old), short(current));
    return CHANGES.changed(label);
  });
}

function originChanges(before: readonly string[], after: readonly string[]): string[] {
  const added = after.filter((each) => !before.includes(each)).map(CHANGES.added);
  const removed = removedOrigins(before, after).map(CHANGES.removed);
  return [...added, ...removed, ...(added.length + removed.length === 0 ? [CHANGES.changed(labelOf('origins'))] : [])];
}

export const removedOrigins = (before: readonly string[], after: readonly string[]): string[] =>
  before.filter((each) => each !== '' && !after.includes(each));

/** What a field is called on the page; a field without a name there has its own. */
export function labelOf(field: string): string {
  const parts = field.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const label = FIELDS[parts.slice(0, length).join('.')];
    if (label) return label;
  }
  return field;
}

const dollars = (usd: unknown): string => (typeof usd === 'number' ? formatDollars(usd) : CHANGES.asUsual);

const short = (value: unknown): string => {
  if (value === undefined) return CHANGES.asUsual;
  return typeof value === 'boolean' ? CHANGES.flag(value) : String(value);
};

/** Dollars that could be spent today beyond what could be before; only where the cap more than doubles. */
export function moreToday(before: SiteRecord, after: SiteRecord): number | undefined {
  const [{ day: old }, { day }] = [amountsOf(before), amountsOf(after)];
  return day > old * 2 ? day - old : undefined;
}
