/** Messages between widget and worker that are not Gemini's own format. Types only, imported by both sides. */

/** The answer of `GET /peel/site?site=`: public facts of a site, for its own origins only. */
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
  /** Those of `512`, `1K`, `2K`, `4K` that the model draws, smallest first. */
  sizes: string[];
  /** Such as `16:9`. */
  aspectRatios: string[];
  maxReferences: number;
  /** Kinds of search that the model can use. */
  grounding: ('web' | 'image')[];
  /** Thinking levels, lowest first; empty if the model has no choice. */
  thinking: string[];
  /** Typical milliseconds to the picture, by size. */
  expectedMs: Record<string, number>;
  /** Absent if the site shows no prices. */
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

/** Gemini's error envelope. */
export interface ErrorBody {
  error: { code: number; status: string; message: string; details: ({ '@type': string } & Record<string, unknown>)[] };
}
