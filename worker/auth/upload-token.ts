/**
 * The token in the address of an upload. As at Google, the steps that send bytes need no key
 * (`docs/wire-facts.md#google-files`). The upload's id alone is not enough: it becomes the file's id, which other
 * callers may know.
 */
import { type SealContext, seal, unseal } from './sealed-token.ts';

/** An upload that has not ended after a day is abandoned. */
export const UPLOAD_SECONDS = 86_400;

/** What an upload token permits: the further steps of one upload. */
export interface UploadPass {
  site: string;
  /** The owner: the caller that began the upload and will own the file. */
  maker: string;
  /** Id of the upload, and of its later file. */
  id: string;
}

const CONTEXT: SealContext = { purpose: 'upload', boundTo: [] };

/**
 * Seals a token for {@link UPLOAD_SECONDS}.
 *
 * @param secrets Newest first.
 * @param now Unix seconds.
 */
export const issueUploadToken = (secrets: readonly string[], pass: UploadPass, now: number): Promise<string> =>
  seal(secrets, CONTEXT, [pass.site, pass.maker, pass.id, String(now + UPLOAD_SECONDS)]);

/**
 * @param now Unix seconds.
 * @returns undefined for a token that has expired or that this deployment did not issue.
 */
export async function readUploadToken(
  secrets: readonly string[],
  token: string,
  now: number,
): Promise<UploadPass | undefined> {
  const fields = await unseal(secrets, CONTEXT, token);
  if (fields?.length !== 4) return undefined;
  const [site, maker, id, expiresAt] = fields as [string, string, string, string];
  return now < Number(expiresAt) ? { site, maker, id } : undefined;
}
