export const DETAILS = {} as const;
