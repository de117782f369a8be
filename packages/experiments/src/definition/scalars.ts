import { z } from 'zod';

/** What several sections of an experiment file are made of. */

export const count = (least: number): z.ZodNumber => z.int().min(least);
export const nonEmpty = z.string().trim().min(1, 'must not be empty');
export const policyDocument = z.record(z.string(), z.unknown());
