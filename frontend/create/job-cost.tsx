import { coinToSend, JOB_CLASS, jobEscrow } from "../../common/job-escrow.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import styles from "./job-cost.module.css";

/**
 * What posting a bit-exact job takes, line by line: the price, the checkers' part, what the balance covers, what is sent.
 * @param props.price wei
 * @param props.balance of the requester with the job market, wei
 */
export function JobCost(props: { price: bigint; balance: bigint }) {
  const m = useRoomMessages();
  const format = useFormat();
  const { price } = props;
  const escrow = jobEscrow(price, JOB_CLASS.bitExact);
  const sent = coinToSend(price, JOB_CLASS.bitExact, props.balance);
  const words = m.create.cost;
  return (
    <section className={styles.cost} aria-label={words.title} data-testid="job-cost">
      <dl>
        <div>
          <dt>{words.price}</dt>
          <dd>{format.ether(price)}</dd>
        </div>
        <div>
          <dt>
            {words.checkers}
            <small>{words.checkersNote}</small>
          </dt>
          <dd>{format.ether(escrow - price)}</dd>
        </div>
        {escrow > sent && (
          <div>
            <dt>{words.balance}</dt>
            <dd>−{format.ether(escrow - sent)}</dd>
          </div>
        )}
        <div className={styles.sum}>
          <dt>{words.sent}</dt>
          <dd data-testid="job-sent">{format.ether(sent)}</dd>
        </div>
      </dl>
    </section>
  );
}
