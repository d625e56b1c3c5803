/**
 * Labels of what a run stores in R2, as metadata of the objects: whose picture it is, and which request made it. So an
 * address alone leads to the site that judges its readers, and to the manifest that an owner's deletion ends.
 */
import { DEFAULT_SITE } from '../sites/sites.ts';

export type Labels = Readonly<{
  /** Id of the site. */
  site: string;
  /** The canonical key of the request, lower-case hex SHA-256. */
  key: string;
  /** Version of the template that the request filled. */
  template?: string;
}>;

type Labelled = Pick<R2Object, 'customMetadata'>;

/** @returns undefined for an object that was stored without labels. */
export function labelsOf({ customMetadata = {} }: Labelled): Labels | undefined {
  const { site, key, template } = customMetadata;
  return site && key ? { site, key, ...(template && { template }) } : undefined;
}

/** Id of the picture that this one, on a wall, is the copy of. */
export const originalOf = ({ customMetadata }: Labelled): string | undefined => customMetadata?.copyOf;

/** The site of a picture, rendition or suggestion. One that was stored without labels belongs to `default`. */
export const siteOf = ({ customMetadata }: Labelled): string => customMetadata?.site ?? DEFAULT_SITE;
