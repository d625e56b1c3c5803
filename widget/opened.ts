/** What a visitor opens: the settings, added pictures, and the picture on the whole screen. */
import { menuStyles } from './menu/styles.ts';
import { styles as references } from './references/part.ts';
import { styles as settings } from './settings/panel.ts';
import { later } from './styles/later.ts';
import { styles as viewer } from './viewer/viewer.ts';

export { References, renderAddMenu, renderReferences, upload } from './references/part.ts';
export { renderPanel } from './settings/panel.ts';
export { markedPicture, renderCompare, renderViewer, Viewer } from './viewer/viewer.ts';

export const styles = [later, menuStyles, settings, references, ...viewer];
