import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { Job } from "../../common/api/schemas.ts";
import { hasCode } from "../../common/errors.ts";
import { Missing } from "../app/not-found-page.tsx";
import { PageHead } from "../app/page-head.tsx";
import { useChainState } from "../chain/chain-store.ts";
import { jobQuery } from "../data/queries.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { AddressLink } from "../ui/address-link.tsx";
import { ErrorNotice } from "../ui/error-notice.tsx";
import { PageTitle } from "../ui/page-title.tsx";
import { Loading, Skeleton } from "../ui/skeleton.tsx";
import { HistoryList } from "../work/history-section.tsx";
import { JobActions } from "./job-actions.tsx";
import { JobOutput } from "./job-output.tsx";
import styles from "./job-page.module.css";
import { JobStatus } from "./job-status.tsx";
import { useJobProgress } from "./use-job-progress.ts";
import { WorkName } from "./work-name.tsx";

const route = getRouteApi("/jobs/$id");

/** Milliseconds between looks at a job that is under way. */
const POLLING = 1000;
const FINAL = ["settled", "refunded", "split"];
const PHASES = ["queued", "accepting", "fetching", "generating", "publishing", "submitting", "submitted"] as const;

/** One job from question to answer. */
export function JobPage() {
  const m = useRoomMessages();
  const { id } = route.useParams();
  const { hasPending } = useChainState();
  const { data, error, refetch } = useQuery({
    ...jobQuery(id),
    refetchInterval: (query) => {
      const job = query.state.data?.data;
      // A job that was just posted may be a moment ahead of the index.
      if (!job) return query.state.error && hasPending ? POLLING / 2 : false;
      const settledWithoutReceipt = job.outputHash !== null && job.receipt === null;
      return !FINAL.includes(job.status) || settledWithoutReceipt ? POLLING : false;
    },
  });
  if (data) return <JobView job={data.data} headBlock={data.meta.headBlock} />;
  // An id that is no number names no job either.
  if (error && (hasCode(error, "INVALID_PARAMETERS") || (hasCode(error, "UNKNOWN_JOB") && !hasPending))) {
    return <Missing title={m.job.unknownTitle} text={m.job.unknownText} />;
  }
  if (error && !hasCode(error, "UNKNOWN_JOB")) return <ErrorNotice error={error} retry={() => void refetch()} />;
  return (
    <>
      <PageTitle title={m.job.title(id)} lead={m.job.lead} />
      <Loading>
        <Skeleton height="20rem" />
      </Loading>
    </>
  );
}

function JobView(props: { job: Job; headBlock: number }) {
  const { job, headBlock } = props;
  const deadline = job.status === "checking" || job.status === "disputed" ? (job.check?.deadline ?? 0) : job.deadline;
  const m = useRoomMessages();
  const format = useFormat();
  const running = job.status === "posted" || job.status === "accepted";
  const { progress, unreachable } = useJobProgress(job.progressUrl, running);
  const { spec } = job;
  const facts: [string, React.ReactNode][] = [
    [m.job.requester, <AddressLink key="r" address={job.requester} />],
    [m.job.operator, job.operator ? <AddressLink key="o" address={job.operator} /> : m.job.anyOperator],
    [m.job.model, <WorkName key="m" id={job.modelWorkId} />],
    [m.job.price, format.ether(job.price)],
    [m.job.modelShare, format.share(job.modelShare)],
    ...(spec
      ? ([
          [m.job.task, m.create.tasks[spec.task].name],
          [m.job.seed, spec.seed],
          [m.create.tiles, format.number(spec.params.tiles)],
          [m.job.mining, m.create.mining.choices[spec.marks?.dataMining ?? "unspecified"].name],
        ] as [string, React.ReactNode][])
      : []),
    ...(spec?.input
      ? ([[m.job.source, <WorkName key="s" id={spec.input.workId} />]] as [string, React.ReactNode][])
      : []),
    ...(FINAL.includes(job.status) || deadline === 0
      ? []
      : ([[m.job.deadline, `${format.dateTime(deadline)} UTC`]] as [string, React.ReactNode][])),
  ];
  return (
    <>
      <PageHead title={m.job.title(job.id)} description={m.job.lead} />
      <PageTitle title={m.job.title(job.id)} lead={m.job.lead}>
        <span data-testid="job-status" data-status={job.status}>
          <JobStatus status={job.status} />
        </span>
      </PageTitle>
      <div className={styles.grid}>
        <div className={styles.main}>
          {running && <ProgressBar progress={progress} status={job.status} unreachable={unreachable} />}
          <JobOutput job={job} liveCid={progress?.outputCid ?? null} />
          <JobActions job={job} headBlock={headBlock} />
        </div>
        <div>
          <dl className={styles.facts}>
            {facts.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          {job.verification === 1 && <p className={styles.note}>{m.job.reexecute}</p>}
        </div>
      </div>
      <section className={styles.timeline} aria-labelledby="timeline">
        <h2 id="timeline">{m.job.timeline}</h2>
        <HistoryList rows={job.history} />
      </section>
    </>
  );
}

function ProgressBar(props: {
  progress: ReturnType<typeof useJobProgress>["progress"];
  status: Job["status"];
  unreachable: boolean;
}) {
  const m = useRoomMessages();
  const { progress } = props;
  const phase = progress?.phase ?? (props.status === "posted" ? "waiting" : "generating");
  const fraction = progress?.fraction ?? (props.status === "posted" ? 0.02 : 0.2);
  return (
    <div className={styles.progress} data-testid="job-progress" data-phase={phase}>
      <p aria-live="polite">{m.job.phases[phase]}</p>
      <progress max={1} value={fraction} aria-label={m.job.progress} />
      <ol className={styles.steps} aria-hidden="true">
        {PHASES.map((step) => (
          <li key={step} data-reached={PHASES.indexOf(step) <= PHASES.findIndex((one) => one === phase) || undefined} />
        ))}
      </ol>
      {progress?.error && <p role="alert">{progress.error.message}</p>}
      {props.unreachable && <p className={styles.note}>{m.job.noStream}</p>}
    </div>
  );
}
