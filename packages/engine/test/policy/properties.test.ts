import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SimulationEvent, TransactionDetails } from '@simcash/protocol';
import { readScenario, Simulation } from '../../src/index.js';
import { compilePolicy, decideWithPath, type CompiledNode } from '../../src/policy/compile.js';
import type { PolicyContext } from '../../src/policy/context.js';
import { TREE_KIND, TREE_NAMES, type PolicyDocument, type PolicyNode, type TreeName } from '../../src/policy/document.js';
import { EvaluationError } from '../../src/policy/evaluation-error.js';
import { PolicyDocumentError } from '../../src/policy/issues.js';
import { parsePolicy } from '../../src/policy/parse.js';
import { validatePolicy } from '../../src/policy/validate.js';
import { FAILING, PARAMETERS, SAFE, WILD, documents, tree } from './support/arbitraries.js';
import { RELEASE, parseIssues, paying, policy, randomNumbers, withKeysShuffled } from './support/documents.js';
import { NaiveError, decideNaively, traverse, valueOf, type Decision, type Environment } from './support/naive-interpreter.js';
import { referenceFields, stateOf, type State } from './support/reference-fields.js';
import { openWorld, pay, scenario, simulate, type Bank } from './support/simulations.js';
import '../support/seed.js';

const copy = <T>(data: T): T => JSON.parse(JSON.stringify(data)) as T;

/** Three banks with few, small payments, so that the number of parts stays small however often they are split. */
function economy(policies: readonly PolicyDocument[], settings: Record<string, unknown> = {}): Record<string, unknown> {
  const ids = ['A', 'B', 'C'];
  const banks = ids.map((id, i): Bank => ({
    id,
    balance: 200 * i,
    cap: 150,
    posted: 40,
    policy: policies[i % policies.length]!,
    arrivals: {
      rate_per_tick: 0.15,
      amount_distribution: { type: 'Uniform', min: 1, max: 120 },
      counterparty_weights: Object.fromEntries(ids.filter((other) => other !== id).map((other) => [other, 1])),
      deadline_range: [1, 12],
      priority_distribution: { type: 'Uniform', min: 0, max: 10 },
    },
  }));
  return scenario(banks, {
    ticks_per_day: 20,
    num_days: 50,
    rng_seed: 5,
    cost_rates: {},
    lsm_config: { enable_bilateral: true, enable_cycles: true, max_cycle_length: 4, max_cycles_per_tick: 10 },
    ...settings,
  });
}

function logOf(config: Record<string, unknown>, ticks: number): string {
  const simulation = Simulation.create(readScenario(config));
  simulation.run({ untilTick: ticks });
  return simulation.events.toNdjson();
}

describe('documents', () => {
  it('that validate run 1,000 ticks without an error, unless they divide by zero or misuse an action', () => {
    fc.assert(
      fc.property(fc.tuple(documents(SAFE), documents(SAFE), documents(SAFE)), (policies) => {
        for (const document of policies) expect(validatePolicy(parsePolicy(JSON.stringify(document))).errors).toEqual([]);
        let events = 0;
        const simulation = Simulation.create(readScenario(economy(policies)), {
          sink: { write: (batch) => void (events += batch.length) },
          history: 'release',
        });
        simulation.run({ untilTick: 1_000 });
        expect(simulation.currentTick).toBe(1_000);
        expect(events).toBeGreaterThan(0);
      }),
      { numRuns: 12 },
    );
  });

  it('are the same after printing and reading', () => {
    fc.assert(
      fc.property(documents(WILD), fc.boolean(), (document, spaced) => {
        const text = JSON.stringify(document, null, spaced ? 2 : 0);
        const parsed = parsePolicy(text);
        expect(parsed).toEqual(copy(document));
        expect(JSON.stringify(parsed, null, spaced ? 2 : 0)).toBe(text);
        expect(parsePolicy(JSON.stringify(parsed))).toEqual(parsed);
      }),
    );
  });

  it('mean the same with their keys in any order', () => {
    fc.assert(
      fc.property(documents(SAFE), fc.integer(), (document, seed) => {
        const shuffled = withKeysShuffled(document, randomNumbers(seed));
        expect(logOf(economy([shuffled]), 60)).toBe(logOf(economy([document]), 60));
      }),
      { numRuns: 40 },
    );
  });

  it('have the same errors with their keys in any order', () => {
    fc.assert(
      fc.property(documents(WILD), fc.integer(), (document, seed) => {
        const errors = (given: PolicyDocument): unknown => validatePolicy(parsePolicy(JSON.stringify(given))).errors;
        expect(errors(withKeysShuffled(document, randomNumbers(seed)))).toEqual(errors(document));
      }),
    );
  });

  it('mean the same with unknown keys added anywhere but in parameters', () => {
    const annotated = (data: unknown, insideParameters = false): unknown => {
      if (Array.isArray(data)) return data.map((item) => annotated(item));
      if (typeof data !== 'object' || data === null) return data;
      const entries = Object.entries(data).map(([key, member]) => [
        key,
        key === 'value' && !(typeof member === 'object' && member !== null && !Array.isArray(member))
          ? member
          : annotated(member, key === 'parameters'),
      ]);
      return Object.fromEntries(
        insideParameters ? entries : [...entries, ['comment', { op: '+', field: 1 }], ['hold_reason', 'none']],
      );
    };
    fc.assert(
      fc.property(documents(SAFE), (document) => {
        const noted = annotated(document) as PolicyDocument;
        expect(logOf(economy([noted]), 60)).toBe(logOf(economy([document]), 60));
      }),
      { numRuns: 25 },
    );
  });
});

