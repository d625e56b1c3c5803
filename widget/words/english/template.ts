export const TEMPLATE = {} as const;
