/**
 * Stands in a request body for a long string that was lifted out of it: `input:7` for the eighth of the request's
 * inputs. Base64 has no colon, so nothing that belongs in `data` or `thoughtSignature` looks like one. A caller that
 * writes one itself only names an input that it sent itself.
 */

/** The text, without quotes, that takes the place of the input at `index`. */
export const placeholderFor = (index: number): string => `input:${index}`;

/**
 * Reads the index of the input that a string stands for.
 *
 * @param count Number of inputs of the request.
 * @returns undefined where the text is no placeholder, or names an input that does not exist.
 */
export function readPlaceholder(text: string, count: number): number | undefined {
  const digits = /^input:(0|[1-9]\d{0,5})$/.exec(text)?.[1];
  const index = Number(digits);
  return digits !== undefined && index < count ? index : undefined;
}
