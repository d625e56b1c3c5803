/** The pictures that a visitor adds. */
export { upload } from '../api/upload.ts';
export { renderAddMenu } from './add-menu.ts';
export { References } from './references.ts';
export { styles } from './styles.ts';
export { renderReferences } from './tiles.ts';
