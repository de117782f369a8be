import { beforeAll, describe, expect, it } from 'vitest';
import { output, parseLines, simcash, temporaryDirectory } from './support/simcash.js';

/** A payment of a list is named by its own reference wherever it is named by its id. */

const HOSTILE = `O'Brien "7" ÿ`;
const quoted = `"${HOSTILE.replaceAll('"', '""')}"`;
const cwd = temporaryDirectory({
  's.yaml': `simulation: {num_days: 1, rng_seed: 1, ticks_per_day: 8}
agents:
  - {id: A, opening_balance: 900, policy: {type: Fifo}}
  - {id: B, opening_balance: 0, policy: {type: Fifo}}
payments: {file: pay.csv, duplicates: keep, columns: {external_ref: external_ref, tick: tick, sender: sender, receiver: receiver, amount: amount}}
`,
  'pay.csv': `external_ref,tick,sender,receiver,amount
INV-1,1,A,B,1.00
INV-2,2,B,A,0.50
${quoted},3,B,A,9.50
TWICE,4,A,B,0.10
TWICE,5,A,B,0.20
,6,A,B,0.30
`,
});

beforeAll(async () => {
  for (const level of ['full', 'summary'])
    await output(['run', 's.yaml', '-q', '--save', '--id', level, '--level', level], { cwd });
});

describe.concurrent('--tx', () => {
  it.each([
    ['INV-2', ['T00000002']],
    [HOSTILE, ['T00000003']],
    ['TWICE', ['T00000004', 'T00000005']],
  ])('takes %s as well as ids, in a run and in a stored one', async (reference, ids) => {
    const expected = await output(['events', 'full', ...ids.flatMap((id) => ['--tx', id])], { cwd });
    expect(new Set(parseLines<{ tx_id?: string }>(expected).map(({ tx_id }) => tx_id))).toEqual(new Set(ids));
    expect(parseLines(expected).length).toBeGreaterThan(2);
    for (const args of [
      ['events', 'full'],
      ['replay', 'full', '--jsonl', 'events'],
      ['run', 's.yaml', '-q', '--jsonl', 'events'],
    ])
      expect(await output([...args, '--tx', reference], { cwd }), args[0]).toBe(expected);
  });

  it('takes references and ids together', async () => {
    const mixed = await output(['events', 'full', '--tx', 'INV-1', '--tx', 'T00000003'], { cwd });
    expect(mixed).toBe(await output(['events', 'full', '--tx', 'T00000001', '--tx', HOSTILE], { cwd }));
  });

  it('shows the same narrative', async () => {
    const narrative = async (tx: string): Promise<string> =>
      (await simcash(['replay', 'full', '--verbose', '--tx', tx], { cwd })).stderr;
    expect(await narrative('INV-2')).toBe(await narrative('T00000002'));
    expect(await narrative('INV-2')).toContain('T00000002');
  });

  it('refuses a reference that no payment of a stored run has', async () => {
    const { code, stderr, stdout } = await simcash(['events', 'full', '--tx', 'INV-9'], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: unknown payment 'INV-9'\n/);
  });

  it('warns of a reference that no payment of a run had', async () => {
    const { code, stderr, stdout } = await simcash(['run', 's.yaml', '--jsonl', 'events', '--tx', 'INV-9'], { cwd });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toBe('warning: --tx INV-9: no event of this run is about such a payment\n');
  });

  it('warns of none that one had', async () => {
    expect((await simcash(['run', 's.yaml', '--jsonl', 'events', '--tx', 'INV-2'], { cwd })).stderr).toBe('');
  });

  it.each(['s.yaml', 'full'])('of policy explain %s takes references, too', async (run) => {
    const explained = (tx: string): Promise<string> =>
      output(['policy', 'explain', run, '--tick', '2', '--tx', tx, '--json'], { cwd });
    expect(await explained('INV-2')).toBe(await explained('T00000002'));
  });
});

describe.concurrent('explain', () => {
  it.each(['full', 'summary'])('takes references of a run stored at level %s', async (run) => {
    const explained = (name: string): Promise<string> => output(['explain', run, name, '--json'], { cwd });
    expect(await explained(HOSTILE)).toBe(await explained('T00000003'));
    expect(JSON.parse(await explained('INV-1'))).toMatchObject({ tx_id: 'T00000001' });
  });

  it.each(['full', 'summary'])('refuses a reference that no payment of a run stored at level %s has', async (run) => {
    const { code, stderr } = await simcash(['explain', run, 'INV-9'], { cwd });
    expect(code).toBe(4);
    expect(stderr).toMatch(/^error: .* has no stored payment INV-9\n$/);
  });
});
