import { useQuery } from "@tanstack/react-query";
import { BadgeCheck } from "lucide-react";
import type { Job } from "../../common/api/schemas.ts";
import { hasCode } from "../../common/errors.ts";
import { useConfig } from "../data/boot.tsx";
import { fileUrl } from "../data/file-url.ts";
import { useRoomMessages } from "../i18n/i18n-context.tsx";
import { errorSentence } from "../ui/error-sentence.ts";
import { Loading, Skeleton } from "../ui/skeleton.tsx";
import { useBytesSource } from "../ui/use-bytes-source.ts";
import { fetchVerified } from "../work/fetch-verified.ts";
import styles from "./job-page.module.css";

/** Bytes of a job's output, checked against the hash on chain. */
export function useJobOutput(job: Job, liveCid: string | null) {
  const { gatewayUrl } = useConfig();
  const cid = job.receipt?.output.cid ?? liveCid;
  return useQuery({
    queryKey: ["job-output", job.id, cid, job.outputHash],
    queryFn: () => fetchVerified(fileUrl(gatewayUrl, cid as string), job.outputHash as string),
    enabled: cid !== null && job.outputHash !== null && typeof document !== "undefined",
    staleTime: Number.POSITIVE_INFINITY,
    retry: (count, error) => count < 3 && !hasCode(error, "HASH_MISMATCH"),
  });
}

/** The output as it came, shown only from checked bytes. */
export function JobOutput(props: { job: Job; liveCid: string | null }) {
  const m = useRoomMessages();
  const { job } = props;
  const { data, error } = useJobOutput(job, props.liveCid);
  const picture = useBytesSource(data?.bytes, "image/png");
  if (!job.outputHash) return null;
  return (
    <figure className={styles.output} data-testid="job-output" data-verified={data !== undefined}>
      {!data && !error && (
        <Loading>
          <Skeleton ratio={1} height="auto" />
        </Loading>
      )}
      {data && <img ref={picture} alt={m.job.outputAlt(job.id)} />}
      {data && (
        <figcaption className={styles.good}>
          <BadgeCheck size={18} aria-hidden="true" /> {m.job.outputVerified}
        </figcaption>
      )}
      {error && (
        <p role="alert" className={styles.bad}>
          {hasCode(error, "HASH_MISMATCH") ? m.job.outputMismatch : m.work.verifyUnavailable(errorSentence(error, m))}
        </p>
      )}
    </figure>
  );
}
