/** From this width on, in `em`, composer and stage stand side by side. */
const SIDE_BY_SIDE_EM = 44;
const SPLIT_EM = 36;

/** Whether composer and stage stand side by side. A class tells it to the style sheets: `.wide`. */
export const isSideBySide = (layout: 'auto' | 'stack' | 'split' | 'compact', widthEm: number): boolean =>
  layout !== 'stack' && layout !== 'compact' && widthEm >= (layout === 'split' ? SPLIT_EM : SIDE_BY_SIDE_EM);
