/** A shop's page on its own origin, in a real browser. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { build } from 'vite';
import { launchBrowser } from './browser.ts';

export interface ShopPage {
  origin: string;
  /** Opens the page again. */
  open(): Promise<Page>;
  close(): Promise<void>;
}

/** @param entry The module in this folder that the page loads. */
export async function startPage(entry: string): Promise<ShopPage> {
  const script = await bundle(join(import.meta.dirname, entry));
  const server = createServer(({ url }, response) => {
    const isScript = url === '/page.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.end(
      isScript ? script : '<!doctype html><title>A shop</title><script type="module" src="/page.js"></script>',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await launchBrowser();
  return {
    origin,
    async open() {
      const page = await browser.newPage();
      await page.goto(origin, { waitUntil: 'load' });
      return page;
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

async function bundle(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, minify: false, rolldownOptions: { input: entry } },
  });
  const [output] = [built].flat();
  const chunk = output && 'output' in output ? output.output.find(({ type }) => type === 'chunk') : undefined;
  if (chunk?.type !== 'chunk') throw new Error(`${entry} gave no script`);
  return chunk.code;
}
