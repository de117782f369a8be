import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../src/optimizers/llm/response.js';
import { share } from './support/proposals.js';

const policy = share(0.1);
const json = JSON.stringify(policy, null, 2);

describe('an answer that contains a policy', () => {
  it.each([
    ['alone', json],
    ['in a fenced block', `Here you are:\n\`\`\`json\n${json}\n\`\`\`\nGood luck!`],
    ['in a block without a language', `\`\`\`\n${json}\n\`\`\``],
    ['in a block that is not closed', `\`\`\`json\n${json}\n`],
    ['in the first of two blocks', `\`\`\`json\n${json}\n\`\`\`\nor\n\`\`\`json\n{"a": 1}\n\`\`\``],
    ['between words', `My proposal is ${json}, which is cheaper.`],
    ['after thoughts', `<think>Perhaps {"a": 1}?</think>\n${json}`],
    ['with a comma too many', json.replace('"action": "Release"', '"action": "Release",')],
    ['with single quotes', json.replaceAll('"', "'")],
    ['with comments', json.replace('"parameters"', '// less liquidity\n  "parameters"')],
    ['with braces in a string', JSON.stringify({ ...policy, description: 'a } b { c' })],
  ])('is read: %s', (_, answer) => {
    const { error, policy: read } = readPolicy(answer);
    expect(error).toBeNull();
    expect(read).toMatchObject(policy);
  });

  it('may have fences inside its strings', () => {
    const document = { ...policy, description: '```json\n{}\n```' };
    expect(readPolicy(JSON.stringify(document)).policy).toEqual(document);
  });
});

describe('an answer without a policy', () => {
  it.each([
    ['nothing', '  \n', 'the answer is empty'],
    ['words', 'I would rather not.', 'the answer contains no JSON object'],
    ['a list', '[1, 2]', 'the answer contains no JSON object'],
    ['nests without end', '{"a":'.repeat(5000), 'the answer nests more than 127 containers'],
    ['cannot be mended', '{"a": {"b"}}', 'the answer is not JSON'],
  ])('is refused: %s', (_, answer, error) => {
    expect(readPolicy(answer)).toEqual({ policy: null, error: expect.stringContaining(error) as string });
  });

  it('is what breaks off, wherever it does', () => {
    for (let length = 1; length < json.length; length++)
      expect(readPolicy(json.slice(0, length))).toEqual({
        policy: null,
        error: 'the answer breaks off: its JSON object is not closed',
      });
  });
});

describe('what is missing in a policy', () => {
  it('is filled in at its head, the same for the same answer', () => {
    const { policy_id: _, version: __, ...rest } = policy;
    const { policy: read } = readPolicy(JSON.stringify(rest));
    expect(read).toMatchObject({ version: '2.0', policy_id: expect.stringMatching(/^llm_policy_[0-9a-f]{8}$/) as string });
    expect(readPolicy(JSON.stringify(rest)).policy).toEqual(read);
  });

  it('is filled in at its nodes: one count over all trees, the branch for true first', () => {
    const action = (name: string, node_id?: string): object => ({
      type: 'action',
      ...(node_id ? { node_id } : {}),
      action: name,
    });
    const answer = {
      bank_tree: action('NoAction'),
      payment_tree: {
        type: 'condition',
        on_false: action('Hold'),
        on_true: { type: 'condition', node_id: 'mine', on_true: action('Release'), on_false: action('Drop', 'payment_node_2') },
      },
      strategic_collateral_tree: action('HoldCollateral'),
      end_of_tick_collateral_tree: action('HoldCollateral'),
    };
    expect(readPolicy(JSON.stringify(answer)).policy).toMatchObject({
      payment_tree: {
        node_id: 'payment_node_1',
        // payment_node_2 is taken.
        on_true: { node_id: 'mine', on_true: { node_id: 'payment_node_3' }, on_false: { node_id: 'payment_node_2' } },
        on_false: { node_id: 'payment_node_4' },
      },
      strategic_collateral_tree: { node_id: 'strategic_collateral_node_5' },
      end_of_tick_collateral_tree: { node_id: 'end_of_tick_collateral_node_6' },
      bank_tree: { node_id: 'bank_node_7' },
    });
  });

  it('stays missing where there is no node', () => {
    const answer = { payment_tree: { action: 'Release' }, bank_tree: null };
    expect(readPolicy(JSON.stringify(answer)).policy).toMatchObject(answer);
    expect(readPolicy(JSON.stringify(answer)).policy!.payment_tree).not.toHaveProperty('node_id');
  });
});
