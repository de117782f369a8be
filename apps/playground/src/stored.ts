import { stringify } from 'yaml';
import type { Shared } from './share.js';

/** The scenario of a run in the database of `simcash explore`, which serves this page then. @throws Error with a sentence */
export async function storedScenario(run: string): Promise<Shared> {
  const answer = await fetch(`../r/${encodeURIComponent(run)}/scenario.json`);
  if (!answer.ok) throw new Error(`The scenario of ${run} is not there.`);
  return sharedFrom(run, await answer.text());
}

interface Bank {
  policy?: { type: string; json_string?: string };
}

/** A stored configuration as files: each policy that stands in it as a text becomes one. */
export function sharedFrom(name: string, config: string): Shared {
  // Seeds may have more digits than a double.
  const exact = config.replaceAll(/"rng_seed":(-?\d{16,})/g, '"rng_seed":"$1"');
  const document = JSON.parse(exact) as { agents?: Bank[] };
  const policies = new Map<string, string>();
  for (const bank of document.agents ?? []) {
    const text = bank.policy?.json_string;
    if (text === undefined) continue;
    const json_path = [...policies].find(([, other]) => other === text)?.[0] ?? nameFor(text, policies);
    policies.set(json_path, text);
    Object.assign(bank, { policy: { type: 'FromJson', json_path } });
  }
  const scenario = stringify(document, { version: '1.1', lineWidth: 0 }).replace(/^(\s*rng_seed: )"(-?\d+)"$/m, '$1$2');
  return { name, scenario, policies: Object.fromEntries(policies) };
}

function nameFor(text: string, taken: ReadonlyMap<string, string>): string {
  const { policy_id } = JSON.parse(text) as { policy_id?: string };
  const name = (policy_id ?? 'policy').replaceAll(/[^\w.-]+/g, '_');
  for (let n = 1; ; n++) {
    const path = `${name}${n === 1 ? '' : `-${n}`}.json`;
    if (!taken.has(path)) return path;
  }
}
