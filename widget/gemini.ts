/** The part of Gemini's wire format that the widget says and hears. Types only; Google's own names. */

export interface GenerateBody {
  contents: { role: 'user' | 'model'; parts: { text: string }[] }[];
  generationConfig: {
    responseModalities: ('TEXT' | 'IMAGE')[];
    imageConfig: { aspectRatio?: string; imageSize: string };
    /** Left out where the model does not think: there it would be refused. */
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
  /** Under `Peel-Images: link` a picture is an address. */
  fileData?: { mimeType?: string; fileUri?: string };
  /** Bytes, where something between worker and page does not pass the wish for links on. */
  inlineData?: { mimeType?: string; data?: string };
  /** Thoughts and drafts: the answer only where there is no other. */
  thought?: boolean;
}
