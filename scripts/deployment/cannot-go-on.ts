/** A command of the deployment cannot go on. The message says what to do. */
export class CannotGoOn extends Error {
  override name = 'CannotGoOn';
}
