/** Values that the parts of the element share. Plain data: all of it can be stored and cloned. */
import type { Picture, Take } from './api/model.ts';
import type { Settings } from './settings/settings.ts';

/** A reference as it was sent. */
export interface SentReference {
  /** Address of the uploaded file. */
  uri: string;
  mimeType: string;
  /** Its alternative text, or empty. */
  alt: string;
  /** When it was uploaded, in Unix milliseconds. */
  at?: number;
}

/** A place on a picture, as shares of its width and height from 0 to 1, measured from the upper left corner. */
export interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A request as it is sent, and what it was made from. */
export interface Order {
  /** The visitor's words. */
  prompt: string;
  settings: Settings;
  take: Take;
  references: readonly SentReference[];
  /** Id of the turn whose picture it changes; absent for a new picture. */
  from?: string;
  region?: Region;
}

/** A picture that has arrived. */
export interface Result extends Picture {
  /** Pixels as delivered, which may differ from the request. */
  width: number;
  height: number;
  order: Order;
  /** From the request to the picture on the page. */
  elapsedMs: number;
  /** Alternative text; the visitor may edit it. */
  alt: string;
}

/** One request and its pictures. Turns are a tree: a change has the turn that it changes as its parent. */
export interface Turn {
  id: string;
  parent?: string;
  order: Order;
  /** Never empty. */
  results: readonly Result[];
  /** The result that is shown. */
  index: number;
  /** Unix milliseconds. */
  at: number;
}
