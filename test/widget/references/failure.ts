/** A refusal of the worker, in Gemini's envelope. */
export function failure(code: number, reason: string, retryDelay?: string): Response {
  const details = [{ reason }, ...(retryDelay ? [{ retryDelay }] : [])];
  return Response.json({ error: { code, message: `Message of ${reason}.`, details } }, { status: code });
}
