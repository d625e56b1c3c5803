/** The part of Gemini's wire format that the widget sends and reads. Types only, with Google's names. */

/** A picture by its address: an uploaded file, or a picture that the worker keeps. */
export interface FilePart {
  fileData: { mimeType: string; fileUri: string };
  /** A signature or the worker's short reference to one; it returns unchanged with its own picture. */
  thoughtSignature?: string;
}

export interface TextPart {
  text: string;
  thoughtSignature?: string;
}

/** Values of a template's slots, in place of words (`promptMode` is `template`). */
export interface TemplatePart {
  peelTemplate: { slots: Record<string, string>; previous?: string };
}

export interface Content {
  role: 'user' | 'model';
  parts: (TextPart | FilePart | TemplatePart)[];
}

export interface GenerateBody {
  contents: Content[];
  generationConfig: {
    responseModalities: ('TEXT' | 'IMAGE')[];
    imageConfig: { aspectRatio?: string; imageSize: string };
    /** Absent for a model that does not think: it would refuse the field. */
    thinkingConfig?: { includeThoughts: true; thinkingLevel?: string };
  };
  tools?: [{ googleSearch: { searchTypes?: { webSearch?: object; imageSearch?: object } } }];
}

/** One `GenerateContentResponse`, as an event of the stream. Every field may be missing in any event. */
export interface GenerateChunk {
  candidates?: {
    content?: { parts?: ResponsePart[] };
    finishReason?: string;
    finishMessage?: string;
    groundingMetadata?: GroundingMetadata;
  }[];
  promptFeedback?: { blockReason?: string };
  usageMetadata?: Usage;
  modelVersion?: string;
}

export interface Usage {
  candidatesTokensDetails?: { modality?: string; tokenCount?: number }[];
}

export interface ResponsePart {
  text?: string;
  /** With `Peel-Images: link` a picture is an address. */
  fileData?: { mimeType?: string; fileUri?: string };
  /** Base64, if a proxy between page and worker removed the header that asks for links. */
  inlineData?: { mimeType?: string; data?: string };
  /** Marks thoughts and drafts. They are the answer only if nothing else arrives. */
  thought?: boolean;
  thoughtSignature?: string;
}

/** Where a grounded answer took its facts from (docs/wire-facts.md#google-search-grounding). */
export interface GroundingMetadata {
  webSearchQueries?: string[];
  imageSearchQueries?: string[];
  groundingChunks?: {
    web?: { uri?: string; title?: string };
    image?: { sourceUri?: string; uri?: string; title?: string };
  }[];
  searchEntryPoint?: { renderedContent?: string };
}
