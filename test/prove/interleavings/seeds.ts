/**
 * Worlds in which something was once wrong. A seed only leads to the same world while the code asks for chance in the
 * same order, so what each of them found is named, and the many new ones find it again.
 */
export const FOUND_WRONG: readonly { seed: number; what: string }[] = [
  {
    seed: 42,
    what: 'dispatched 19 s into a pause: the permission was as fresh as its last answer, not as its question',
  },
  { seed: 855, what: 'dispatched 12 s into a pause: the second ledger answered late' },
  { seed: 1033, what: 'left settling for ever: an alarm that met a new caller was not set again' },
];
