import type { ReleaseChoice } from '@simcash/protocol';
import type { FieldView } from './field-view.js';

/**
 * Decides about a bank's own queue in place of its payment tree: a function of the user's, or an agent that learns. It is asked in
 * every tick in which banks decide and its bank has payments in its queue; records have its choices as calls, so that a stored run is carried out again without it.
 */
export interface Decider {
  /** What it sees of its bank: fields that the bank's trees could read, and nothing of any other bank (spec 18 §3). */
  readonly view: FieldView;
  /** What its bank releases, given the numbers of its view, which are gone with the next call; null leaves it to the bank's policy. */
  decide(seen: Float64Array): ReleaseChoice | null;
}
