import type { CentralWait, DecisionTrace, PolicyDocument, PolicyNode } from '@simcash/engine';
import { amount, duration, moment, Table, whole, type MoneyForm, type RunFigures } from '@simcash/pictures';
import { lastWait, MISSING, ringText, type ExplainedPayment, type RunSource, type WaitingReason } from '@simcash/runs/source';
import type { JSX } from 'preact';
import { BankLink, linkTo, page, PaymentLink, RunPage, type Page } from './layout.js';
import { NotFoundError } from './not-found.js';
import { nextTick, TimeBar, type Cursor } from './time-bar.js';
import { TreeDrawing } from './tree-drawing.js';

/** `/r/RUN/payments/TX`: the life of a payment, and why it waited at the end of a tick (spec 16 §7). */
export async function paymentPage(source: RunSource, figures: RunFigures, name: string, given: Cursor | null): Promise<Page> {
  const { id: run } = source;
  const payment = await source.payment(name);
  if (payment === null) throw new NotFoundError(`There is no payment ${name} in ${run}.`);
  const last = Math.max(figures.head.ticks - 1, 0);
  const tick = given?.tick ?? lastWait(payment, last) ?? payment.settlement_tick ?? payment.created_tick;
  const bar = { run, path: ['payments', payment.tx_id], cursor: { tick, pace: given?.pace ?? 0 }, figures };
  const { time } = figures;
  const waits = lastWait(payment, last) !== null;
  return page(
    `${payment.tx_id} · ${run}`,
    <RunPage run={run} current="payments" title={payment.tx_id} tick={tick} bar={<TimeBar {...bar} />}>
      <p>
        {payment.status}; it waited {duration(payment.queue1_ticks, time)} in its bank’s own queue and{' '}
        {duration(payment.queue2_ticks, time)} in the central one.
      </p>
      <h2>Its life</h2>
      <Table
        head={['When', 'What', 'In that tick']}
        texts={[0, 1, 2]}
        rows={payment.life.map(({ text, tick: at }) => [
          moment(at, time),
          text,
          <a href={linkTo(run, 'events', { t: at, tx: payment.tx_id })}>events</a>,
        ])}
      />
      <h2 id="why">Why did it wait at the end of {moment(tick, time)}?</h2>
      {waits ? (
        <Why {...{ run, figures, payment, tick }} policies={source.policies} reason={await source.reason(payment.tx_id, tick)} />
      ) : (
        <p>It never waited at the end of a tick.</p>
      )}
    </RunPage>,
    nextTick(bar),
  );
}

function Why({
  figures,
  payment,
  policies,
  reason,
  run,
  tick,
}: {
  figures: RunFigures;
  run: string;
  payment: ExplainedPayment;
  tick: number;
  policies: RunSource['policies'];
  reason: WaitingReason | string;
}): JSX.Element {
  if (typeof reason === 'string') return <p class="banner">{reason}</p>;
  if (reason.wait !== null) return <Central wait={reason.wait} money={figures.money} run={run} tick={tick} />;
  if (reason.place === 'nowhere') return <p>{payment.tx_id} does not stand in a queue at the end of that tick.</p>;
  if (reason.decision === null) return <p>It stands in its bank’s own queue; nobody decided about it in this tick.</p>;
  const policy = policies.find(({ banks }) => banks.includes(reason.decision!.agent_id));
  return <Decision decision={reason.decision} money={figures.money} policy={policy?.text} />;
}

