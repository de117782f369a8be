import type { JSX } from 'preact';
import { markup } from '../markup.js';
import { STYLE } from './style.js';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** A file that stands by itself: no scripts, nothing from elsewhere (spec 16 §5.2). */
export function documentOf(title: string, content: JSX.Element): string {
  return `<!DOCTYPE html>\n${markup(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <main>{content}</main>
      </body>
    </html>,
  )}\n`;
}
