import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { Trends } from "../../common/api/schemas.ts";
import { PageHead } from "../app/page-head.tsx";
import { trendsQuery } from "../data/queries.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { AddressLink } from "../ui/address-link.tsx";
import { ErrorNotice } from "../ui/error-notice.tsx";
import { Gallery } from "../ui/gallery.tsx";
import { PageTitle } from "../ui/page-title.tsx";
import { Loading, Skeleton } from "../ui/skeleton.tsx";
import { BarChart } from "./bar-chart.tsx";
import { ChartFrame } from "./chart-frame.tsx";
import { LineChart } from "./line-chart.tsx";
import styles from "./trends-page.module.css";

const route = getRouteApi("/trends");
const WINDOWS = ["7d", "30d", "90d"] as const;
const TOTALS = ["works", "licenses", "remixes", "jobs", "creators", "buyers"] as const;

/** The market in figures: each drawing with its table. */
export function TrendsPage() {
  const m = useRoomMessages();
  const window = route.useSearch().window ?? "30d";
  const { data, error, refetch } = useQuery(trendsQuery(window));
  return (
    <>
      <PageHead title={m.trends.title} description={m.trends.lead} />
      <PageTitle title={m.trends.title} lead={m.trends.lead}>
        <nav aria-label={m.trends.window} className={styles.windows}>
          {WINDOWS.map((option) => (
            <Link
              key={option}
              to="/trends"
              search={{ window: option }}
              resetScroll={false}
              aria-current={option === window ? "true" : undefined}
            >
              {m.trends.windows[option]}
            </Link>
          ))}
        </nav>
      </PageTitle>
      {!data && !error && (
        <Loading className={styles.grid}>
          <Skeleton height="16rem" />
          <Skeleton height="16rem" />
          <Skeleton height="16rem" />
          <Skeleton height="16rem" />
        </Loading>
      )}
      {!data && error && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data && <Figures trends={data.data} block={data.meta.indexedBlock} />}
    </>
  );
}

function Figures(props: { trends: Trends; block: number }) {
  const m = useRoomMessages();
  const format = useFormat();
  const { trends } = props;
  const series = [
    { key: "licenses", title: m.trends.licenses, points: trends.licenses, color: "var(--chart-1)" },
    { key: "volume", title: m.trends.volume, points: trends.volume, color: "var(--chart-2)" },
    { key: "works", title: m.trends.works, points: trends.works, color: "var(--chart-3)" },
  ];
  const timeKey = (row: { time: number }) => String(row.time);
  return (
    <>
      <dl className={styles.totals}>
        {TOTALS.map((key) => (
          <div key={key}>
            <dt>{m.trends.totals[key]}</dt>
            <dd>{format.number(trends.totals[key])}</dd>
          </div>
        ))}
        <div>
          <dt>{m.trends.totals.volumeWei}</dt>
          <dd>{format.ether(trends.totals.volumeWei)}</dd>
        </div>
      </dl>
      <div className={styles.grid}>
        {series.map(({ key, title, points, color }) => (
          <ChartFrame
            key={key}
            title={title}
            rows={points}
            rowKey={timeKey}
            columns={[
              { head: m.trends.date, renderCell: (row) => format.date(row.time) },
              { head: m.trends.value, renderCell: (row) => format.number(row.value), number: true },
            ]}
          >
            <LineChart points={points} color={color} />
          </ChartFrame>
        ))}
        <ChartFrame
          title={m.trends.prices}
          note={m.trends.pricesNote}
          rows={trends.prices}
          rowKey={timeKey}
          columns={[
            { head: m.trends.date, renderCell: (row) => format.date(row.time) },
            { head: m.trends.median, renderCell: (row) => format.number(row.median), number: true },
            {
              head: m.trends.quartiles,
              renderCell: (row) => `${format.number(row.p25)} – ${format.number(row.p75)}`,
              number: true,
            },
            { head: m.trends.sales, renderCell: (row) => format.number(row.count), number: true },
          ]}
        >
          <LineChart
            points={trends.prices.map((row) => ({ time: row.time, value: row.median, low: row.p25, high: row.p75 }))}
            color="var(--chart-4)"
          />
        </ChartFrame>
        <ChartFrame
          title={m.trends.tags}
          note={m.trends.tagsNote}
          rows={trends.tags}
          rowKey={(row) => row.tag}
          columns={[
            { head: m.trends.tags, renderCell: (row) => row.tag },
            { head: m.trends.score, renderCell: (row) => format.number(row.score), number: true },
            { head: m.trends.licenses, renderCell: (row) => format.number(row.licenses), number: true },
            {
              head: m.trends.change,
              renderCell: (row) => (row.change === null ? m.trends.newTag : format.change(row.change)),
              number: true,
            },
          ]}
        >
          <BarChart
            bars={trends.tags.slice(0, 10).map((row) => ({
              key: row.tag,
              name: (
                <Link to="/search" search={{ tag: row.tag }}>
                  {row.tag}
                </Link>
              ),
              value: row.score,
              label: row.change === null ? m.trends.newTag : format.change(row.change),
            }))}
          />
        </ChartFrame>
        <ChartFrame
          title={m.trends.creators}
          rows={trends.creators}
          rowKey={(row) => row.address}
          columns={[
            { head: m.trends.creators, renderCell: (row) => <AddressLink address={row.address} /> },
            { head: m.trends.works, renderCell: (row) => format.number(row.works), number: true },
            { head: m.trends.licenses, renderCell: (row) => format.number(row.licenses), number: true },
            { head: m.trends.totals.volumeWei, renderCell: (row) => format.ether(row.volumeWei), number: true },
          ]}
        >
          <BarChart
            color="var(--chart-2)"
            bars={trends.creators.slice(0, 10).map((row) => ({
              key: row.address,
              name: <AddressLink address={row.address} size={16} />,
              value: row.score,
              label: format.ether(row.volumeWei),
            }))}
          />
        </ChartFrame>
        <ChartFrame
          title={m.trends.kinds}
          rows={trends.kinds}
          rowKey={(row) => row.kind}
          columns={[
            { head: m.search.kind, renderCell: (row) => m.kindsMany[row.kind] },
            { head: m.trends.works, renderCell: (row) => format.number(row.works), number: true },
            { head: m.trends.licenses, renderCell: (row) => format.number(row.licenses), number: true },
            { head: m.trends.totals.volumeWei, renderCell: (row) => format.ether(row.volumeWei), number: true },
          ]}
        >
          <BarChart
            color="var(--chart-3)"
            bars={trends.kinds.map((row) => ({
              key: row.kind,
              name: m.kindsMany[row.kind],
              value: row.licenses,
              label: m.card.licenses(row.licenses),
            }))}
          />
        </ChartFrame>
      </div>
      {trends.works_rising.length > 0 && (
        <section className={styles.rising}>
          <h2>{m.trends.rising}</h2>
          <Gallery items={trends.works_rising} height={12} />
        </section>
      )}
      <p className={styles.asOf}>{m.trends.asOf(format.dateTime(trends.until), props.block)}</p>
    </>
  );
}
