export const OWNER = {} as const;
