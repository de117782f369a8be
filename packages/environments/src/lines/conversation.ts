import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from '@simcash/protocol';
import type { Space } from '../decisions/space.js';
import type { EnvironmentPlan } from '../definition/plan.js';
import type { DecisionPoint, EpisodeRecord } from '../episode/episode.js';
import { EnvironmentError } from '../errors.js';
import { Environment, type Beginning } from '../forms/environment.js';
import { observationSpace, type ObservationSpace } from '../forms/observation.js';
import { readCommand, type LineCommand } from './commands.js';

/** Version of the lines. */
const PROTOCOL = 1;

/** What an environment looks like to whoever learns in it. */
export interface EnvironmentSpec {
  /** The version of the protocol. */
  readonly protocol: typeof PROTOCOL;
  /** The banks that learn, by id. */
  readonly learners: readonly string[];
  /** By point; only those at which learners are asked. */
  readonly observation: Partial<Record<DecisionPoint, ObservationSpace>>;
  /** Actions by decision. */
  readonly action: Partial<Record<DecisionPoint, Space>>;
  /** SHA-256 of the scenario, as stores have it (spec 09 §1). */
  readonly config_hash: string;
}

/** The spaces of an environment, as data. */
export function environmentSpec(plan: EnvironmentPlan): EnvironmentSpec {
  const { day_start, tick } = plan.decisions;
  const seen = observationSpace(plan);
  return {
    protocol: PROTOCOL,
    learners: plan.learners,
    observation: { ...(day_start && { day_start: seen }), ...(tick && { tick: seen }) },
    action: { ...(day_start && { day_start: day_start.space }), ...(tick && { tick: tick.space }) },
    config_hash: bytesToHex(sha256(utf8ToBytes(canonicalJson(plan.scenario.source)))),
  };
}

/** An environment and its forks, asked by lines of JSON: each is answered by one line, and an error changes nothing (spec 18 §6). */
export class Conversation {
  #current = 0;
  #next = 1;
  #ended: Environment | null = null;
  readonly #environments = new Map<number, Environment>();
  /** Whether the other side has said that it is done. */
  isClosed = false;

  constructor(private readonly plan: EnvironmentPlan) {
    this.#environments.set(0, Environment.of(plan));
  }

  /** The episode that the latest line brought to its end, or cut off; null if it did neither. */
  takeEnded(): EpisodeRecord | null {
    const ended = this.#ended;
    this.#ended = null;
    return ended?.record() ?? null;
  }

  /** The answer to a line, without its line break. */
  answer(line: string): string {
    try {
      return JSON.stringify(this.#carryOut(readCommand(line)));
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      return refusal(error);
    }
  }

  #carryOut(command: LineCommand): object {
    switch (command.do) {
      case 'spec':
        return environmentSpec(this.plan);
      case 'reset': {
        const { max_steps, seed } = command;
        const beginning = this.#environment.reset({
          ...(seed === undefined ? {} : { seed }),
          ...(max_steps === undefined ? {} : { maxSteps: max_steps }),
        });
        return this.#withSeed(beginning);
      }
      case 'step': {
        const transition = this.#environment.step(command.actions as Record<string, unknown>);
        if (this.#environment.learners.length === 0) this.#ended = this.#environment;
        return transition;
      }
      case 'fork':
        this.#environments.set(this.#next, this.#environment.fork());
        return { environment: this.#next++ };
      case 'use': {
        const beginning = this.#named(command.environment).look();
        this.#current = command.environment;
        return this.#withSeed(beginning);
      }
      case 'drop':
        return this.#drop(command.environment);
      case 'events':
        return { lines: this.#environment.events() };
      case 'close':
        this.isClosed = true;
        return {};
    }
  }

  get #environment(): Environment {
    return this.#environments.get(this.#current)!;
  }

  #named(id: number): Environment {
    const found = this.#environments.get(id);
    if (found === undefined) throw new EnvironmentError('unknown_environment', `there is no environment ${id}`, 'environment');
    return found;
  }

  /** Whoever drops the copy that it uses goes on with the first one, which stays. */
  #drop(id: number): object {
    this.#named(id);
    if (id === 0) throw new EnvironmentError('unknown_environment', 'environment 0 is no copy and stays', 'environment');
    this.#environments.delete(id);
    if (this.#current === id) this.#current = 0;
    return {};
  }

  #withSeed({ infos, observations }: Beginning): object {
    return { observations, infos, seed: String(this.#environment.seed) };
  }
}

/** The line that says of an error what it is. */
export const refusal = ({ code, message, path }: EnvironmentError): string => JSON.stringify({ error: { code, message, path } });