describe('validation', () => {
  const near = fc.tuple(documents(WILD), fc.nat(), fc.jsonValue({ maxDepth: 2 })).map(([document, where, value]) => {
    // Some place of a document is replaced by anything.
    const damaged = copy(document) as unknown as Record<string, unknown>;
    const places: [Record<string, unknown>, string][] = [];
    const visit = (data: unknown): void => {
      if (typeof data !== 'object' || data === null) return;
      for (const key of Object.keys(data)) {
        places.push([data as Record<string, unknown>, key]);
        visit((data as Record<string, unknown>)[key]);
      }
    };
    visit(damaged);
    const [owner, key] = places[where % places.length]!;
    owner[key] = value;
    return damaged;
  });

  it('answers for any JSON, twice the same, and changes nothing', () => {
    let valid = 0;
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), near, documents(WILD), documents(FAILING)), (data) => {
        const text = JSON.stringify(data);
        let document: PolicyDocument;
        try {
          document = parsePolicy(text);
        } catch (error) {
          expect(error).toBeInstanceOf(PolicyDocumentError);
          expect(parseIssues(text)).toEqual((error as PolicyDocumentError).issues);
          return;
        }
        const first = validatePolicy(document);
        expect(validatePolicy(document)).toEqual(first);
        expect(JSON.stringify(document)).toBe(text);
        if (first.errors.length === 0) valid++;
      }),
      { numRuns: 300 },
    );
    expect(valid).toBeGreaterThan(10);
  });

  it('lets no document pass that a simulation then refuses, and the other way round', () => {
    fc.assert(
      fc.property(documents(WILD), (document) => {
        const { errors } = validatePolicy(parsePolicy(JSON.stringify(document)));
        const create = (): unknown => simulate([{ id: 'A', policy: document }]);
        if (errors.length === 0) expect(create).not.toThrow();
        else expect(create).toThrow(`Policy validation failed: ${errors.map(({ message }) => `Agent A: ${message}`).join('; ')}`);
      }),
      { numRuns: 60 },
    );
  });
});

/** A system in the middle of its life. */
const situation = fc.record({
  balance: fc.integer({ min: -300, max: 1_000 }),
  cap: fc.nat(400),
  posted: fc.nat(500),
  orders: fc.array(
    fc.record({
      from: fc.nat(2),
      to: fc.nat(2),
      amount: fc.integer({ min: 1, max: 400 }),
      ahead: fc.integer({ min: 1, max: 9 }),
      priority: fc.nat(10),
      tick: fc.nat(4),
    }),
    { minLength: 1, maxLength: 12 },
  ),
});
type Situation = typeof situation extends fc.Arbitrary<infer T> ? T : never;

const COSTS = {
  overdraft_bps_per_tick: 2,
  delay_cost_per_tick_per_cent: 0.01,
  deadline_penalty: { mode: 'rate', bps_per_event: 77 },
  eod_penalty: 900,
  split_friction_cost: 3,
};

function settings(): Record<string, unknown> {
  return { cost_rates: COSTS, ticks_per_day: 4 };
}

function banksOf({ balance, cap, posted }: Situation): Bank[] {
  return [
    { id: 'A', balance, cap, posted, policy: paying(RELEASE) },
    { id: 'B', balance: 100, cap: 50, policy: paying(RELEASE) },
    { id: 'C', balance: 0, policy: paying(RELEASE) },
  ];
}

