export const SAVE = {} as const;
