// A line chart over time, with a table of the same values. Values are bigint; only their positions
// in the picture are floats.
import { useId, useMemo, useState, type PointerEvent } from "react";
import styles from "./chart.module.css";

export interface Point {
  readonly at: number; // Milliseconds since 1970.
  readonly value: bigint;
}

interface LineChartProps {
  readonly points: readonly Point[]; // In order of time; at least two.
  readonly isStepped?: boolean; // The value holds until the next point, as a balance does.
  readonly label: string;
  readonly summary: string;
  readonly printValue: (value: bigint) => string;
  readonly printAt: (at: number) => string;
  readonly printTick: (at: number) => string;
}

const width = 800;
const height = 240;
const edge = { left: 8, right: 8, top: 16, bottom: 26 };

interface Scale {
  readonly x: (at: number) => number;
  readonly y: (value: bigint) => number;
  readonly ticks: readonly bigint[];
}

// A step of 1, 2 or 5 times a power of ten that divides `span` into about four.
function stepOf(span: bigint): bigint {
  const rough = span / 4n;
  if (rough <= 1n) return 1n;
  const power = 10n ** BigInt(rough.toString().length - 1);
  for (const factor of [1n, 2n, 5n]) if (rough <= factor * power) return factor * power;
  return 10n * power;
}

function scaleOf(points: readonly Point[]): Scale {
  const values = points.map((point) => point.value);
  let low = values.reduce((a, b) => (b < a ? b : a));
  let high = values.reduce((a, b) => (b > a ? b : a));
  if (low > 0n) low = 0n;
  if (high < 0n) high = 0n;
  if (low === high) high = low + 1n;
  const step = stepOf(high - low);
  const ticks: bigint[] = [];
  const floor = low < 0n ? -((-low + step - 1n) / step) * step : (low / step) * step;
  for (let tick = floor; tick < high + step; tick += step) ticks.push(tick);
  const bottom = ticks[0] as bigint;
  const span = Number((ticks.at(-1) as bigint) - bottom);
  const first = (points[0] as Point).at;
  const time = Math.max(1, (points.at(-1) as Point).at - first);
  return {
    x: (at) => edge.left + ((at - first) / time) * (width - edge.left - edge.right),
    y: (value) =>
      height - edge.bottom - (Number(value - bottom) / span) * (height - edge.top - edge.bottom),
    ticks,
  };
}

function pathOf(points: readonly Point[], scale: Scale, isStepped: boolean): string {
  const round = (n: number) => n.toFixed(1);
  return points
    .map((point, index) => {
      const x = round(scale.x(point.at));
      const y = round(scale.y(point.value));
      if (index === 0) return `M${x} ${y}`;
      return isStepped ? `H${x}V${y}` : `L${x} ${y}`;
    })
    .join("");
}

export function LineChart(props: LineChartProps) {
  const { points, isStepped = false, label, summary, printValue, printAt, printTick } = props;
  const [chosen, setChosen] = useState<Point>();
  const id = useId();
  const scale = useMemo(() => scaleOf(points), [points]);
  const line = useMemo(() => pathOf(points, scale, isStepped), [points, scale, isStepped]);
  const first = points[0] as Point;
  const last = points.at(-1) as Point;
  const base = scale.y(0n);
  const times = [0, 1, 2, 3, 4].map((part) => first.at + ((last.at - first.at) * part) / 4);

  const choose = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width;
    setChosen(points.findLast((point) => scale.x(point.at) <= x) ?? first);
  };

  return (
    <figure className={styles.figure} data-figure>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        className={styles.chart}
        role="img"
        aria-labelledby={`${id}-title ${id}-summary`}
        preserveAspectRatio="none"
        onPointerMove={choose}
        onPointerLeave={() => setChosen(undefined)}
      >
        <title id={`${id}-title`}>{label}</title>
        {scale.ticks.map((tick) => (
          <line
            key={tick.toString()}
            className={tick === 0n ? styles.zero : styles.grid}
            x1={0}
            x2={width}
            y1={scale.y(tick)}
            y2={scale.y(tick)}
          />
        ))}
        <path className={styles.area} d={`${line}V${base}H${scale.x(first.at)}Z`} />
        <path className={styles.line} d={line} />
        {chosen && (
          <line
            className={styles.cursor}
            x1={scale.x(chosen.at)}
            x2={scale.x(chosen.at)}
            y1={edge.top}
            y2={height - edge.bottom}
          />
        )}
      </svg>
      <div className={styles.ticksY} aria-hidden="true">
        {scale.ticks.map((tick) => (
          <span key={tick.toString()} style={{ top: `${(scale.y(tick) / height) * 100}%` }}>
            {printValue(tick)}
          </span>
        ))}
      </div>
      <div className={styles.ticksX} aria-hidden="true">
        {times.map((time) => (
          <span key={time}>{printTick(time)}</span>
        ))}
      </div>
      <figcaption id={`${id}-summary`} className={styles.caption}>
        {chosen ? (
          <strong>
            {printAt(chosen.at)} · {printValue(chosen.value)}
          </strong>
        ) : (
          summary
        )}
      </figcaption>
    </figure>
  );
}
