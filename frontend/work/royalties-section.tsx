import type { WorkDetail } from "../../common/api/schemas.ts";
import { isCoin } from "../chain/coin.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { WorkName } from "../network/work-name.tsx";
import { AddressLink } from "../ui/address-link.tsx";
import styles from "./royalties-section.module.css";
import { type PaidPart, paidParts } from "./paid-parts.ts";
import { WorkSection } from "./work-section.tsx";

const COLORS = ["var(--chart-1)", "var(--chart-2)", "var(--chart-3)", "var(--chart-4)", "var(--ink-faint)"];

/** Who gets what of each sale of a work, drawn as one bar and told as a table. */
export function RoyaltiesSection(props: { work: WorkDetail }) {
  const { work } = props;
  const m = useRoomMessages();
  const format = useFormat();
  const parts = paidParts(work);
  const price = work.price === null ? null : BigInt(work.price);
  const coin = work.revenue.find((row) => isCoin(row.currency));
  const earned = coin ? BigInt(coin.claimed) + BigInt(coin.claimableAfterPull) : 0n;
  const receiver = (part: PaidPart) => {
    if (part.ruled && part.workId) return <WorkName id={part.workId} />;
    if (part.address) return <AddressLink address={part.address} />;
    return part.upstream ? m.work.upstream : m.why.workNumber(part.workId ?? "");
  };
  return (
    <WorkSection title={m.work.royalties} lead={m.work.royaltiesLead}>
      <div className={styles.bar} aria-hidden="true">
        {parts.map((part, index) => (
          <span key={part.key} style={{ flexGrow: part.ppm, background: COLORS[index % COLORS.length] }} />
        ))}
      </div>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{m.work.receiver}</th>
            <th scope="col" className={styles.number}>
              {m.work.share}
            </th>
            {price !== null && price > 0n && (
              <th scope="col" className={styles.number}>
                {m.work.ofPrice}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {parts.map((part, index) => (
            <tr key={part.key}>
              <td>
                <span className={styles.key} style={{ background: COLORS[index % COLORS.length] }} aria-hidden="true" />{" "}
                {receiver(part)}{" "}
                <span className={styles.role}>
                  {part.ruled ? m.dispute.byRuling : part.workId === null && !part.upstream ? m.work.owner : part.title}
                </span>
              </td>
              <td className={styles.number}>{format.share(part.ppm)}</td>
              {price !== null && price > 0n && (
                <td className={styles.number}>{format.ether((price * BigInt(part.ppm)) / 1_000_000n)}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {earned > 0n && <p className={styles.earned}>{m.work.earned(format.ether(earned))}</p>}
    </WorkSection>
  );
}
