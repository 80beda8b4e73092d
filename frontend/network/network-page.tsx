import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { Operator } from "../../common/api/schemas.ts";
import { PageHead } from "../app/page-head.tsx";
import { jobsQuery, operatorsQuery } from "../data/queries.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { DataTable } from "../trends/chart-frame.tsx";
import { AddressLink } from "../ui/address-link.tsx";
import { ErrorNotice } from "../ui/error-notice.tsx";
import { Notice } from "../ui/notice.tsx";
import { PageTitle } from "../ui/page-title.tsx";
import { Loading, Skeleton } from "../ui/skeleton.tsx";
import { JobStatus } from "./job-status.tsx";
import { ScrollRegion } from "../ui/scroll-region.tsx";
import styles from "./network-page.module.css";

const route = getRouteApi("/network");
const STATUSES = ["posted", "accepted", "submitted", "checking", "disputed", "settled", "refunded", "split"] as const;

/** Operators with what they run and ask, and the jobs of the market. */
export function NetworkPage() {
  const m = useRoomMessages();
  const operators = useQuery(operatorsQuery());
  return (
    <>
      <PageHead title={m.network.title} description={m.network.lead} />
      <PageTitle title={m.network.title} lead={m.network.lead} />
      <section aria-labelledby="operators">
        <h2 id="operators" className={styles.heading}>
          {m.network.operators}
        </h2>
        {!operators.data && !operators.error && (
          <Loading>
            <Skeleton height="12rem" />
          </Loading>
        )}
        {!operators.data && operators.error && (
          <ErrorNotice error={operators.error} retry={() => void operators.refetch()} />
        )}
        {operators.data?.data.length === 0 && (
          <Notice level={3} title={m.network.noOperators} text={m.network.noOperatorsText} />
        )}
        <ul className={styles.operators}>
          {operators.data?.data.map((operator) => (
            <OperatorEntry key={operator.address} operator={operator} />
          ))}
        </ul>
      </section>
      <JobList />
    </>
  );
}

function OperatorEntry(props: { operator: Operator }) {
  const m = useRoomMessages();
  const format = useFormat();
  const { operator } = props;
  const facts: [string, string][] = [
    [m.network.stake, format.ether(operator.stake)],
    [m.network.done, format.number(operator.done)],
    [m.network.failed, format.number(operator.failed)],
    [m.network.earned, format.ether(operator.earned)],
  ];
  return (
    <li className={styles.operator} data-testid="operator">
      <header className={styles.who}>
        <h3>
          <AddressLink address={operator.address} size={30} />
        </h3>
        <p>
          {operator.device
            ? `${operator.device.name} (${m.network.devices[operator.device.kind]})`
            : m.network.unknownDevice}
          {" · "}
          {m.network.since(format.date(operator.registeredAt))}
        </p>
      </header>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className={styles.models}>
        {operator.models.length === 0 && <p>{m.network.noModels}</p>}
        <ul>
          {operator.models.map((model) => (
            <li key={model.workId}>
              <Link to="/works/$id" params={{ id: model.workId }}>
                {model.title || m.why.workNumber(model.workId)}
              </Link>
              <span>{m.network.priceFrom(format.ether(model.priceWei))}</span>
              <span>
                {model.tasks
                  .map((task) => m.create.tasks[task as keyof typeof m.create.tasks]?.name ?? task)
                  .join(", ")}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </li>
  );
}

function JobList() {
  const m = useRoomMessages();
  const format = useFormat();
  const navigate = useNavigate();
  const { status } = route.useSearch();
  const { data, error, refetch } = useQuery(jobsQuery({ status }));
  return (
    <section aria-labelledby="jobs" className={styles.jobs}>
      <header className={styles.jobsHeader}>
        <h2 id="jobs" className={styles.heading}>
          {m.network.jobs}
        </h2>
        <label>
          <span className="visually-hidden">{m.network.filter}</span>
          <select
            value={status ?? ""}
            onChange={(event) =>
              void navigate({
                to: "/network",
                search: { status: event.target.value || undefined },
                resetScroll: false,
              })
            }
          >
            <option value="">{m.network.allStates}</option>
            {STATUSES.map((option) => (
              <option key={option} value={option}>
                {m.job.statuses[option]}
              </option>
            ))}
          </select>
        </label>
      </header>
      {!data && !error && (
        <Loading>
          <Skeleton height="14rem" />
        </Loading>
      )}
      {!data && error && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data?.data.length === 0 && <p>{m.network.noJobs}</p>}
      {data && data.data.length > 0 && (
        <ScrollRegion label={m.trends.asTable(m.network.jobs)}>
          <DataTable
            rows={data.data}
            rowKey={(job) => job.id}
            columns={[
              {
                head: m.network.job,
                renderCell: (job) => (
                  <Link to="/jobs/$id" params={{ id: job.id }}>
                    {m.job.title(job.id)}
                  </Link>
                ),
              },
              { head: m.network.status, renderCell: (job) => <JobStatus status={job.status} /> },
              { head: m.job.task, renderCell: (job) => (job.spec ? m.create.tasks[job.spec.task].name : "—") },
              {
                head: m.network.operator,
                renderCell: (job) => (job.operator ? <AddressLink address={job.operator} /> : m.job.anyOperator),
              },
              { head: m.network.price, renderCell: (job) => format.ether(job.price), number: true },
              { head: m.network.posted, renderCell: (job) => format.dateTime(job.postedAt), number: true },
            ]}
          />
        </ScrollRegion>
      )}
    </section>
  );
}
