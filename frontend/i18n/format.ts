/** Numbers, dates, shares and amounts in one language. Amounts are never turned into floats. */
import { LANGUAGE_TAGS, type Locale } from "./locale.ts";

const ETHER = 10n ** 18n;

export type Format = {
  /** Whole or broken number with grouping. */
  number(value: number): string;
  /** Large count, shortened ("1.2K", "1.2万"). */
  compact(value: number): string;
  /** Value on a chart's axis: short, but never rounded to its neighbour. */
  tick(value: number): string;
  /** Day, from Unix seconds (UTC, so that server and browser agree). */
  date(seconds: number): string;
  /** Day and minute, from Unix seconds (UTC). */
  dateTime(seconds: number): string;
  /** Distance in time, both in Unix seconds. */
  ago(seconds: number, now: number): string;
  /** Length of time in whole units, from seconds. */
  duration(seconds: number): string;
  /** Share of one in percent, from ppm. */
  share(ppm: number): string;
  /** Percent with sign, from a ratio (0.25 = +25 %). */
  change(ratio: number): string;
  /** Amount of the chain's coin with its symbol, from wei. */
  ether(wei: bigint | string): string;
  /** Amount of the chain's coin without symbol. */
  etherNumber(wei: bigint | string): string;
  /** Size of a file. */
  bytes(value: number): string;
  /** "a, b and c". */
  list(items: string[]): string;
};

/**
 * Decimal text of an amount of wei, rounded half up to `digits` significant decimals for reading; exact zero reads "0" and
 * a positive amount never reads "0".
 */
export function etherText(wei: bigint, digits = 5): string {
  const negative = wei < 0n;
  const value = negative ? -wei : wei;
  const step = 10n ** BigInt(18 - digits);
  const rounded = ((value + step / 2n) / step) * step;
  if (value > 0n && rounded === 0n) return `${negative ? "-" : ""}<${decimal(step)}`;
  return `${negative ? "-" : ""}${decimal(rounded)}`;
}

/** Exact decimal text of wei. */
export function decimal(wei: bigint): string {
  const whole = wei / ETHER;
  const fraction = (wei % ETHER).toString().padStart(18, "0").replace(/0+$/, "");
  return fraction ? `${whole}.${fraction}` : `${whole}`;
}

/** Wei of decimal text a person typed, or null where it is no amount (at most 18 decimals, no sign, no exponent). */
export function parseEther(text: string): bigint | null {
  const match = /^(\d{0,12})(?:[.,](\d{0,18}))?$/.exec(text.trim());
  if (!match || (!match[1] && !match[2])) return null;
  return BigInt(match[1] || "0") * ETHER + BigInt((match[2] ?? "").padEnd(18, "0"));
}

/** Builds the formatters of one language; cheap enough to make once per page. */
export function createFormat(locale: Locale): Format {
  const tag = LANGUAGE_TAGS[locale];
  const number = new Intl.NumberFormat(tag, { maximumFractionDigits: 2 });
  const compact = new Intl.NumberFormat(tag, { notation: "compact", maximumFractionDigits: 1 });
  const ticks = new Intl.NumberFormat(tag, { maximumSignificantDigits: 3 });
  const percent = new Intl.NumberFormat(tag, { style: "percent", maximumFractionDigits: 2 });
  const signed = new Intl.NumberFormat(tag, { style: "percent", maximumFractionDigits: 0, signDisplay: "exceptZero" });
  const date = new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeZone: "UTC" });
  const dateTime = new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: "auto" });
  const list = new Intl.ListFormat(tag, { type: "conjunction" });
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(tag, { style: "unit", unit: name, unitDisplay: "long", maximumFractionDigits: 1 }).format(
      value,
    );

  return {
    number: (value) => number.format(value),
    compact: (value) => compact.format(value),
    tick: (value) => (Math.abs(value) >= 10_000 ? compact : ticks).format(value),
    date: (seconds) => date.format(seconds * 1000),
    dateTime: (seconds) => dateTime.format(seconds * 1000),
    ago(seconds, now) {
      const distance = seconds - now;
      const size = Math.abs(distance);
      if (size < 60) return relative.format(0, "minute");
      if (size < 3600) return relative.format(Math.round(distance / 60), "minute");
      if (size < 86_400) return relative.format(Math.round(distance / 3600), "hour");
      if (size < 30 * 86_400) return relative.format(Math.round(distance / 86_400), "day");
      if (size < 365 * 86_400) return relative.format(Math.round(distance / (30 * 86_400)), "month");
      return relative.format(Math.round(distance / (365 * 86_400)), "year");
    },
    duration(seconds) {
      if (seconds % 31_536_000 === 0 && seconds > 0) return unit(seconds / 31_536_000, "year");
      if (seconds >= 86_400) return unit(seconds / 86_400, "day");
      if (seconds >= 3600) return unit(seconds / 3600, "hour");
      if (seconds >= 60) return unit(seconds / 60, "minute");
      return unit(seconds, "second");
    },
    share: (ppm) => percent.format(ppm / 1_000_000),
    change: (ratio) => signed.format(ratio),
    ether: (wei) => `${etherText(BigInt(wei))} ETH`,
    etherNumber: (wei) => etherText(BigInt(wei)),
    bytes(value) {
      if (value < 1000) return `${number.format(value)} B`;
      if (value < 1_000_000) return `${number.format(Math.round(value / 100) / 10)} kB`;
      return `${number.format(Math.round(value / 100_000) / 10)} MB`;
    },
    list: (items) => list.format(items),
  };
}
