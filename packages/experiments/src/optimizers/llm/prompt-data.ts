import { visibleDeep } from '@simcash/protocol';
import type { AgentView } from '../../isolation/view.js';

/**
 * A view as prompts may quote it. Ids and descriptions come from files that somebody else may have written: none of them begins a line
 * of its own, or says what cannot be seen.
 */
export function promptData(view: AgentView): AgentView {
  const { constraints } = view;
  const allowed_parameters = constraints.allowed_parameters.map((parameter) => ({
    ...parameter,
    description: parameter.description.replace(/\s+/g, ' ').trim(),
  }));
  return visibleDeep({ ...view, constraints: { ...constraints, allowed_parameters } });
}
