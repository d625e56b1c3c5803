/** Every text of the element, by its key. A translation has them all. */
import type { CHANGE } from './english/change.ts';
import type { DETAILS } from './english/details.ts';
import type { FIRST } from './english/first.ts';
import type { NOTES } from './english/notes.ts';
import type { OWNER } from './english/owner.ts';
import type { REFERENCES } from './english/references.ts';
import type { REPORT } from './english/report.ts';
import type { SAVE } from './english/save.ts';
import type { SETTINGS } from './english/settings.ts';
import type { STAGE } from './english/stage.ts';
import type { TEMPLATE } from './english/template.ts';
import type { VIEWER } from './english/viewer.ts';
import type { WALL } from './english/wall.ts';

export type Key =
  | keyof typeof CHANGE
  | keyof typeof DETAILS
  | keyof typeof FIRST
  | keyof typeof NOTES
  | keyof typeof OWNER
  | keyof typeof REFERENCES
  | keyof typeof REPORT
  | keyof typeof SAVE
  | keyof typeof SETTINGS
  | keyof typeof STAGE
  | keyof typeof TEMPLATE
  | keyof typeof VIEWER
  | keyof typeof WALL;
