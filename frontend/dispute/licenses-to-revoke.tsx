import { useQuery } from "@tanstack/react-query";
import type { WorkDetail } from "../../common/api/schemas.ts";
import { accountQuery } from "../data/queries.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { type DisputeDraft, workIdOf } from "./dispute-draft.ts";
import styles from "./disputes.module.css";

/** Licenses to the claimant's work that the owner of the work complained of holds, to choose from. */
export function LicensesToRevoke(props: {
  work: WorkDetail;
  draft: DisputeDraft;
  onChange: (draft: DisputeDraft) => void;
}) {
  const { work, draft, onChange } = props;
  const m = useRoomMessages();
  const format = useFormat();
  const holder = useQuery(accountQuery(work.owner));
  const licensed = workIdOf(draft.otherWork);
  const licenses = holder.data?.data.licenses.filter((one) => one.workId === licensed && !one.revoked) ?? [];
  return (
    <fieldset>
      <legend>{m.dispute.licenses}</legend>
      {holder.data && licensed !== null && licenses.length === 0 && (
        <p className={styles.note}>{m.dispute.noLicenses}</p>
      )}
      <div className={styles.effects}>
        {licenses.map((license) => (
          <label key={license.id} className={styles.effect}>
            <input
              type="checkbox"
              checked={draft.licenseIds.includes(license.id)}
              data-testid={`revoke-${license.id}`}
              onChange={(event) =>
                onChange({
                  ...draft,
                  licenseIds: event.target.checked
                    ? [...draft.licenseIds, license.id]
                    : draft.licenseIds.filter((id) => id !== license.id),
                })
              }
            />
            {m.me.licenseNumber(license.id)} · {format.date(license.issuedAt)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
