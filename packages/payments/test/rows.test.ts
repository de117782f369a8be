import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MICROS, REJECTION_CODES, type RejectionCode } from '../src/index.js';
import { CALENDAR, config, dialects, load, rows, written } from './support/lists.js';

/** Spec 13 §19, invariants 2 and 5. */

const lists = fc.tuple(fc.array(rows, { maxLength: 40 }), dialects([',', ';', '|', '\t'], ['"', "'"]));

describe('the rows of a list', () => {
  it('are accepted or rejected, each once, for reasons that the specification knows', () => {
    const seen = new Set<RejectionCode>();
    fc.assert(
      fc.property(lists, ([records, dialect]) => {
        const { dataSet, report } = load(written(records, dialect), config(dialect));
        expect(report.rows).toBe(records.length);
        expect([report.accepted, report.rejected]).toEqual([dataSet.length, report.rejections.length]);
        const found = [...[...dataSet].map(({ source_row }) => source_row), ...report.rejections.map(({ row }) => row)];
        expect(found.sort((a, b) => a - b)).toEqual(records.map((_, i) => i + 1));
        for (const { code } of report.rejections) {
          expect(REJECTION_CODES).toContain(code);
          seen.add(code);
        }
        const counted = Object.fromEntries(Object.keys(report.counts).map((code) => [code, 0]));
        for (const { code } of report.rejections) counted[code]!++;
        expect(report.counts).toEqual(counted);
      }),
      { numRuns: 1000 },
    );
    // Everything that a well-formed row can be rejected for, and an ambiguous time in spring cannot be.
    const impossible = new Set<RejectionCode>(['quote', 'columns', 'encoding', 'tick_range', 'time_ambiguous']);
    expect([...seen].sort()).toEqual(REJECTION_CODES.filter((code) => !impossible.has(code)).sort());
  });

  it('are numbered without a gap in the order of their ticks, which are open ones', () => {
    fc.assert(
      fc.property(lists, fc.constantFrom('reject', 'first_tick', 'next_day'), ([records, dialect], outside_hours) => {
        const { dataSet } = load(written(records, dialect), config(dialect, { outside_hours }));
        const payments = [...dataSet];
        expect(payments.map(({ arrival_index }) => arrival_index)).toEqual(payments.map((_, i) => i + 1));
        payments.forEach(({ tick }, i) => {
          const day = CALENDAR.days[Math.floor(tick / CALENDAR.ticksPerDay)]!;
          expect(tick % CALENDAR.ticksPerDay).toBeLessThan(day.openTicks);
          expect(tick).toBeGreaterThanOrEqual(payments[i - 1]?.tick ?? 0);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('that are not moved lie between the beginning and the end of their tick', () => {
    fc.assert(
      fc.property(lists, ([records, dialect]) => {
        const { dataSet } = load(written(records, dialect), config(dialect));
        [...dataSet].forEach(({ source_row, tick }, i) => {
          const { closing, opening } = CALENDAR.days[Math.floor(tick / CALENDAR.ticksPerDay)]!;
          const start = opening + (tick % CALENDAR.ticksPerDay) * CALENDAR.tickLength;
          const [date, time] = records[source_row - 1]![1]!.split(' ') as [string, string];
          const isSummer = date >= '2024-03-31' && !(date === '2024-03-31' && time < '02:00');
          const instant = Date.parse(`${date}T${time}${isSummer ? '+02:00' : '+01:00'}`) * 1000;
          expect(dataSet.instantAt(i)).toBe(instant);
          expect(start).toBeLessThanOrEqual(instant);
          expect(instant).toBeLessThan(Math.min(start + CALENDAR.tickLength, closing));
        });
      }),
      { numRuns: 200 },
    );
    expect(CALENDAR.tickLength).toBe(1800 * MICROS);
  });
});
