/** Icons of the parts that are loaded after the first view. Draw them with `icon()`. */
export const CLOSE = 'm6 6 12 12M18 6 6 18';
export const DOWNLOAD = 'M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 20h14';
export const MORE =
  'M5 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2Zm7 0a1 1 0 1 0 0 2 1 1 0 0 0 0-2Zm7 0a1 1 0 1 0 0 2 1 1 0 0 0 0-2Z';
export const FULL_SCREEN = 'M4 9V4h5m6 0h5v5m0 6v5h-5m-6 0H4v-5';
export const COMPARE = 'M12 3v18M5 5h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM8 9v6';
export const COPY =
  'M9 9h10a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1ZM5 15H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v1';
export const SHARE = 'M13 5l7 6-7 6v-4c-5 0-8 1.5-10 5 0-6 4-9 10-9V5Z';
export const LINK = 'M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 6 6l1-1';
export const DETAILS = 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v5M12 8h.01';
export const WORDS = 'M4 7h16M4 12h16M4 17h10';
export const CLOCK = 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5l3 2';
export const BRANCH = 'M6 4v8a4 4 0 0 0 4 4h8m-4-4 4 4-4 4';
export const MINUS = 'M5 12h14';
export const PLUS = 'M12 5v14M5 12h14';
export const TAKE = 'M19 12a7 7 0 1 1-2-5l2 2m0-5v5h-5';
export const TICK = 'm5 12.5 4.5 4.5L19 7.5';
export const SIDEWAYS = 'm9 7-5 5 5 5m6-10 5 5-5 5';
export const MARK =
  'M8 4H5a1 1 0 0 0-1 1v3m12-4h3a1 1 0 0 1 1 1v3M8 20H5a1 1 0 0 1-1-1v-3m16 0v3a1 1 0 0 1-1 1h-3M9 12h6m-3-3v6';
/** The letters AI, for the label of a picture. Our own drawing: it is no sign of any authority. */
export const AI_MARK = 'm3 19 5.5-14h1L15 19M5 14.5h8M20 5v14';
export const FLAG = 'M6 21V4h11l-2 4 2 4H6';
export const CAMERA =
  'M4 8h3l2-3h6l2 3h3a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1Zm8 2a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z';
