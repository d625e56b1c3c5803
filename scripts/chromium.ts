import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where Chromium usually is; `CHROMIUM` names another place. */
const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Blocks Chromium's own network traffic, so that only test pages load, and lets it run as root in a container. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const HOW_TO_INSTALL =
  'Chromium is needed for the browser tests. Install it (Debian, Ubuntu: `apt-get install chromium`; ' +
  'others: any Chrome or Chromium) or name it in the variable CHROMIUM, then run again.';

/**
 * Finds Chromium. As root on Debian it installs a missing one, so that a fresh machine needs only npm.
 *
 * @throws Error that says how to install it.
 */
export function findChromium(): string {
  const found = [process.env.CHROMIUM, ...USUAL_PLACES].find((path) => path && existsSync(path));
  if (found) return found;
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Chromium not found: installing it with apt-get …');
    try {
      execFileSync('apt-get', ['update', '-qq'], { stdio: 'inherit' });
      execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
        stdio: 'inherit',
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    } catch (cause) {
      throw new Error(HOW_TO_INSTALL, { cause });
    }
    const installed = USUAL_PLACES.find((path) => existsSync(path));
    if (installed) return installed;
  }
  throw new Error(HOW_TO_INSTALL);
}
