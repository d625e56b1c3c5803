/** Changing the shown picture: what the words are for, quick changes, versions. */
import { CHANGE } from '../words/english/change.ts';
import { addEnglish } from '../words/words.ts';
import { changeStyles } from './styles.ts';

export { renderActions } from './actions.ts';
export { renderSwitch } from './switch.ts';
export { renderVersions } from './versions.ts';

addEnglish(CHANGE);

export const styles = changeStyles;
