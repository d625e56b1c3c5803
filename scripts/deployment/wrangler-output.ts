import { parseJson } from '../../worker/shared/json.ts';

/** A target as wrangler prints it: an address, or a host and what it is. */
const TARGET = /^(?:https:\/\/)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?: \(custom domain\b|$)/;

/**
 * @param output What `WRANGLER_OUTPUT_FILE_PATH` names: a JSON object a line.
 * @returns The first address under which the whole deployment answers. A route of a zone is none.
 */
export function addressIn(output: string): string | undefined {
  const entries = output.split('\n').map(parseJson) as { type?: string; targets?: unknown }[];
  const targets = entries.filter((entry) => entry?.type === 'deploy').flatMap(({ targets }) => targets ?? []);
  const hosts = targets.flatMap((target) => TARGET.exec(String(target))?.[1] ?? []);
  return hosts[0] === undefined ? undefined : `https://${hosts[0]}`;
}
