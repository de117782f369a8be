import { page, type Page } from './layout.js';

/** A page that says one thing: what is wrong, and what can be done. */
export const messagePage = (text: string): Page =>
  page(
    'SimCash',
    <main>
      <h1>SimCash</h1>
      <p>{text}</p>
      <p>
        <a href="/">All runs</a>
      </p>
    </main>,
  );
