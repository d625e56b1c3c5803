/** Identifies thought signatures by their bytes, however a client spells their base64. */
import type { GenerateRequest, Part } from './request.ts';

/** @param text Base64 in either alphabet, padded or not. @returns Lower-case hex SHA-256 of the decoded bytes. */
export async function signatureDigest(text: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', decodeBase64(text))).toHex();
}

/**
 * Digests the signatures that a request sends back.
 *
 * @param inputs The request's lifted strings.
 * @returns Digests of the last `most` different ones, newest first.
 */
export async function digestsOf(
  { turns }: Pick<GenerateRequest, 'turns'>,
  inputs: readonly { sha256: string }[],
  most: number,
): Promise<string[]> {
  const signatures = turns
    .flatMap(({ parts }) => parts)
    .flatMap(({ signature }: Part) => signature ?? [])
    .reverse();
  const digests = new Set<string>();
  for (const signature of signatures) {
    if (digests.size === most) break;
    const digest = 'text' in signature ? await signatureDigest(signature.text) : inputs[signature.input]?.sha256;
    if (digest !== undefined) digests.add(digest);
  }
  return [...digests];
}

/** A few KiB at most: longer ones are lifted. */
function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/').replaceAll('=', ''));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
