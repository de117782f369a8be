import {
  readScenario,
  positionOf,
  policyText,
  readScenarioText,
  withSeed,
  withValueAt,
  type PolicyConfig,
  type Scenario,
} from '@simcash/engine';
import { canonicalJson } from '@simcash/protocol';

type PolicyDocument = Record<string, unknown> & { parameters?: Record<string, number> };

/** Policies that are kept ready: with few levels every one that can be chosen. */
const KEPT = 2048;

/** The policy documents of learners, with the parameters that they choose (spec 18 §2). */
export class LearnerPolicies {
  readonly #documents: ReadonlyMap<string, PolicyDocument>;
  readonly #known = new Map<string, PolicyConfig & { type: 'FromJson' }>();

  constructor(
    private readonly scenario: Scenario,
    learners: readonly string[],
  ) {
    const policyOf = (id: string): PolicyConfig => scenario.config.agent_configs.find((agent) => agent.id === id)!.policy;
    this.#documents = new Map(learners.map((id) => [id, JSON.parse(policyText(policyOf(id))) as PolicyDocument]));
  }

  /** The learner's own document with these numbers in its parameters. */
  with(learner: string, names: readonly string[], values: readonly number[]): PolicyConfig & { type: 'FromJson' } {
    const key = `${values.join(' ')} ${learner}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const document = this.#documents.get(learner)!;
    const chosen = Object.fromEntries(names.map((name, i) => [name, values[i]!]));
    const json = canonicalJson({ ...document, parameters: { ...document.parameters, ...chosen } });
    const made = { type: 'FromJson', json } as const;
    if (this.#known.size === KEPT) this.#known.clear();
    this.#known.set(key, made);
    return made;
  }

  /** The scenario of one episode, for running it at once: its `source` is that of all of them. */
  ofEpisode(seed: bigint, policies: ReadonlyMap<string, PolicyConfig>): Scenario {
    const { config } = this.scenario;
    const agent_configs = config.agent_configs.map((agent) => {
      const policy = policies.get(agent.id);
      return policy === undefined ? agent : { ...agent, policy };
    });
    return { ...this.scenario, config: { ...config, rng_seed: seed, agent_configs } };
  }

  /** The scenario of one episode as it can be stored: everything about it is in its `source`. */
  storable(seed: bigint, policies: ReadonlyMap<string, PolicyConfig & { type: 'FromJson' }>): Scenario {
    const { payments, source } = withSeed(this.scenario, seed);
    let document: unknown = readScenarioText(canonicalJson(source), 'json').document;
    const isConfig = this.scenario.document === null;
    const key = isConfig ? 'agent_configs' : 'agents';
    const banks = (document as Record<string, readonly unknown[]>)[key]!;
    for (const [id, policy] of policies) {
      const written = isConfig ? policy : { type: 'InlineJson', json_string: policy.json };
      document = withValueAt(document, [key, positionOf(banks, id), 'policy'], written);
    }
    return readScenario(document, { exactIntegers: true, strict: false, ...(payments === null ? {} : { payments }) });
  }
}
