/** Token counts of a finished call, from `usageMetadata`. Absent counts are zero there and here. */
export interface Usage {
  promptTokens: number;
  /** All of the answer but thoughts. */
  candidatesTokens: number;
  /** The part of `candidatesTokens` that is pictures. */
  imageTokens: number;
  thoughtsTokens: number;
  searches: number;
}
