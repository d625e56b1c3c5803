/** Complete valid templates and forms to start from. */
import type { FormContext } from '../../worker/templates/parse-form.ts';
import type { Template } from '../../worker/templates/template.ts';
import { type TemplateRecord, templateOf } from '../../worker/templates/template-record.ts';
import { modelOf } from '../request/requests.ts';

export const ORIGIN = 'https://peel.example';
export const FORM = 'contents[0].parts[0].peelTemplate';

type SlotRecord = NonNullable<TemplateRecord['slots']>[number];

export const WHO: SlotRecord = { name: 'who', label: 'For whom', type: 'text', maxLength: 24, required: true };
export const CAKE: SlotRecord = { name: 'cake', label: 'Which cake', type: 'choice', choices: ['Lemon', 'Nut & oat'] };
export const FACE: SlotRecord = { name: 'face', label: 'A photo', type: 'photo' };

export const record = (changes: Partial<TemplateRecord> = {}): TemplateRecord => ({
  prompt: 'A mug for {{who}}, with a {{ cake }} cake.',
  slots: [WHO, CAKE],
  ...changes,
});

export const template = (changes: Partial<TemplateRecord> = {}): Promise<Template> => templateOf(record(changes));

export const form = (slots: unknown, more: object = {}) => ({
  contents: [{ role: 'user', parts: [{ peelTemplate: { slots, ...more } }] }],
});

export const context = async (changes: Partial<TemplateRecord> = {}): Promise<FormContext> => ({
  model: modelOf('nano-banana-2'),
  template: await template(changes),
  origin: ORIGIN,
  site: 'mugs',
  asker: 'visitor:one',
});
