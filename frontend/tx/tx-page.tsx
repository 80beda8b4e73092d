import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Missing } from "../app/not-found-page.tsx";
import { PageHead } from "../app/page-head.tsx";
import { useConfig } from "../data/boot.tsx";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { AddressLink } from "../ui/address-link.tsx";
import { ErrorNotice } from "../ui/error-notice.tsx";
import { PageTitle } from "../ui/page-title.tsx";
import { Loading, Skeleton } from "../ui/skeleton.tsx";
import styles from "./tx-page.module.css";

const route = getRouteApi("/tx/$hash");

/** One transaction as the chain itself tells it, read by this browser and not by our server. */
export function TxPage() {
  const m = useRoomMessages();
  const format = useFormat();
  const config = useConfig();
  const { hash } = route.useParams();
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ["tx", hash],
    queryFn: async () => (await import("./read-transaction.ts")).readTransaction(hash, config),
    staleTime: 60_000,
    enabled: typeof document !== "undefined",
  });
  if (data === null) return <Missing title={m.tx.unknownTitle} text={m.tx.unknownText} />;
  return (
    <>
      <PageHead title={`${m.tx.title} ${hash.slice(0, 10)}…`} description={m.tx.lead} />
      <PageTitle title={m.tx.title} lead={m.tx.lead} />
      <p className={styles.hash}>{hash}</p>
      {error && <ErrorNotice error={error} retry={() => void refetch()} />}
      {isPending && (
        <Loading className={styles.loading}>
          <p>{m.tx.checking}…</p>
          <Skeleton height="10rem" />
        </Loading>
      )}
      {data && (
        <>
          <dl className={styles.facts}>
            <dt>{m.tx.status}</dt>
            <dd data-status={data.status}>{data.status === "success" ? m.tx.success : m.tx.reverted}</dd>
            <dt>{m.tx.block}</dt>
            <dd>
              {format.number(data.block)} · {format.dateTime(data.time)} UTC
            </dd>
            <dt>{m.tx.from}</dt>
            <dd>
              <AddressLink address={data.from} />
            </dd>
            <dt>{m.tx.to}</dt>
            <dd>{data.contract ?? (data.to ? <AddressLink address={data.to} /> : "—")}</dd>
            <dt>{m.tx.value}</dt>
            <dd>{format.ether(data.value)}</dd>
            <dt>{m.tx.gas}</dt>
            <dd>{format.number(data.gas)}</dd>
          </dl>
          <h2 className={styles.heading}>{m.tx.events}</h2>
          {data.events.length === 0 && <p>{m.tx.noEvents}</p>}
          <ol className={styles.events}>
            {data.events.map((event) => (
              <li key={event.logIndex}>
                <h3>
                  {event.name} <small>{event.contract}</small>
                </h3>
                <dl>
                  {event.args.map(([name, value]) => (
                    <div key={name}>
                      <dt>{name}</dt>
                      <dd>
                        {/^(id|workId|child|parent|modelWork|childId|parentId)$/.test(name) && value !== "0" ? (
                          <Link to="/works/$id" params={{ id: value }}>
                            {value}
                          </Link>
                        ) : (
                          value
                        )}
                      </dd>
                    </div>
                  ))}
                </dl>
              </li>
            ))}
          </ol>
        </>
      )}
    </>
  );
}
