import { Link } from "@tanstack/react-router";
import { BadgeCheck, OctagonX } from "lucide-react";
import { useState } from "react";
import type { WorkDetail } from "../../common/api/schemas.ts";
import { hasCode } from "../../common/errors.ts";
import { useConfig } from "../data/boot.tsx";
import { fileUrl } from "../data/file-url.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { AddressLink } from "../ui/address-link.tsx";
import { Button } from "../ui/button.tsx";
import { errorSentence } from "../ui/error-sentence.ts";
import { Seal } from "../ui/seal.tsx";
import { fetchVerified } from "./fetch-verified.ts";
import styles from "./provenance-section.module.css";
import { WorkSection } from "./work-section.tsx";

type Check =
  | { phase: "idle" | "working" | "mismatch" }
  | { phase: "verified"; bytes: number }
  | { phase: "unavailable"; reason: string };

/** The work's own colophon: each claim with the way to check it. */
export function ProvenanceSection(props: { work: WorkDetail }) {
  const { work } = props;
  const m = useRoomMessages();
  const format = useFormat();
  const { gatewayUrl } = useConfig();
  const [check, setCheck] = useState<Check>({ phase: "idle" });
  const file = work.metadata?.file;
  const provenance = work.metadata?.provenance;

  async function verify() {
    if (!file) return;
    setCheck({ phase: "working" });
    try {
      const { bytes } = await fetchVerified(fileUrl(gatewayUrl, file.cid), work.contentHash);
      setCheck({ phase: "verified", bytes: bytes.length });
    } catch (error) {
      if (hasCode(error, "HASH_MISMATCH")) setCheck({ phase: "mismatch" });
      else setCheck({ phase: "unavailable", reason: errorSentence(error, m) });
    }
  }

  return (
    <WorkSection title={m.work.provenance} lead={m.work.provenanceLead}>
      <div className={styles.grid}>
        <figure className={styles.seal}>
          <Seal fingerprint={work.fingerprint} size={176} label={m.work.seal} />
          <figcaption>
            <strong>{m.work.seal}</strong> {m.work.sealNote}
          </figcaption>
        </figure>
        <dl className={styles.facts}>
          <dt>{m.work.fileHash}</dt>
          <dd>
            <code>{work.contentHash}</code>
            <div className={styles.check} aria-live="polite" data-testid="verification" data-phase={check.phase}>
              {(check.phase === "idle" || check.phase === "working" || check.phase === "unavailable") && file && (
                <Button
                  size="sm"
                  busy={check.phase === "working"}
                  data-testid="verify-here"
                  onClick={() => void verify()}
                >
                  {check.phase === "working" ? m.work.verifying : m.work.verifyHere}
                </Button>
              )}
              {check.phase === "verified" && (
                <p className={styles.good}>
                  <BadgeCheck size={18} aria-hidden="true" /> {m.work.verified}{" "}
                  <span>{m.work.verifiedBytes(format.bytes(check.bytes))}</span>
                </p>
              )}
              {check.phase === "mismatch" && (
                <p className={styles.bad}>
                  <OctagonX size={18} aria-hidden="true" /> {m.work.verifyFailed}
                </p>
              )}
              {check.phase === "unavailable" && <p className={styles.bad}>{m.work.verifyUnavailable(check.reason)}</p>}
            </div>
          </dd>
          <dt>{m.work.registeredBy}</dt>
          <dd>
            <AddressLink address={work.creator} />
          </dd>
          <dt>{m.work.registeredAt}</dt>
          <dd>
            {format.dateTime(work.registeredAt)} UTC · {m.tx.block} {format.number(work.registration.block)}
          </dd>
          <dt>{m.work.inTransaction}</dt>
          <dd>
            <Link to="/tx/$hash" params={{ hash: work.registration.tx }} className={styles.code}>
              {work.registration.tx}
            </Link>
          </dd>
          <dt>{m.work.fingerprint}</dt>
          <dd>
            <code>{work.iscc?.code ?? work.fingerprint}</code>
          </dd>
          <dt>{m.work.metadata}</dt>
          <dd>
            {work.metadata ? (
              <a href={fileUrl(gatewayUrl, work.metadataCid)} className={styles.code}>
                {work.metadataCid}
              </a>
            ) : (
              m.work.metadataMissing
            )}
          </dd>
          {file && (
            <>
              <dt>{m.work.download}</dt>
              <dd>
                <a href={fileUrl(gatewayUrl, file.cid)}>
                  {file.mediaType}, {format.bytes(file.bytes)}
                </a>
              </dd>
            </>
          )}
          <dt>{m.work.origin}</dt>
          <dd>
            {provenance ? (
              <Link to="/jobs/$id" params={{ id: provenance.jobId }}>
                {m.work.provenanceJob(provenance.jobId)}
              </Link>
            ) : work.aiGenerated ? (
              m.work.madeByMachine
            ) : (
              m.work.madeByPerson
            )}
          </dd>
        </dl>
      </div>
    </WorkSection>
  );
}
