import type { Problem } from '../api/problem.ts';
import type { UploadOptions } from '../api/upload.ts';
import type { Key } from '../words/keys.ts';
import type { Values } from '../words/words.ts';

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

/** What the list of pictures needs of its element. */
export interface ReferencesOptions {
  /** Where and with what ticket pictures are uploaded. Read for each upload. */
  upload: () => UploadOptions;
  /** How many pictures the visitor may add. */
  max: () => number;
  /** There is one picture at most, and another takes its place. */
  isReplaced?: () => boolean;
  /** Speaks politely. The words are those of `words/english/references.ts`. */
  say: (key: Key, values: Values) => void;
  /** @returns Whether the file may be added. */
  onAdd: (file: Blob, via: Via, role: string) => boolean;
  onRemove: (reference: Reference) => void;
  onReject: (file: Blob, reason: RejectReason, role: string) => void;
  /** An upload failed. @param n The picture's number, from 1. */
  onFail: (reference: Reference, n: number) => void;
  /** The list or a state in it has changed. The host renders anyway. */
  onChange: () => void;
  /** Unix milliseconds; `Date.now` by default. */
  now?: () => number;
}
