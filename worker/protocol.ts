/** Messages between widget and worker that are not Gemini's own format. Types only, imported by both sides. */

/** The answer of `GET /peel/site?site=`: public facts of a site, for its own origins only. */
export interface SiteFacts {
  site: string;
  models: SiteModel[];
  defaultModel: string;
  promptMode: 'free' | 'template';
  slots: TemplateSlot[];
  presets: Preset[];
  ideas: Idea[];
  /** Pictures that show what this site makes. */
  wall: WallPicture[];
  /** Quick changes offered under a picture, in this order. */
  actions: Action[];
  /** How the element looks where its page sets nothing. */
  look?: Look;
  /** The owner's text that a visitor reads once before the first picture. */
  notice?: string;
  /** Whether visitors read what a picture costs. Absent: no. */
  showPrices?: boolean;
  /** Where a visitor reports a picture: `here`, by `POST /peel/report`, or `mailto:` and an address. Absent: nowhere. */
  reports?: string;
  /** How a picture says that a model made it. Absent: in words. */
  label?: 'text' | 'ai-mark';
  limits: SiteLimits;
  paused: boolean;
  proof: Proof;
}

export interface SiteModel {
  id: string;
  displayName: string;
  /** Those of `512`, `1K`, `2K`, `4K` that the model draws and the site allows, smallest first. */
  sizes: string[];
  /** Such as `16:9`. */
  aspectRatios: string[];
  maxReferences: number;
  /** Kinds of search that the model can use and the site allows. */
  grounding: ('web' | 'image')[];
  /** Thinking levels, lowest first; empty if the model has no choice. */
  thinking: string[];
  /** Typical milliseconds to the picture, by size. */
  expectedMs: Record<string, number>;
  /** Absent if the site shows no prices. */
  priceClass?: 'low' | 'medium' | 'high';
}

/** A field of the owner's template. */
export interface TemplateSlot {
  name: string;
  label: string;
  type: 'text' | 'choice' | 'photo';
  maxLength: number;
  choices: string[];
  required: boolean;
}

/** Words to start from. */
export interface Idea {
  text: string;
  /** Address of a picture that shows it. */
  image?: string;
}

/** An example of the owner. */
export interface WallPicture {
  /** Address of the picture. */
  image: string;
  /** The words that a visitor starts with on choosing it. */
  prompt: string;
  /** In pixels, so that the page keeps its place before it loads. */
  width: number;
  height: number;
  /** Alternative text; absent: `prompt`. */
  alt?: string;
}

export type Action = 'take' | 'background' | 'restyle' | 'remove' | 'sharper' | 'change';

export interface Look {
  /** A CSS colour. */
  accent?: string;
  /** A CSS length. */
  radius?: string;
  /** A CSS font family. */
  font?: string;
  scheme?: 'light' | 'dark';
}

/** Pictures of one visitor. */
export interface SiteLimits {
  perMinute: number;
  perDay: number;
  /**
   * Pictures left today for the asking visitor, as the edge's limits know them. The ledger has the exact count. Absent:
   * the visitor could not be counted now.
   */
  left?: number;
}

export interface Preset {
  label: string;
  prompt: string;
}

/** What a visitor proves before it gets a ticket. */
export interface Proof {
  kind: 'none' | 'turnstile' | 'pow';
  /** Of `turnstile`: the key that the challenge is rendered with, its action being `peel-session`. */
  siteKey?: string;
  /** Of `turnstile`: the `cData` of the challenge. Of `pow`: what the puzzles are about. */
  nonce: string;
  /** Of `pow`: `SHA-256`. */
  algorithm?: string;
  /** Of `pow`: zero bits at the beginning of each of the 16 hashes. */
  difficulty?: number;
  /** Of `pow`, RFC 3339. */
  expiresAt?: string;
}

/** The body of `POST /peel/session`. */
export interface SessionRequest {
  site: string;
  proof?: { turnstile: string } | { pow: { nonce: string; solution: string } };
}

/** The answer of `POST /peel/session`: a ticket. */
export interface SessionAnswer {
  token: string;
  /** RFC 3339. */
  expiresAt: string;
  /** Pictures left, as the edge's limits know them. The ledger has the exact count. */
  remaining: { session: number; day: number };
}

/** The body of `POST /peel/report`: a visitor says that something is wrong with a picture. */
export interface ReportRequest {
  /** The picture's address, or the id in it. */
  image: string;
  /** At most 500 characters. */
  words: string;
}

/** Gemini's error envelope. */
export interface ErrorBody {
  error: { code: number; status: string; message: string; details: ({ '@type': string } & Record<string, unknown>)[] };
}
