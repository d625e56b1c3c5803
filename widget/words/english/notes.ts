export const NOTES = {} as const;
