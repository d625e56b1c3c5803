/** Where a rule of the worker is shown, and in which words. */
import { RULES, SECTION_NAMES } from '../words/sites.ts';
import { labelOf } from './changes.ts';
import type { Problem } from './record.ts';

export type Section = 'where' | 'models' | 'money' | 'check' | 'words' | 'look';

const SECTIONS: Readonly<Record<string, Section>> = {
  origins: 'where',
  models: 'models',
  defaultModel: 'models',
  sizes: 'models',
  grounding: 'models',
  budgets: 'money',
  limits: 'money',
  proof: 'check',
  epoch: 'check',
  paused: 'check',
  look: 'look',
};

/** @param field Path such as `origins.2`. */
export const sectionOf = (field: string): Section => SECTIONS[field.split('.')[0] ?? ''] ?? 'words';

/** @param value What stands in the field. */
export function wordsOf({ field, rule }: Problem, value: unknown): string {
  const text = typeof value === 'string' ? value : '';
  for (const [name, pattern, words] of RULES) if (field.startsWith(name) && pattern.test(rule)) return words(text);
  return `${labelOf(field)}: ${rule.replace(/\.$/, '')}.`;
}

/** `1 field to mend: Where`. The last section has many kinds of fields, so there each has its own name. */
export function toMend(fields: readonly string[]): string {
  const names = [
    ...new Set(
      fields.map((field) => (sectionOf(field) === 'words' ? labelOf(field) : SECTION_NAMES[sectionOf(field)])),
    ),
  ];
  return `${fields.length} ${fields.length === 1 ? 'field' : 'fields'} to mend: ${names.join(', ')}`;
}
