/** What a visitor does with a finished picture. Loaded with the first press. */
import { SAVE } from '../words/english/save.ts';
import { addEnglish } from '../words/words.ts';

export { type MenuView, renderMenu } from './menu.ts';
export { copyLink, copyPicture, saveAs, share, toBlob } from './picture.ts';
export { styles } from './styles.ts';

addEnglish(SAVE);
