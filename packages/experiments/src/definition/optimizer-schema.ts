/**
 * The key `optimizer`: what proposes policies, and how (spec 11 §20.4, 17 §6).
 *
 * @module
 */

import { z } from 'zod';
import { count, nonEmpty, policyDocument } from './scalars.js';

/** Days of a search: how many it looks at first, and how a race narrows down (spec 17 §6). */
export const RACING = { batch: 50, alpha: 0.01, budget: 0.3 } as const;
const racing = z
  .union([
    z.literal(false),
    z.strictObject({
      batch: count(10).default(RACING.batch).describe('Days of the first look; every look has twice as many as the one before.'),
      alpha: z.number().gt(0).max(0.5).default(RACING.alpha).describe('Level at which a candidate is left behind.'),
      budget: z.number().gt(0).max(1).default(RACING.budget).describe('Share of all simulations that may be used, up to 1.'),
    }),
  ])
  .default(RACING)
  .describe('Mode monte-carlo: how candidates are narrowed down; with false all are played on all days.');
const screen_days = count(1)
  .default(200)
  .describe('Mode monte-carlo: days on which points are tried out; the eight best then race.');

const searched = z
  .array(nonEmpty)
  .min(1)
  .optional()
  .describe('Names of the parameters to search, each with bounds; all numbers of policy_constraints unless given.');

const proposer = <T extends string, S extends z.ZodRawShape>(
  type: T,
  about: string,
  keys: S,
): z.ZodObject<{ type: z.ZodLiteral<T> } & S, z.core.$strict> =>
  z.strictObject({ type: z.literal(type).describe(about), ...keys }).describe(about) as never;

export const optimizer = z
  .discriminatedUnion('type', [
    proposer('llm', 'Asks the language model that llm names.', {}),
    proposer('grid', 'Tries all points of a grid.', {
      parameters: searched,
      step: z.number().positive().default(0.05).describe('Distance between points.'),
      points: count(2).optional().describe('Number of points of each parameter, in place of step.'),
      racing,
    }),
    proposer('golden', 'Golden-section search, parameter by parameter.', {
      parameters: searched,
      tolerance: z.number().positive().default(0.001).describe('Width at which the search ends.'),
      racing,
      screen_days,
    }),
    proposer('cem', 'Cross-entropy method: draws points, and draws anew around the best.', {
      parameters: searched,
      population: count(2).default(32).describe('Draws in each round.'),
      elite: z.number().gt(0).max(1).default(0.25).describe('Share of the best draws that the next round is made of, up to 1.'),
      iterations: count(1).default(8).describe('Rounds.'),
      smoothing: z
        .number()
        .gt(0)
        .max(1)
        .default(0.7)
        .describe('Weight of the new mean and spread against the old ones, up to 1.'),
      std_floor: z.number().min(0).default(0.01).describe('Least spread, as a share of the range.'),
      racing,
      screen_days,
    }),
    proposer('coordinate', 'Steps along one parameter after another.', {
      parameters: searched,
      steps: z
        .array(z.number().positive())
        .min(1)
        .default([0.1, 0.05, 0.01])
        .describe('Steps as shares of the range, one after the other.'),
      racing,
      screen_days,
    }),
    proposer('tree-mutation', 'Changes the trees of the policy at random.', {
      candidates: count(1).default(24).describe('Changed policies to try.'),
      max_mutations: count(1).default(3).describe('Most changes in one of them.'),
      racing,
    }),
    proposer('scripted', 'Proposes what the file says.', {
      proposals: z
        .record(z.string(), z.array(z.union([z.number(), policyDocument, z.null()])))
        .describe(
          'For each bank one entry an iteration: a value of the first allowed parameter, a whole policy, or null for none.',
        ),
    }),
    proposer('recorded', 'Makes the proposals of a stored run again.', {
      run: nonEmpty.describe('Id of the stored run.'),
    }),
    proposer('external', 'Lets a program propose, which the command line names: a file cannot start one.', { racing }),
  ])
  .meta({ id: 'OptimizerDocument', description: 'What proposes policies; by type.' });
