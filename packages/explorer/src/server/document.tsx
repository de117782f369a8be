import { markup } from '@simcash/pictures';
import type { Page } from '../pages/layout.js';

/** A page as text. The explorer's pages are documents: nothing in them runs (decision 17). */
export function documentOf({ content, next, title }: Page): string {
  return `<!DOCTYPE html>\n${markup(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        <link rel="stylesheet" href="/style.css" />
        <link rel="icon" href="data:," />
        {next !== undefined && <meta http-equiv="refresh" content={`1;url=${next}`} />}
      </head>
      <body>{content}</body>
    </html>,
  )}\n`;
}
