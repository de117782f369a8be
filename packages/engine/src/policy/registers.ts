import { byCodePoint } from '@simcash/protocol';
import type { World } from '../world.js';
import { REGISTER_PREFIX } from './document.js';

export const MAX_REGISTERS = 10;

/** Writes a state register; a broken rule gives a warning and nothing else (spec 01 §4.10). */
export function writeRegister(
  world: World,
  b: number,
  action: 'set' | 'add',
  key: string,
  value: number,
  reason: string,
  path: string,
): void {
  const registers = world.registers[b]!;
  const refusal = refusalOf(registers, key);
  if (refusal !== null) {
    const name = action === 'set' ? 'SetState' : 'AddState';
    world.warn(`WARN: ${name} failed for agent ${world.banks.ids[b]} at tick ${world.clock.tick}: ${refusal}`);
    return;
  }
  const old = registers.get(key) ?? 0;
  const updated = action === 'set' ? value : old + value;
  registers.set(key, updated);
  world.log.stateRegisterSet(b, key, old, updated, reason, path);
}

function refusalOf(registers: ReadonlyMap<string, number>, key: string): string | null {
  if (!key.startsWith(REGISTER_PREFIX)) return `Register key must start with '${REGISTER_PREFIX}', got: '${key}'`;
  return registers.size >= MAX_REGISTERS && !registers.has(key) ? `Maximum ${MAX_REGISTERS} state registers per agent` : null;
}

/** Clears all registers at the end of the day, each with an event (tick phase 16.2). */
export function clearRegisters(world: World): void {
  for (let b = 0; b < world.banks.count; b++) {
    const registers = world.registers[b]!;
    for (const key of [...registers.keys()].sort(byCodePoint)) {
      world.log.stateRegisterSet(b, key, registers.get(key)!, 0, 'eod_reset', null);
    }
    registers.clear();
  }
}
