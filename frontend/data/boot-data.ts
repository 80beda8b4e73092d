import type { PublicConfig } from "../../common/config.ts";

/** What the server writes into the page beside the HTML; the browser starts from the same values. */
export type Boot = {
  config: PublicConfig;
  locale: "en" | "zh";
  theme: "light" | "dark" | null;
  /** Account whose shelves the server showed, lower case: the one that was connected last. */
  viewer: string | null;
  /** Path below the locale prefix, with search. */
  path: string;
  /** Time of rendering, Unix seconds: both sides say "yesterday" about the same day. */
  now: number;
  /** Dehydrated query cache. */
  queries: unknown;
  /** Reads that the API refused: the browser shows the same refusal without asking again. */
  refusals?: { path: string; code: string; message: string; status: number }[];
};

/** Id of the JSON data block. */
export const BOOT_ELEMENT = "colophon-boot";

/** Name of the cookie that tells the server whose shelves to show. An address is public and proves nothing. */
export const VIEWER_COOKIE = "colophon_viewer";
