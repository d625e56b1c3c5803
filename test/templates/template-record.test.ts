import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { checkTemplate, TEMPLATE_RECORD, type TemplateRecord } from '../../worker/templates/template-record.ts';
import { CAKE, FACE, record, template, WHO } from './templates.ts';

const ID = 'a1'.repeat(32);

/** The first rule that a template breaks. */
function problemOf(value: unknown): { field: string; rule: string } | undefined {
  const parsed = v.safeParse(TEMPLATE_RECORD, value);
  if (parsed.success) return checkTemplate(parsed.output);
  const [issue] = parsed.issues;
  return { field: `template.${v.getDotPath(issue)}`, rule: issue.message };
}

describe('a template', () => {
  it.each<{ name: string; changes: Partial<TemplateRecord> }>([
    { name: 'of words alone', changes: { prompt: 'A mug.', slots: [] } },
    { name: 'whose slots are named more than once', changes: { prompt: '{{who}} and {{who}}: {{cake}}' } },
    {
      name: 'with empty choices of a text, as the site tells them',
      changes: { slots: [{ ...WHO, choices: [] }, CAKE] },
    },
    { name: 'with a photo that its words do not name', changes: { slots: [WHO, CAKE, FACE] } },
    { name: 'with pictures and a system instruction', changes: { pictures: [ID, ID], systemInstruction: 'Be kind.' } },
    { name: 'with braces that are no placeholder', changes: { prompt: '{{who}} {cake} { } {{cake}}' } },
  ])('$name is accepted', ({ changes }) => {
    expect(problemOf(record(changes))).toBeUndefined();
  });

  it.each<{ name: string; changes: object; field: string; rule: string }>([
    { name: 'no words', changes: { prompt: '' }, field: 'prompt', rule: '1 to 16000' },
    { name: 'a placeholder of no slot', changes: { prompt: '{{who}} {{cake}} {{hat}}' }, field: 'prompt', rule: '3' },
    { name: 'a slot of no placeholder', changes: { prompt: '{{who}}' }, field: 'slots.1.name', rule: '{{name}}' },
    { name: 'an open placeholder', changes: { prompt: '{{who}} {{cake}} {{' }, field: 'prompt', rule: 'close' },
    {
      name: 'a placeholder in the system instruction',
      changes: { systemInstruction: 'For {{who}}.' },
      field: 'systemInstruction',
      rule: 'prompt alone',
    },
    { name: 'a name twice', changes: { slots: [WHO, CAKE, WHO] }, field: 'slots.2.name', rule: 'one slot' },
    { name: 'a name with a blank', changes: { slots: [{ ...WHO, name: 'a b' }] }, field: 'slots.0.name', rule: '40' },
    {
      name: 'a name of every object',
      changes: { slots: [{ ...WHO, name: '__proto__' }] },
      field: 'slots.0.name',
      rule: '',
    },
    {
      name: 'no choices',
      changes: { slots: [WHO, { ...CAKE, choices: [] }] },
      field: 'slots.1.choices',
      rule: 'given',
    },
    {
      name: 'choices of a text',
      changes: { slots: [{ ...WHO, choices: ['a'] }, CAKE] },
      field: 'slots.0.choices',
      rule: 'left out',
    },
    {
      name: 'the same choice twice',
      changes: { slots: [WHO, { ...CAKE, choices: ['Nut', 'Nut'] }] },
      field: 'slots.1.choices',
      rule: 'different',
    },
    {
      name: 'a choice that no visitor could send',
      changes: { slots: [WHO, { ...CAKE, choices: ['a\u202eb'] }] },
      field: 'slots.1.choices.0',
      rule: 'unseen',
    },
    {
      name: 'a length of a photo',
      changes: { slots: [WHO, CAKE, { ...FACE, maxLength: 3 }] },
      field: 'slots.2.maxLength',
      rule: 'left out',
    },
    {
      name: 'a length of zero',
      changes: { slots: [{ ...WHO, maxLength: 0 }] },
      field: 'slots.0.maxLength',
      rule: '2000',
    },
    {
      name: 'words that a visitor can make too long',
      changes: { prompt: `${'{{who}}'.repeat(20)}{{cake}}`, slots: [{ ...WHO, maxLength: 2000 }, CAKE] },
      field: 'prompt',
      rule: '32000',
    },
    {
      name: 'a picture by its address',
      changes: { pictures: ['https://a.example/x.png'] },
      field: 'pictures.0',
      rule: '64',
    },
    { name: 'too many pictures', changes: { pictures: Array(14).fill(ID) }, field: 'pictures', rule: '13' },
    { name: 'slots that are no list', changes: { slots: 'canary' }, field: 'slots', rule: 'must be a list' },
    { name: 'pictures that are no list', changes: { pictures: ID }, field: 'pictures', rule: 'must be a list' },
    {
      name: 'choices that are no list',
      changes: { slots: [WHO, { ...CAKE, choices: 'Nut' }] },
      field: 'slots.1.choices',
      rule: 'must be a list',
    },
    {
      name: 'two photos',
      changes: { slots: [WHO, CAKE, FACE, { ...FACE, name: 'other' }] },
      field: 'slots',
      rule: 'one of the type photo',
    },
    { name: 'an unknown field', changes: { model: 'x' }, field: 'model', rule: '' },
  ])('with $name is refused at $field', ({ changes, field, rule }) => {
    const problem = problemOf(record(changes as Partial<TemplateRecord>));

    expect(problem?.field).toBe(`template.${field}`);
    expect(problem?.rule).toContain(rule);
  });

  it('repeats no word of its owner in a rule', () => {
    const problem = problemOf(record({ prompt: '{{who}} {{cake}} {{canary}} canary' }));

    expect(JSON.stringify(problem)).not.toContain('canary');
  });
});

describe('the version of a template', () => {
  it.each<{ name: string; changes: Partial<TemplateRecord>; isOther: boolean }>([
    { name: 'its words', changes: { prompt: 'For {{who}}: {{cake}}' }, isOther: true },
    { name: 'its system instruction', changes: { systemInstruction: 'Be kind.' }, isOther: true },
    { name: 'its pictures', changes: { pictures: [ID] }, isOther: true },
    { name: 'a photo', changes: { slots: [WHO, CAKE, FACE] }, isOther: true },
    { name: 'a label', changes: { slots: [{ ...WHO, label: 'Who' }, CAKE] }, isOther: false },
    {
      name: 'one more choice',
      changes: { slots: [WHO, { ...CAKE, choices: ['Lemon', 'Nut', 'Fig'] }] },
      isOther: false,
    },
  ])('changes with $name: $isOther', async ({ changes, isOther }) => {
    const { version } = await template();
    const other = await template(changes);

    expect(other.version !== version).toBe(isOther);
    expect(version).toMatch(/^[0-9a-f]{32}$/);
  });
});
