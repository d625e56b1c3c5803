import { base } from './base.ts';
import { composer } from './composer.ts';
import { controls } from './controls.ts';
import { stage } from './stage.ts';

/** What the first paint needs; the settings bring theirs along. */
export const styles = [base, controls, composer, stage];