/** The path through the tree, condition by condition, with every value that was read. */
function Decision(props: { decision: DecisionTrace; money: MoneyForm; policy: string | undefined }): JSX.Element {
  const { decision, money, policy } = props;
  const { action, agent_id, decided_by, node_id, parameters, steps } = decision;
  if (decided_by === 'outside') {
    const [available, needed] = parameters.map(({ value }) => value!) as [number, number];
    return (
      <p>
        Held by the learner, <bdi>{agent_id}</bdi>, in place of its policy; it {available >= needed ? 'could' : 'could not'} have
        paid: it had {amount(available, money)}, and {amount(needed, money)} was due.
      </p>
    );
  }
  return (
    <>
      <p>
        It stands in its bank’s own queue: the policy of <bdi>{agent_id}</bdi> decided so.
      </p>
      <ol class="steps">
        {steps.map((step) => (
          <li key={step.node_id}>
            <b>{step.node_id}</b>: <code>{step.condition}</code>{' '}
            <span class={step.outcome ? 'yes' : 'no'}>{step.outcome ? 'yes' : 'no'}</span>
            {step.description !== null && step.description !== '' && <span class="soft"> {step.description}</span>}
            <Table
              head={['read', 'value']}
              rows={step.values.map(({ text, value }) => [text, value === null ? 'cannot be computed' : String(value)])}
            />
          </li>
        ))}
        <li>
          <b>{node_id}</b>: {action}
          {parameters.length > 0 &&
            ` (${parameters.map(({ text, value }) => (value === null || text.endsWith(String(value)) ? text : `${text} = ${value}`)).join(', ')})`}
        </li>
      </ol>
      {policy !== undefined && <WayTaken decision={decision} policy={JSON.parse(policy) as PolicyDocument} />}
    </>
  );
}

/** The way through the tree, drawn; nothing where the bank had another policy by then. */
function WayTaken({ decision, policy }: { decision: DecisionTrace; policy: PolicyDocument }): JSX.Element | null {
  const root = policy.payment_tree;
  const path = new Set([...decision.steps.map((step) => step.node_id), decision.node_id]);
  let node: PolicyNode | null | undefined = root;
  for (const { node_id, outcome } of decision.steps) {
    if (node?.type !== 'condition' || node.node_id !== node_id) return null;
    node = outcome ? node.on_true : node.on_false;
  }
  if (root === null || root === undefined || node?.node_id !== decision.node_id) return null;
  return <TreeDrawing about={`How the policy came to ${decision.action}`} root={root} path={path} />;
}

function Central({ money, run, tick, wait }: { wait: CentralWait; money: MoneyForm; run: string; tick: number }): JSX.Element {
  const {
    amount: due,
    available,
    balance,
    causes,
    offset,
    own_position,
    position,
    queue_size,
    receiver_id,
    sender_id,
    shortfall,
  } = wait;
  const rows: [string, JSX.Element | string][] = [
    [
      'Place',
      `${whole(position + 1)} of ${whole(queue_size)} in the central queue, ${whole(own_position + 1)} among those of its bank`,
    ],
    [
      'Liquidity',
      `${amount(available, money)} available (balance ${amount(balance, money)}${wait.reserved > 0 ? `, of it ${amount(wait.reserved, money)} kept for more urgent payments` : ''}) for ${amount(due, money)}${shortfall > 0 ? `: ${amount(shortfall, money)} short` : ''}`,
    ],
    [
      'The other way',
      offset === null
        ? 'no payment of its receiver to its sender waits'
        : `${whole(offset.payments)} payments of ${amount(offset.value, money)} against ${whole(offset.opposite_payments)} of ${amount(offset.opposite_value, money)}`,
    ],
    ...(wait.rings ?? []).map((ring): [string, string] => ['Ring', ringText(ring, (cents) => amount(cents, money))]),
    ...(wait.blocked_by === null
      ? []
      : [['Order', <PaymentLink run={run} tx={wait.blocked_by} tick={tick} />] as [string, JSX.Element]]),
    ['Next run', wait.next_run === null ? 'none of today considers it' : `${wait.next_run.name}, in tick ${wait.next_run.tick}`],
    [
      'So',
      causes.length === 0
        ? 'nothing is against it as the tick ends: it settles when its turn comes, unless those before it take the money'
        : `it lacks ${causes.map((cause) => MISSING[cause]).join(', and ')}`,
    ],
  ];
  return (
    <>
      <p>
        <BankLink bank={sender_id} run={run} tick={tick} /> → <BankLink bank={receiver_id} run={run} tick={tick} />
      </p>
      <Table head={['', '']} texts={[0, 1]} rows={rows} />
    </>
  );
}
