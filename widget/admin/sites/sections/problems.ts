/** What the worker says of the fields of a section. */
import { html } from 'lit';
import { labelOf } from '../changes.ts';
import type { SiteEditing } from '../editing.ts';
import { type Section, sectionOf, wordsOf } from '../problems.ts';
import { fieldOf } from '../record.ts';

/** What the worker warns of in a part, but for what the page says itself. */
export const warningsOf = (editor: SiteEditing, section: Section) =>
  editor.warnings
    .filter(({ field, warning }) => sectionOf(field) === section && field !== 'proof' && !/whole month/.test(warning))
    .map(({ field, warning }) => html`<p class="sun">${labelOf(field)}: ${warning}.</p>`);

/** What is wrong with fields that have no line of their own. */
export const problems = (editor: SiteEditing, ...fields: string[]) =>
  fields.flatMap((name) => {
    const own = editor.problemAt(name);
    const below = editor.problems.filter(({ field }) => field.startsWith(`${name}.`));
    const rules = [
      ...(own ? [own] : []),
      ...below.map((each) => wordsOf(each, editor.record && fieldOf(editor.record, each.field))),
    ];
    return rules.map((rule) => html`<p class="problem">${rule}</p>`);
  });
