import { scaleLinear, scaleTime } from "d3-scale";
import { area, curveMonotoneX, line } from "d3-shape";
import { useFormat } from "../i18n/i18n-context.tsx";
import styles from "./chart.module.css";

export type LinePoint = { time: number; value: number; low?: number; high?: number };

const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 44;
const BOTTOM = 26;
const TOP = 10;

/**
 * A line over time with a soft fill, or with a band where the points carry `low` and `high`. Drawn for the eye only: the
 * frame around it carries the table.
 */
export function LineChart(props: { points: readonly LinePoint[]; color?: string }) {
  const format = useFormat();
  const { points } = props;
  const color = props.color ?? "var(--chart-1)";
  const first = points[0]?.time ?? 0;
  const last = points.at(-1)?.time ?? 1;
  const top = Math.max(...points.map((point) => point.high ?? point.value), 0);
  const x = scaleTime([first * 1000, last * 1000], [LEFT, WIDTH - 6]);
  const y = scaleLinear([0, top || 1], [HEIGHT - BOTTOM, TOP]).nice(4);
  const ticks = y.ticks(4);
  const banded = points.some((point) => point.high !== undefined);
  const path = line<LinePoint>(
    (point) => x(point.time * 1000),
    (point) => y(point.value),
  ).curve(curveMonotoneX);
  const fill = area<LinePoint>(
    (point) => x(point.time * 1000),
    (point) => y(banded ? (point.low ?? point.value) : 0),
    (point) => y(banded ? (point.high ?? point.value) : point.value),
  ).curve(curveMonotoneX);
  const labels = points.length < 2 ? points : [points[0], points[Math.floor(points.length / 2)], points.at(-1)];
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className={styles.chart} aria-hidden="true">
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={LEFT} x2={WIDTH} y1={y(tick)} y2={y(tick)} className={styles.grid} />
          <text x={LEFT - 8} y={y(tick) + 4} className={styles.tick} textAnchor="end">
            {format.tick(tick)}
          </text>
        </g>
      ))}
      <path d={fill([...points]) ?? ""} fill={color} opacity={banded ? 0.22 : 0.12} />
      <path d={path([...points]) ?? ""} fill="none" stroke={color} strokeWidth="2" strokeLinejoin="round" />
      {points.length === 1 && points[0] && (
        <circle cx={x(points[0].time * 1000)} cy={y(points[0].value)} r="4" fill={color} />
      )}
      {labels.map(
        (point, index) =>
          point && (
            <text
              key={point.time}
              x={x(point.time * 1000)}
              y={HEIGHT - 6}
              className={styles.tick}
              textAnchor={labels.length === 1 || index === 1 ? "middle" : index === 0 ? "start" : "end"}
            >
              {format.date(point.time)}
            </text>
          ),
      )}
    </svg>
  );
}
