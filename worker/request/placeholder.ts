/**
 * What stands in a request body where a long string was lifted out of it: `input:7` for the eighth of the request's
 * inputs. A colon is no letter of base64, so nothing that belongs in `data` or `thoughtSignature` can look like one,
 * and a caller who writes one himself names an input that he sent himself.
 */

/** The text, without quotes, that takes the place of the input at `index`. */
export const placeholderFor = (index: number): string => `input:${index}`;

/**
 * The input a string stands for.
 *
 * @param count How many inputs the request has.
 * @returns Nothing where the text is no placeholder, or names an input there is not.
 */
export function readPlaceholder(text: string, count: number): number | undefined {
  const digits = /^input:(0|[1-9]\d{0,5})$/.exec(text)?.[1];
  const index = Number(digits);
  return digits !== undefined && index < count ? index : undefined;
}
