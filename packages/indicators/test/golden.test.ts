import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { SimulationEvent } from '@simcash/protocol';
import { indicatorOpening } from '@simcash/runs/live';
import { describe, expect, it } from 'vitest';
import { loadGoldenLog, loadScenario, REFERENCE_SCENARIOS } from '../../engine/test/support/reference.js';
import { IndicatorLog, measure } from '../src/index.js';

/** Every indicator of the golden logs, computed by an independent program from the logs alone (spec 14 §16). */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
const file = path.join(import.meta.dirname, 'reference/indicators.json.gz');
const sheets = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as Record<string, Record<string, Json>>;

/** Places at which a sheet differs from a golden one; the golden one was not computed completely for many banks. */
function differences(golden: Json, ours: unknown, place = ''): string[] {
  if (Array.isArray(golden)) {
    if (!Array.isArray(ours) || ours.length !== golden.length) return [`${place}: other length`];
    return golden.flatMap((value, i) => differences(value, ours[i], `${place}[${i}]`));
  }
  if (typeof golden === 'object' && golden !== null)
    return Object.entries(golden).flatMap(([key, value]) => {
      const isLeftOut = (key === 'core_periphery' || key === 'largest_scc') && value === null && place === 'network';
      return isLeftOut
        ? []
        : differences(value, (ours as Record<string, unknown> | null)?.[key], place === '' ? key : `${place}.${key}`);
    });
  if (typeof golden === 'number' && typeof ours === 'number' && !(Number.isInteger(golden) && Number.isInteger(ours)))
    return Math.abs(ours - golden) <= 1e-9 * Math.max(1, Math.abs(golden)) ? [] : [`${place}: ${ours}, not ${golden}`];
  return golden === ours ? [] : [`${place}: ${String(ours)}, not ${String(golden)}`];
}

describe('the indicators of a golden log', () => {
  it.each(Object.entries(sheets))('%s', (name, { log_sha256, rounding: _, scenario: __, ...golden }) => {
    const reference = REFERENCE_SCENARIOS.find((scenario) => scenario.name === name)!;
    expect(reference.sha256).toBe(log_sha256);
    const log = new IndicatorLog(indicatorOpening(loadScenario(reference).config));
    for (const line of loadGoldenLog(reference).lines)
      if (line.startsWith('{"event_type"')) log.add(JSON.parse(line) as SimulationEvent);
    log.ticks = reference.ticks;
    expect(differences(golden, measure(log))).toEqual([]);
  });

  it('is known for 33 of them', () => expect(Object.keys(sheets)).toHaveLength(33));
});
