/** One JSON object a line, with an `event` name. Prompts, keys and addresses stay out: callers pass facts, not texts. */
export type Log = (event: string, facts?: Record<string, string | number | boolean | undefined>) => void;

/** @param redact Removes configured keys from every line. */
export const createLog =
  (redact: (text: string) => string, write: (line: string) => void = console.log): Log =>
  (event, facts = {}) =>
    write(redact(JSON.stringify({ event, ...facts })));