/** Runs the payments of a situation up to, and not including, the tick of the last of them. */
function live(simulation: Simulation, { orders }: Situation): void {
  const ids = ['A', 'B', 'C'];
  const last = Math.max(...orders.map(({ tick }) => tick));
  for (let tick = 0; tick <= last; tick++) {
    if (tick > 0) simulation.tick();
    for (const { ahead, amount, from, priority, to } of orders.filter((order) => order.tick === tick)) {
      pay(simulation, ids[from]!, ids[to]!, amount, { deadline: tick + ahead, priority });
    }
  }
}

const environmentOf = (state: State, name: TreeName, txId?: string): Environment => ({
  fields: referenceFields(state, 'A', TREE_KIND[name], txId),
  parameters: PARAMETERS,
});

describe('compiled trees agree with a naive interpreter that knows all fields (spec 06 §14.2)', () => {
  /** What happened: the path, or the error. */
  const outcome = (call: () => string): string => {
    try {
      return call();
    } catch (error) {
      if (error instanceof EvaluationError) return error.debug;
      if (error instanceof NaiveError) return error.message;
      throw error;
    }
  };

  it.each(TREE_NAMES)('on the way through %s and on every number of its action', (name) => {
    let failures = 0;
    fc.assert(
      fc.property(situation, tree(name, WILD), (given, root) => {
        const { simulation, world } = openWorld(scenario(banksOf(given), settings()));
        live(simulation, given);
        world.registers[0]!.set('bank_state_a', 7.5);
        world.registers[0]!.set('bank_state_b', NaN);
        const state = stateOf(simulation);
        const compiled = compilePolicy(policy({ [name]: root, parameters: PARAMETERS }));
        const start = {
          payment_tree: compiled.paymentTree,
          bank_tree: compiled.bankTree,
          strategic_collateral_tree: compiled.strategicCollateralTree,
          end_of_tick_collateral_tree: compiled.endOfTickCollateralTree,
        }[name] as CompiledNode<unknown>;
        const rows =
          name === 'payment_tree' ? [...world.payments.rows()].filter((p) => world.payments.sender[p] === 0) : [undefined];
        for (const p of rows) {
          const context = p === undefined ? world.context.lookAt(0) : world.context.lookAt(0, p);
          const environment = environmentOf(state, name, p === undefined ? undefined : world.payments.id(p));
          const expected = outcome(() => traverse(root as never, environment).path);
          expect(outcome(() => decideWithPath(start, context).path)).toBe(expected);
          if (!expected.includes('→') && /^[A-Z]/.test(expected)) failures++;
          else expectNumbers(start, root, context, environment);
        }
      }),
      { numRuns: 150 },
    );
    expect(failures).toBeGreaterThan(0);

    /** Every number that the action reads is the same, or fails in the same way. */
    function expectNumbers(
      start: CompiledNode<unknown>,
      root: PolicyNode,
      context: PolicyContext,
      environment: Environment,
    ): void {
      const { leaf } = decideWithPath(start, context) as { leaf: Record<string, unknown> };
      const { node } = traverse(root as never, environment) as { node: { parameters?: Record<string, never> } };
      const given = node.parameters ?? {};
      const names: Record<string, string> = {
        parts: 'num_splits',
        firstNow: 'stagger_first_now',
        gap: 'stagger_gap_ticks',
        boost: 'priority_boost_children',
        timedFor: 'timed_for_tick',
        max: 'max_value_to_release',
        maxPerCounterparty: 'max_per_counterparty',
        amount: 'amount',
        autoWithdrawAfter: 'auto_withdraw_after_ticks',
      };
      const readers = Object.entries(leaf).filter(
        (entry): entry is [string, (c: unknown) => number] => typeof entry[1] === 'function',
      );
      for (const [key, read] of readers) {
        const naive = (): string => {
          // A register's value is read together with its reason, whose errors come second.
          if (leaf.action === 'set' || leaf.action === 'add')
            return String((decideNaively(root as never, environment) as { value: number }).value);
          const parameter = names[key] ?? 'new_priority';
          if (!Object.hasOwn(given, parameter)) throw new NaiveError('MissingActionParameter', parameter);
          return String(valueOf(given[parameter]!, environment, parameter));
        };
        expect(
          outcome(() => String(read(context))),
          key,
        ).toBe(outcome(naive));
      }
    }
  });

  /** What a decision about a payment of bank A must leave in the log. */
  function logged(decision: Decision, tx: TransactionDetails, tick: number): string[] {
    const id = tx.tx_id;
    const scheduled = (at: number): string => `ScheduledRelease { tick: ${at} }`;
    switch (decision.kind) {
      case 'submit': {
        if (decision.target !== null && decision.target > tick) return [`hold ${id} ${scheduled(decision.target)}`];
        return [`submission ${id} ${decision.override ?? tx.priority} ${tx.declared_rtgs_priority ?? 'Normal'}`, `submit ${id}`];
      }
      case 'split':
      case 'stagger': {
        const parts = Math.min(decision.parts, tx.amount);
        if (parts < 2) return [`hold ${id} AmountTooSmallToSplit`];
        return [`split ${id} ${parts}`];
      }
      case 'hold': {
        if (decision.reason === 'NearDeadline')
          return [`hold ${id} NearDeadline { ticks_remaining: ${Math.max(tx.deadline_tick - tick, 0)} }`];
        if (decision.reason === 'InsufficientLiquidity') return [`hold ${id} InsufficientLiquidity`];
        return [`hold ${id} Custom(${JSON.stringify(decision.reason)})`];
      }
      case 'drop':
        return [`drop ${id}`];
      case 'reprioritize':
        return [`priority ${id} ${tx.priority} ${decision.priority}`];
      case 'withdraw':
        return [`hold ${id} WithdrawFromRtgs failed: Settlement error: Transaction ${id} not found in RTGS Queue 2`];
      case 'resubmit':
        return [`resubmission ${id} ${tx.declared_rtgs_priority ?? 'None'} ${decision.priority}`];
      default:
        throw new Error(`no decision about a payment: ${decision.kind}`);
    }
  }

  /** The same from the log; parts of splits are left out. */
  function observed(events: readonly SimulationEvent[], known: ReadonlySet<string>): string[] {
    return events.flatMap((event) => {
      if (!('tx_id' in event) || !known.has(event.tx_id)) return [];
      switch (event.event_type) {
        case 'RtgsSubmission':
          return [`submission ${event.tx_id} ${event.internal_priority} ${event.rtgs_priority}`];
        case 'PolicySubmit':
          return [`submit ${event.tx_id}`];
        case 'PolicyHold':
          return [`hold ${event.tx_id} ${event.reason}`];
        case 'PolicySplit':
          return [`split ${event.tx_id} ${event.num_splits}`];
        case 'PolicyDrop':
          return [`drop ${event.tx_id}`];
        case 'TransactionReprioritized':
          return [`priority ${event.tx_id} ${event.old_priority} ${event.new_priority}`];
        case 'RtgsResubmission':
          return [`resubmission ${event.tx_id} ${event.old_rtgs_priority} ${event.new_rtgs_priority}`];
        default:
          return [];
      }
    });
  }

  it('in whole ticks: decisions about payments', () => {
    let failed = 0;
    let fine = 0;
    fc.assert(
      fc.property(situation, tree('payment_tree', FAILING), (given, root) => {
        const simulation = simulate(banksOf(given), settings());
        live(simulation, given);
        simulation.updateAgentPolicy('A', JSON.stringify(policy({ payment_tree: root, parameters: PARAMETERS })));
        const state = stateOf(simulation);
        const waiting = state.queue1.get('A')!;
        const decide = (tx: TransactionDetails): Decision =>
          decideNaively(root as never, environmentOf(state, 'payment_tree', tx.tx_id));
        let expected: string[] = [];
        let failure: string | null = null;
        for (const tx of waiting) {
          try {
            expected.push(...logged(decide(tx), tx, state.tick));
          } catch (error) {
            if (!(error instanceof NaiveError)) throw error;
            failure = `for tx ${tx.tx_id}: ${error.message}`;
            expected = [];
            break;
          }
        }
        const known = new Set(waiting.map(({ tx_id }) => tx_id));
        if (failure !== null) {
          failed++;
          expect(() => simulation.tick()).toThrow(failure);
        } else {
          fine++;
          simulation.tick();
        }
        expect(observed(simulation.events.ofTick(state.tick), known)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
    expect(Math.min(failed, fine)).toBeGreaterThan(20);
  });

  it.each(['bank_tree', 'strategic_collateral_tree', 'end_of_tick_collateral_tree'] as const)(
    'in whole ticks: decisions of %s',
    (name) => {
      let failed = 0;
      let fine = 0;
      const label = {
        bank_tree: 'bank_tree',
        strategic_collateral_tree: 'strategic collateral',
        end_of_tick_collateral_tree: 'end-of-tick collateral',
      }[name];
      fc.assert(
        fc.property(situation, tree(name, FAILING), (given, root) => {
          const simulation = simulate(banksOf(given), settings());
          live(simulation, given);
          simulation.updateAgentPolicy(
            'A',
            JSON.stringify(policy({ payment_tree: RELEASE, [name]: root, parameters: PARAMETERS })),
          );
          let state = stateOf(simulation);
          if (name === 'end_of_tick_collateral_tree') {
            // The same tick without the tree shows what the tree will see.
            const before = state;
            const twin = simulate(banksOf(given), settings());
            live(twin, given);
            twin.tick();
            state = { ...stateOf(twin, before.tick), registers: before.registers };
          }
          let expected: unknown[];
          try {
            expected = effect(decideNaively(root as never, environmentOf(state, name)), state);
          } catch (error) {
            if (!(error instanceof NaiveError)) throw error;
            failed++;
            const text = new EvaluationError(error.kind as never, error.detail).message;
            expect(() => simulation.tick()).toThrow(
              `Invalid config: Failed to evaluate ${label} for A: Tree evaluation failed: ${text}`,
            );
            return;
          }
          fine++;
          simulation.tick();
          const types = ['BankBudgetSet', 'StateRegisterSet', 'CollateralPost', 'CollateralWithdraw'];
          const events = simulation.events
            .ofTick(state.tick)
            .filter((event) => types.includes(event.event_type) && !('reason' in event && event.reason === 'eod_reset'));
          expect(events).toEqual(expected);
        }),
        { numRuns: 120 },
      );
      expect(Math.min(failed, fine)).toBeGreaterThan(10);

      function effect(decision: Decision, { agents, registers, tick }: State): unknown[] {
        const a = agents.get('A')!;
        switch (decision.kind) {
          case 'budget':
            return [
              {
                event_type: 'BankBudgetSet',
                tick,
                agent_id: 'A',
                max_value: decision.max,
                focus_counterparties: decision.focus,
                max_per_counterparty: decision.each,
              },
            ];
          case 'register': {
            if (!decision.key.startsWith('bank_state_')) return [];
            const old = registers.get('A')!.get(decision.key) ?? 0;
            const value = decision.action === 'SetState' ? decision.value : old + decision.value;
            return [
              {
                event_type: 'StateRegisterSet',
                tick,
                agent_id: 'A',
                register_key: decision.key,
                // The log does not tell −0 from 0.
                old_value: old + 0,
                new_value: value + 0,
                reason: decision.reason,
                decision_path: decision.path,
              },
            ];
          }
          case 'post': {
            const amount = Math.max(Math.min(decision.amount, a.remaining_collateral_capacity), 0);
            if (amount === 0) return [];
            return [
              {
                event_type: 'CollateralPost',
                tick,
                agent_id: 'A',
                amount,
                reason: decision.reason,
                new_total: a.posted_collateral + amount,
              },
            ];
          }
          case 'take': {
            const need = Math.max(a.credit_used - a.unsecured_cap, 0);
            let most = a.posted_collateral;
            while (most > 0 && Math.floor((a.posted_collateral - most) * 0.98) < need) most--;
            const amount = Math.min(decision.amount, most);
            if (amount === 0) return [];
            return [
              {
                event_type: 'CollateralWithdraw',
                tick,
                agent_id: 'A',
                amount,
                reason: decision.reason,
                new_total: a.posted_collateral - amount,
              },
            ];
          }
          default:
            return [];
        }
      }
    },
  );
});

describe('evaluation', () => {
  it('is repeatable: the same documents in the same scenario give the same log', () => {
    fc.assert(
      fc.property(fc.tuple(documents(SAFE), documents(SAFE)), (policies) => {
        expect(logOf(economy(policies), 50)).toBe(logOf(economy(policies), 50));
      }),
      { numRuns: 15 },
    );
  });

  it('is the same whether it is explained or not', () => {
    fc.assert(
      fc.property(documents(SAFE), (document) => {
        const explained = Simulation.create(readScenario(economy([document])));
        while (explained.currentTick < 30) explained.explainTick();
        expect(explained.events.toNdjson()).toBe(logOf(economy([document]), 30));
      }),
      { numRuns: 20 },
    );
  });

  it('keeps at most ten registers per bank, all of them with the prefix, none over night', () => {
    fc.assert(
      fc.property(documents(SAFE), (document) => {
        const simulation = Simulation.create(readScenario(economy([document], { ticks_per_day: 5 })));
        for (let tick = 0; tick < 20; tick++) {
          simulation.tick();
          for (const id of simulation.agentIds) {
            const registers = simulation.agentRegisters(id);
            expect(registers.length).toBeLessThanOrEqual(10);
            expect(registers.every(([key]) => key.startsWith('bank_state_'))).toBe(true);
            if (tick % 5 === 4) expect(registers).toEqual([]);
          }
        }
      }),
      { numRuns: 20 },
    );
  });
});
