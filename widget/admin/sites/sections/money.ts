/** The caps of a site and the limits of its visitors. */
import { html, nothing } from 'lit';
import type { DeskChoices } from '../../../../worker/desk-protocol.ts';
import { formatDollars } from '../../parts/format.ts';
import { EDITOR, FIELDS } from '../../words/sites.ts';
import type { SiteEditing } from '../editing.ts';
import { recordField } from '../field.ts';
import { type Mended, mendCount, mendDollars } from '../mend.ts';
import { moneyWarnings, picturesSentence } from '../money.ts';
import { amountsOf, DEFAULTS, fieldOf, withField } from '../record.ts';
import { warningsOf } from './problems.ts';

const MOST = 1_000_000;

export function money(editor: SiteEditing) {
  const { record, desk } = editor;
  const choices = editor.choices as DeskChoices;
  if (!record) return nothing;
  const without = amountsOf(
    withField(withField(record, 'budgets.visitorDailyUsd', undefined), 'budgets.prefixDailyUsd', undefined),
  );
  return html`<div class="three">
      ${amount(editor, 'budgets.dailyUsd', 5)} ${amount(editor, 'budgets.monthlyUsd', 50)}
      ${amount(editor, 'budgets.prefixDailyUsd', without.range)}
    </div>
    <div class="sums">
      <p>${picturesSentence(record, choices)}</p>
      ${moneyWarnings(record, choices, desk.facts.demo).map((warning) => html`<p class="sun">${warning}</p>`)}
      ${warningsOf(editor, 'money')}
    </div>
    <div class="three">
      ${count(editor, 'limits.visitorPerMinute', 1, MOST, EDITOR.pictures)} ${count(editor, 'limits.visitorPerDay', 1, MOST, EDITOR.pictures)}
      ${count(editor, 'limits.perMinute', 1, MOST, EDITOR.pictures)}
    </div>
    <details>
      <summary>${EDITOR.further}</summary>
      <div class="three">
        ${amount(editor, 'budgets.visitorDailyUsd', without.visitor)} ${count(editor, 'limits.sessionUses', 1, MOST, EDITOR.pictures)}
        ${count(editor, 'budgets.clientsPercent', 0, 100, '%')} ${count(editor, 'budgets.deploymentPercent', 0, 100, '%')}
      </div>
    </details>`;
}

function amount(editor: SiteEditing, name: string, usual: number, canBeNothing = false) {
  const before = fieldOf(editor.saved, name);
  const value = editor.record && fieldOf(editor.record, name);
  const mend = (typed: string): Mended<number | undefined> => mendDollars(typed, canBeNothing);
  const was = typeof before === 'number' ? before : usual;
  return recordField({
    ...{ name, label: FIELDS[name] as string, unit: '$', decimal: true },
    value: editor.typed.get(name) ?? (typeof value === 'number' ? twoDigits(value) : ''),
    placeholder: twoDigits(usual),
    hint:
      value !== before && typeof value === 'number'
        ? EDITOR.was(formatDollars(was))
        : value === undefined
          ? EDITOR.usual(formatDollars(usual))
          : undefined,
    problem: editor.problemAt(name),
    onInput: (typed) => editor.type(name, typed, mend, (usd) => editor.set(name, usd)),
    onLeave: (typed) => editor.leave(name, mend(typed)),
  });
}

const twoDigits = (usd: number): string => (Number.isInteger(usd * 100) ? usd.toFixed(2) : String(usd));

function count(editor: SiteEditing, name: string, least: number, most: number, unit?: string) {
  const mend = (typed: string): Mended<number | undefined> => mendCount(typed, least, most);
  return recordField({
    ...{
      name,
      label: FIELDS[name] as string,
      value: editor.text(name),
      placeholder: String(DEFAULTS[name]),
      decimal: true,
    },
    ...(unit && { unit }),
    problem: editor.problemAt(name),
    onInput: (typed) => editor.type(name, typed, mend, (value) => editor.set(name, value)),
    onLeave: (typed) => editor.leave(name, mend(typed)),
  });
}
