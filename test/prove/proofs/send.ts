/** Sends a process of a proof on its errand. */
import { fork } from 'node:child_process';
import { join } from 'node:path';

/**
 * @param script In this folder. It reads its errand as JSON from its first argument and sends its findings once.
 * @throws When the process ends without findings.
 */
export function send<Errand, Findings>(script: string, errand: Errand): Promise<Findings> {
  // Workerd has base64 in `Uint8Array`, and Node 24 has it behind this flag.
  const execArgv = ['--js-base-64', '--disable-warning=ExperimentalWarning'];
  const child = fork(join(import.meta.dirname, script), [JSON.stringify(errand)], { execArgv });
  return new Promise((resolve, reject) => {
    child.on('message', resolve);
    child.on('error', reject);
    child.on('close', (code) => reject(new Error(`${script} ended with ${code} and without findings.`)));
  });
}
