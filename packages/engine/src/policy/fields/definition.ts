import type { PolicyContext } from '../context.js';
import type { TreeKind } from '../document.js';

/** Reads a field as the number that trees compute with. */
export type Read = (context: PolicyContext) => number;

type FieldCategory =
  | 'TransactionField'
  | 'AgentField'
  | 'QueueField'
  | 'CollateralField'
  | 'CostField'
  | 'TimeField'
  | 'SystemField'
  | 'ThroughputField'
  | 'DerivedField'
  | 'LsmField'
  | 'StateRegisterField';

/** An entry of the field registry: the one source for validation, compilation, schema and documentation. */
export interface FieldDefinition {
  name: string;
  category: FieldCategory;
  unit: string;
  about: string;
  /** How the field is read in each kind of tree; kinds without an entry do not know it. */
  read: Partial<Record<TreeKind, Read>>;
  /** Whether the value is 0 whatever happens; a policy that reads it gets a warning. */
  alwaysZero?: true;
}

/** A list of fields, empty at first, and what defines one of them, in a kind of trees. */
export function fieldList() {
  const fields: FieldDefinition[] = [];
  const define = (
    trees: readonly TreeKind[],
    category: FieldCategory,
    name: string,
    unit: string,
    about: string,
    read: Read,
  ): FieldDefinition => {
    const definition = { name, category, unit, about, read: Object.fromEntries(trees.map((tree) => [tree, read])) };
    fields.push(definition);
    return definition;
  };
  return { define, fields };
}

export const PAYMENT: readonly TreeKind[] = ['payment'];
export const ALL: readonly TreeKind[] = ['payment', 'bank', 'collateral'];
export const PAYMENT_AND_COLLATERAL: readonly TreeKind[] = ['payment', 'collateral'];

export const yes = (condition: boolean): number => (condition ? 1 : 0);
