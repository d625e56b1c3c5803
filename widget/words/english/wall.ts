/** The words of the examples with pictures. */
export const WALL = {
  earlier: 'Earlier ones',
  later: 'More of them',
} as const;
