export const CHANGE = {} as const;
