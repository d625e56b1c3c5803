/** Quick changes under a picture where the site names none. */
export const ACTIONS = ['take', 'background', 'restyle', 'remove', 'sharper'] as const;
