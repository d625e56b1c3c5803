/** All English words in one. */
import { CHANGE } from '../../../widget/words/english/change.ts';
import { DETAILS } from '../../../widget/words/english/details.ts';
import { FIRST } from '../../../widget/words/english/first.ts';
import { NOTES } from '../../../widget/words/english/notes.ts';
import { OWNER } from '../../../widget/words/english/owner.ts';
import { REFERENCES } from '../../../widget/words/english/references.ts';
import { REPORT } from '../../../widget/words/english/report.ts';
import { SAVE } from '../../../widget/words/english/save.ts';
import { SETTINGS } from '../../../widget/words/english/settings.ts';
import { STAGE } from '../../../widget/words/english/stage.ts';
import { TEMPLATE } from '../../../widget/words/english/template.ts';
import { VIEWER } from '../../../widget/words/english/viewer.ts';
import { WALL } from '../../../widget/words/english/wall.ts';
import type { Key } from '../../../widget/words/keys.ts';
import type { Message, Translation } from '../../../widget/words/words.ts';

export const PARTS = [
  CHANGE,
  DETAILS,
  FIRST,
  NOTES,
  OWNER,
  REFERENCES,
  REPORT,
  SAVE,
  SETTINGS,
  STAGE,
  TEMPLATE,
  VIEWER,
  WALL,
];

export const ENGLISH = Object.assign({}, ...PARTS) as Translation;

export const KEYS = Object.keys(ENGLISH) as Key[];

/** Each text of a message with the plural form that it stands for. */
export const formsOf = (message: Message): [Intl.LDMLPluralRule, string][] =>
  typeof message === 'string' ? [['other', message]] : (Object.entries(message) as [Intl.LDMLPluralRule, string][]);

/** The names of its `{name}` places. */
export const placesOf = (text: string): Set<string> =>
  new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name));

/** As a reader sees it where there is room. */
export const seen = (text: string): string => text.replaceAll('\u00ad', '');
