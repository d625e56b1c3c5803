/** Chromium for pages of the tests. */
import { type Browser, chromium } from 'playwright';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.ts';

/** A wait that is never in vain costs nothing, and a machine may have other work. */
const PATIENCE_MS = 120_000;

export async function launchBrowser(...flags: string[]): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: findChromium(), args: [...CHROMIUM_ARGS, ...flags] });
  browser.on('context', (context) => context.setDefaultTimeout(PATIENCE_MS));
  return browser;
}
