import { page, RunPage, type Page } from './layout.js';

/** Of a run that is stored without its events figures come from executing it again; a page for one that cannot be. */
export const unavailablePage = (run: string, path: string, reason: string): Page =>
  page(
    run,
    <RunPage run={run} current={path} title="No figures">
      <p>
        This run was stored without its events, and it cannot be executed again here: {reason}. A run with a settlement algorithm
        of its own has to be stored at level EVENTS or FULL to be looked at.
      </p>
    </RunPage>,
  );
