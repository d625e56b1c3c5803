/** What a visitor does with a finished picture. */
import { menuStyles } from '../menu/styles.ts';
import { SAVE } from '../words/english/save.ts';
import { addEnglish } from '../words/words.ts';
import { saveStyles } from './styles.ts';

export { type MenuView, renderSaveMenu as renderMenu } from './menu.ts';
export { copyLink, copyPicture, saveAs, share, toBlob } from './picture.ts';

addEnglish(SAVE);

export const styles = [menuStyles, saveStyles];
