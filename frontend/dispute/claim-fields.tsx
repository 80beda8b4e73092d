import { useQuery } from "@tanstack/react-query";
import type { WorkDetail } from "../../common/api/schemas.ts";
import { type DisputeEffect, EFFECTS_OF_CLAIM } from "../../common/disputes.ts";
import { LIMITS } from "../../common/limits.ts";
import { useChainState } from "../chain/chain-store.ts";
import { accountQuery, workQuery } from "../data/queries.ts";
import { useRoomMessages } from "../i18n/i18n-context.tsx";
import { Field } from "../ui/field.tsx";
import { NamedWork } from "./dispute-card.tsx";
import { type DisputeDraft, initialDispute, WORK_CLAIMS, workIdOf } from "./dispute-draft.ts";
import styles from "./disputes.module.css";
import { LicensesToRevoke } from "./licenses-to-revoke.tsx";

type FieldsProps = { work: WorkDetail; draft: DisputeDraft; onChange: (draft: DisputeDraft) => void };

/** What is claimed, about which other work, what is asked for, and in what words. */
export function ClaimFields(props: FieldsProps) {
  const { draft, onChange } = props;
  const m = useRoomMessages();
  const words = m.dispute;
  const set = (change: Partial<DisputeDraft>) => onChange({ ...draft, ...change });
  const toggle = (effect: DisputeEffect, on: boolean) =>
    set({ effects: on ? [...draft.effects, effect] : draft.effects.filter((one) => one !== effect) });
  return (
    <>
      <fieldset>
        <legend>{words.whatClaim}</legend>
        <div className={styles.claims}>
          {WORK_CLAIMS.map((claim) => (
            <label key={claim} className={styles.claim} data-chosen={claim === draft.claim || undefined}>
              <input
                type="radio"
                name="claim"
                value={claim}
                checked={claim === draft.claim}
                data-testid={`claim-${claim}`}
                onChange={() =>
                  onChange({ ...initialDispute(claim), statement: draft.statement, jurors: draft.jurors })
                }
              />
              <strong>{words.claims[claim].name}</strong>
              <small>{words.claims[claim].text}</small>
            </label>
          ))}
        </div>
      </fieldset>
      {draft.claim === "exact-duplicate" ? <CommitmentFields {...props} /> : <OtherWorkField {...props} />}
      <fieldset>
        <legend>{words.whatEffects}</legend>
        <div className={styles.effects}>
          {EFFECTS_OF_CLAIM[draft.claim].map((effect) => (
            <label key={effect} className={styles.effect}>
              <input
                type="checkbox"
                checked={draft.effects.includes(effect)}
                data-testid={`effect-${effect}`}
                onChange={(event) => toggle(effect, event.target.checked)}
              />
              {words.effects[effect]}
            </label>
          ))}
        </div>
      </fieldset>
      {draft.effects.includes("revoke") && <LicensesToRevoke {...props} />}
      <div className={styles.two}>
        {draft.effects.includes("lien") && (
          <Field label={words.lien}>
            {(id) => (
              <input
                id={id}
                inputMode="decimal"
                value={draft.lien}
                data-testid="lien"
                onChange={(event) => set({ lien: event.target.value })}
              />
            )}
          </Field>
        )}
        <Field label={words.jurors} hint={words.jurorsHint}>
          {(id, hint) => (
            <select
              id={id}
              aria-describedby={hint}
              value={draft.jurors}
              onChange={(event) => set({ jurors: Number(event.target.value) as DisputeDraft["jurors"] })}
            >
              {[3, 5, 7].map((count) => (
                <option key={count} value={count}>
                  {count}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Field label={words.statement} hint={words.statementHint}>
        {(id, hint) => (
          <textarea
            id={id}
            aria-describedby={hint}
            maxLength={LIMITS.statementChars}
            value={draft.statement}
            data-testid="statement"
            onChange={(event) => set({ statement: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

/** The other work: typed as a number or address, or, for a breach, one of the claimant's own. */
function OtherWorkField({ work, draft, onChange }: FieldsProps) {
  const m = useRoomMessages();
  const words = m.dispute;
  const { address } = useChainState();
  const breach = draft.claim === "license-breach";
  const account = useQuery({ ...accountQuery(address ?? ""), enabled: breach && address !== null });
  const id = workIdOf(draft.otherWork);
  const found = useQuery({ ...workQuery(id ?? ""), enabled: id !== null && id !== work.id, retry: false });
  const set = (otherWork: string) => onChange({ ...draft, otherWork, licenseIds: [] });
  const own = account.data?.data.works.filter((one) => one.id !== work.id) ?? [];
  if (draft.claim === "exact-duplicate") return null;
  return (
    <div className={styles.two}>
      <Field
        label={words.otherWork[draft.claim]}
        hint={breach ? (account.data && own.length === 0 ? words.noOwnWork : undefined) : words.otherWorkHint}
      >
        {(fieldId, hint) =>
          breach ? (
            <select
              id={fieldId}
              aria-describedby={hint}
              value={draft.otherWork}
              data-testid="other-work"
              onChange={(event) => set(event.target.value)}
            >
              <option value="">—</option>
              {own.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.title || m.why.workNumber(one.id)}
                </option>
              ))}
            </select>
          ) : (
            <input
              id={fieldId}
              aria-describedby={hint}
              value={draft.otherWork}
              data-testid="other-work"
              onChange={(event) => set(event.target.value)}
            />
          )
        }
      </Field>
      <div aria-live="polite">
        {found.data && id && <NamedWork label={m.why.workNumber(id)} id={id} card={found.data.data} />}
        {found.error && <p className={styles.note}>{words.notFound}</p>}
      </div>
    </div>
  );
}

/** Where a claimant's own commitment is proved. */
function CommitmentFields({ draft, onChange }: FieldsProps) {
  const m = useRoomMessages();
  const words = m.dispute;
  return (
    <fieldset className={styles.form}>
      <legend>{words.commitment}</legend>
      <div className={styles.two}>
        {(["root", "salt"] as const).map((name) => (
          <Field key={name} label={words[name]}>
            {(id) => (
              <input
                id={id}
                value={draft[name]}
                placeholder="0x…"
                spellCheck={false}
                data-testid={`commitment-${name}`}
                onChange={(event) => onChange({ ...draft, [name]: event.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
      <Field label={words.proof}>
        {(id) => (
          <textarea
            id={id}
            value={draft.proof}
            spellCheck={false}
            data-testid="commitment-proof"
            onChange={(event) => onChange({ ...draft, proof: event.target.value })}
          />
        )}
      </Field>
    </fieldset>
  );
}
