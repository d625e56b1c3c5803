export const REFERENCES = {} as const;
