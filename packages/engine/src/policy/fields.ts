import { REGISTER_PREFIX, type TreeKind } from './document.js';
import type { FieldDefinition, Read } from './fields/definition.js';
import { FIELDS_OF_BANKS } from './fields/of-banks.js';
import { FIELDS_OF_THE_SYSTEM } from './fields/of-the-system.js';

/** Every context field by name, in the order of spec 06 §6.2. */
export const FIELDS: ReadonlyMap<string, FieldDefinition> = new Map(
  [...FIELDS_OF_BANKS, ...FIELDS_OF_THE_SYSTEM].map((definition) => [definition.name, definition]),
);

export const isRegister = (name: string): boolean => name.startsWith(REGISTER_PREFIX);

/** Whether a tree of this kind may read the field. */
export function isFieldKnown(name: string, tree: TreeKind): boolean {
  return isRegister(name) || FIELDS.get(name)?.read[tree] !== undefined;
}

/** How a field is read in a kind of tree; validation has made sure that it is known there. */
export function fieldReader(name: string, tree: TreeKind): Read | undefined {
  if (isRegister(name)) return (c) => c.world.registers[c.bank]!.get(name) ?? 0;
  return FIELDS.get(name)?.read[tree];
}
