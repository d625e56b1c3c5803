import { base } from './base.ts';
import { composer } from './composer.ts';
import { controls } from './controls.ts';
import { stage } from './stage.ts';

/** The styles of the first paint. The settings load their own. */
export const styles = [base, controls, composer, stage];
