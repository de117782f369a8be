import type { EngineConfig } from './scenario/config.js';
import type { World } from './world.js';
export function snapshotWorld(_world: World): string { throw new Error('x'); }
export function restoreWorld(_config: EngineConfig, _text: string, _warn: (m: string) => void): World { throw new Error('x'); }
