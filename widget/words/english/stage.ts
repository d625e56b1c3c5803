export const STAGE = {} as const;
