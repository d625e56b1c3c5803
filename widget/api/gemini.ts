/** The part of Gemini's wire format that the widget sends and reads. Types only, with Google's names. */

export interface GenerateBody {
  contents: { role: 'user' | 'model'; parts: { text: string }[] }[];
  generationConfig: {
    responseModalities: ('TEXT' | 'IMAGE')[];
    imageConfig: { aspectRatio?: string; imageSize: string };
    /** Absent for a model that does not think: it would refuse the field. */
    thinkingConfig?: { includeThoughts: true; thinkingLevel?: string };
  };
}

/** One `GenerateContentResponse`, as an event of the stream. Every field may be missing in any event. */
export interface GenerateChunk {
  candidates?: { content?: { parts?: ResponsePart[] }; finishReason?: string; finishMessage?: string }[];
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
}
