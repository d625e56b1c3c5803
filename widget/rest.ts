/**
 * All that can follow the first press: changes, notes, the settings, added pictures, full screen, saving, details, the
 * owner's form, and what is kept. Parts by their names, but one module and one file.
 */
import { styles as details } from './details/details.ts';
import { menuStyles } from './menu/styles.ts';
import { styles as notes } from './notes/view.ts';
import { styles as references } from './references/part.ts';
import { styles as save } from './save/save.ts';
import { styles as settings } from './settings/panel.ts';
import { later } from './styles/later.ts';
import { styles as template } from './template/template.ts';
import { styles as change } from './thread/change.ts';
import { styles as kept } from './thread/kept.ts';
import { styles as viewer } from './viewer/viewer.ts';

export { renderDetails } from './details/details.ts';
export { noteOf, primaryWhileWaiting, renderNote, spokenNote } from './notes/view.ts';
export { References, renderAddMenu, renderReferences, upload } from './references/part.ts';
export { copyLink, copyPicture, renderMenu, saveAs, share, toBlob } from './save/save.ts';
export { renderPanel } from './settings/panel.ts';
export { checkSlots, firstInvalid, renderTemplate, slotValue, toTemplatePart } from './template/template.ts';
export { renderActions, renderSwitch, renderVersions } from './thread/change.ts';
export { createStore, exportSession, importSession, renderKept } from './thread/kept.ts';
export { markedPicture, renderCompare, renderViewer, Viewer } from './viewer/viewer.ts';

export const styles = [
  later,
  menuStyles,
  change,
  notes,
  settings,
  references,
  ...viewer,
  ...save,
  details,
  template,
  kept,
];
