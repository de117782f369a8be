import { chromium, type Browser } from 'playwright-core';
import { CHROMIUM } from '../../../engine/test/support/chromium.js';

/** What a name of tests says where there is no browser for them. */
export const SKIPPED = CHROMIUM === null ? ' (skipped: no Chromium in PATH or CHROME_BIN)' : '';
if (SKIPPED !== '') console.warn(`Pages in a browser${SKIPPED}`);
export const HAS_BROWSER = CHROMIUM !== null;

/** A browser that calls nobody by itself. */
export function startBrowser(): Promise<Browser> {
  const quiet = [
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  return chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox', '--disable-gpu', ...quiet] });
}
