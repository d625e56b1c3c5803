/** Slots of a candle shop. */
import type { TemplateSlot } from '../../../worker/protocol.ts';

export const TEXT: TemplateSlot = {
  name: 'name',
  label: 'Name on the label',
  type: 'text',
  maxLength: 24,
  choices: [],
  required: true,
};
export const CHOICE: TemplateSlot = {
  name: 'scent',
  label: 'Scent',
  type: 'choice',
  maxLength: 24,
  choices: ['Plum', 'Lavender', 'Cedar', 'Honey'],
  required: true,
};
export const TOWN: TemplateSlot = {
  ...CHOICE,
  name: 'town',
  label: 'Town',
  choices: ['Aachen', 'Bremen', 'Celle', 'Detmold', 'Emden', 'Fulda', 'Garmisch-Partenkirchen am Fuß der Zugspitze'],
};
export const PHOTO: TemplateSlot = {
  name: 'animal',
  label: 'Your animal',
  type: 'photo',
  maxLength: 0,
  choices: [],
  required: false,
};
