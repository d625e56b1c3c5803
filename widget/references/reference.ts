import type { Problem } from '../api/problem.ts';

/** How a picture came. */
export type Via = 'pick' | 'drop' | 'paste' | 'camera' | 'script';

/** Why a file was not added. `address`: the picture's own site does not hand it out. */
export type RejectReason = 'kind' | 'size' | 'count' | 'address';

/** What the page may say about a picture that it adds. */
export interface ReferenceOptions {
  /** What the picture is for, such as `style`. Part of its name for screen readers. */
  role?: string;
  /** Alternative text. */
  alt?: string;
}

/** A picture that the visitor adds to the words. */
export interface Reference {
  readonly id: string;
  /** Its file name, or empty. */
  readonly name: string;
  readonly alt: string;
  readonly role: string;
  /** `preparing`: it waits for its turn, or is being scaled down. */
  readonly state: 'preparing' | 'uploading' | 'ready' | 'failed';
  /** Share of the upload, 0 to 1. */
  readonly progress: number;
  /** Object URL of a small copy. Undefined while it is prepared, and for a picture that the browser cannot draw. */
  readonly previewUrl?: string;
  /** Address of the uploaded file. */
  readonly uri?: string;
  readonly mimeType?: string;
  /** The file as it was added, then the smaller picture that is sent. Undefined if only its address is known. */
  readonly file?: Blob;
  /** Why it failed. */
  readonly problem?: Problem;
}
