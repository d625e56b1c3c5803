/** What the widget and the worker say to each other beside Gemini's own format. Types only: both sides import it. */

/** `GET /peel/site?site=`: the public facts of a site, for its own origins. */
export interface SiteFacts {
  site: string;
  models: SiteModel[];
  defaultModel: string;
  promptMode: 'free' | 'template';
  slots: TemplateSlot[];
  presets: Preset[];
  ideas: string[];
  notice?: string;
  limits: { visitorPerMinute: number; visitorPerDay: number; sessionUses: number };
  paused: boolean;
  proof: Proof;
}

export interface SiteModel {
  id: string;
  displayName: string;
  /** `512`, `1K`, `2K`, `4K`: those this model draws, smallest first. */
  sizes: string[];
  /** Such as `16:9`. */
  aspectRatios: string[];
  maxReferences: number;
  /** Which searches it can ground in. */
  grounding: ('web' | 'image')[];
  /** Thinking levels, lowest first; empty where the model has no choice. */
  thinking: string[];
  /** Typical milliseconds to the picture, by size. */
  expectedMs: Record<string, number>;
  /** `low`, `medium` or `high`, where the site shows prices. */
  priceClass?: 'low' | 'medium' | 'high';
}

export interface TemplateSlot {
  name: string;
  label: string;
  type: 'text' | 'choice';
  maxLength: number;
  choices: string[];
  required: boolean;
}

export interface Preset {
  label: string;
  prompt: string;
}

export interface Proof {
  kind: 'none' | 'turnstile' | 'pow';
  siteKey?: string;
  nonce: string;
  algorithm?: string;
  difficulty?: number;
  expiresAt?: string;
}

/** `POST /peel/session`. */
export interface SessionRequest {
  site: string;
  proof?: { turnstile: string } | { pow: { nonce: string; solution: string } };
}

export interface SessionAnswer {
  token: string;
  /** RFC 3339. */
  expiresAt: string;
  /** Pictures left. */
  remaining: { session: number; day: number };
}

/** The error envelope, Gemini's own. */
export interface ErrorBody {
  error: { code: number; status: string; message: string; details: ({ '@type': string } & Record<string, unknown>)[] };
}
