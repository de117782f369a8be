import type { ReleaseChoice } from '@simcash/protocol';
import type { TickDocument } from '../definition/schema.js';
import type { Space } from './space.js';

/** What a learner decides in a tick: which payments of its own queue it releases (spec 18 §2). */
export interface TickDecision {
  /** The actions that there are. */
  readonly space: Space;
  /** The payments that an action releases. */
  choice(action: readonly number[]): ReleaseChoice;
}

const RELEASE_ALL: readonly ReleaseChoice[] = [{ all: false }, { all: true }];

export function tickDecision(document: TickDocument): TickDecision {
  switch (document.action) {
    case 'release_all':
      return { space: { type: 'discrete', n: 2 }, choice: ([all]) => RELEASE_ALL[all!]! };
    case 'release_count':
      return { space: { type: 'discrete', n: document.max + 1 }, choice: ([count]) => ({ count: count! }) };
    case 'release_value':
      return { space: { type: 'box', low: [0], high: [1] }, choice: ([share]) => ({ share: share! }) };
    case 'release_mask':
      return { space: { type: 'multi_binary', n: document.max }, choice: (bits) => ({ mask: bits.join('') }) };
  }
}
