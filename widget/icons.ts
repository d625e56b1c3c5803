import { svg } from 'lit';

/**
 * Line icons of one family: 24 by 24, lines of 1.7 with round ends. Decoration only: the button has the name.
 * Parts that are loaded later have their own in `more-icons.ts`.
 */
export const icon = (paths: string, mirrored = false) => svg`
  <svg class="icon ${mirrored ? 'mirrored' : ''}" viewBox="0 0 24 24" aria-hidden="true"><path d=${paths} /></svg>
`;

export const ADD =
  'M5 4h14a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2ZM3 17l5-5 4 4 3-3 6 5M15.5 8.5h.01';
export const CHEVRON = 'm6 9.5 6 6 6-6';
export const ARROW = 'M5 12h14m-6-6 6 6-6 6';
