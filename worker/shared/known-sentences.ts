/**
 * The providers' sentences that every caller may read, visitors too. A visitor otherwise reads only our own words: a
 * provider's free text names internals, and repeats what the site's owner has put around a visitor's words.
 */
const SENTENCES: readonly RegExp[] = [
  /^Request contains an invalid argument\.?$/,
  /^Request has empty input\.?$/,
  /^Multiple candidates is not enabled for this model\.?$/,
  /^(Aspect ratio|Image size) [\w.:]{1,12} is not supported for this model\.?$/,
  /^aspect_ratio must be one of ('\d{1,2}:\d{1,2}'(, )?){1,20}\.?$/,
  /^Unsupported image_size '\w{1,8}'\. Supported values are: [\w, ]{1,80}\.$/,
  /^Unable to process input image\.( Please retry or report in https:\/\/developers\.generativeai\.google\/guide\/troubleshooting)?$/,
  /^Provided image is not valid\.?$/,
  /^The input token count (\(\d{1,9}\) )?exceeds the maximum number of tokens allowed \(?\d{1,9}\)?\.?$/,
  /^(Image|Text) part is missing a thought_signature in content position \d{1,4}, part position \d{1,4}\b[^"'<>]{0,200}$/,
  /^Corrupted thought signature\.?$/,
  /^You exceeded your current quota\. \(This is the demo: the words "demo quota" in a prompt lead here\.\) Please retry in 20s\.$/,
  /^The model is overloaded\. Please try again later\.$/,
  /^This model is currently experiencing high demand\. Spikes in demand are usually temporary\. Please try again later\.$/,
  /^The service is currently unavailable\.$/,
];

export const isKnownSentence = (message: string): boolean => SENTENCES.some((sentence) => sentence.test(message));
