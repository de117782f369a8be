import { amount, moment, Table, whole, type RunFigures } from '@simcash/pictures';
import type { QueuedPayment, QueuesNow } from '@simcash/runs/source';
import type { JSX } from 'preact';
import { BankLink, linkTo, PaymentLink } from './layout.js';

/** What waited at the end of a tick: null if there is none, a sentence if it cannot be said. */
export function Waiting(props: {
  run: string;
  queues: QueuesNow | string | null;
  figures: RunFigures;
  tick: number;
}): JSX.Element {
  const { figures, queues, run, tick } = props;
  if (queues === null) return <p>The run has no finished tick: nothing can be shown at the end of one.</p>;
  if (typeof queues === 'string') return <p>{queues}</p>;
  const { central_queue: central, own_queues } = queues;
  const own = own_queues.flatMap(({ payments }) => payments);
  if (own.length + central.length === 0) return <p>Nothing waited.</p>;
  return (
    <>
      {own.length > 0 && <Queue title="In the banks’ own queues" payments={own} {...{ run, figures, tick }} />}
      {central.length > 0 && <Queue title="In the central queue, in its order" payments={central} {...{ run, figures, tick }} />}
    </>
  );
}

const MOST = 200;

function Queue(props: {
  title: string;
  payments: readonly QueuedPayment[];
  run: string;
  figures: RunFigures;
  tick: number;
}): JSX.Element {
  const { figures, payments, run, tick, title } = props;
  const { money, time } = figures;
  const value = payments.reduce((sum, payment) => sum + payment.amount, 0);
  return (
    <section>
      <h3>
        {title}: {whole(payments.length)} of {amount(value, money)}
      </h3>
      <Table
        head={['Place', 'Payment', 'Sender', 'Receiver', 'Amount', 'Priority', 'Waits since', 'Deadline', 'Why?']}
        texts={[1, 2, 3, 6, 7, 8]}
        rows={payments.slice(0, MOST).map((payment, i) => [
          whole(i + 1),
          <PaymentLink run={run} tx={payment.tx_id} tick={tick} />,
          <BankLink bank={payment.sender_id} run={run} tick={tick} />,
          <BankLink bank={payment.receiver_id} run={run} tick={tick} />,
          amount(payment.amount, money),
          whole(payment.priority),
          moment(payment.arrival_tick, time),
          `${moment(payment.deadline_tick, time)}${payment.deadline_tick < tick ? ', late' : ''}`,
          <a href={`${linkTo(run, ['payments', payment.tx_id], { t: tick })}#why`} aria-label={`why ${payment.tx_id} waited`}>
            why?
          </a>,
        ])}
      />
      {payments.length > MOST && <p class="caption">The first {MOST}; simcash queues shows all.</p>}
    </section>
  );
}
