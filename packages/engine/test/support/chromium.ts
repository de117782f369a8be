import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

export const CHROMIUM = findChromium();
/** What a test that needs Chromium adds to its name where there is none. */
export const SKIPPED = CHROMIUM === null ? ' (skipped: no Chromium in PATH or CHROME_BIN)' : '';

function findChromium(): string | null {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
  const candidates = [process.env.CHROME_BIN ?? '', ...folders.flatMap((folder) => names.map((name) => path.join(folder, name)))];
  return candidates.find((file) => file !== '' && existsSync(file)) ?? null;
}

/** The text of each `<pre>` of a page by its id, after the scripts of the page have run. */
export async function textsInChromium(page: string): Promise<Map<string, string>> {
  const profile = mkdtempSync(path.join(os.tmpdir(), 'simcash-browser-'));
  try {
    const options = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`];
    const { stdout } = await promisify(execFile)(CHROMIUM!, [...options, '--dump-dom', pathToFileURL(page).href], {
      maxBuffer: 2 ** 28,
    });
    return new Map([...stdout.matchAll(/<pre id="([^"]*)">([^<]*)<\/pre>/g)].map(([, name, html]) => [name!, textOf(html!)]));
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}

function textOf(html: string): string {
  return html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&nbsp;', '\u00a0').replaceAll('&amp;', '&');
}
