import { createContext, type ReactNode, use } from "react";
import type { PublicConfig } from "../../common/config.ts";

/** What the server writes into the page beside the HTML; the browser starts from the same values. */
export type Boot = {
  config: PublicConfig;
  locale: "en" | "zh";
  theme: "light" | "dark" | null;
  /** Path below the locale prefix, with search. */
  path: string;
  /** Time of rendering, Unix seconds: both sides say "yesterday" about the same day. */
  now: number;
  /** Dehydrated query cache. */
  queries: unknown;
};

/** Id of the JSON data block. */
export const BOOT_ELEMENT = "colophon-boot";

const BootContext = createContext<Boot | null>(null);

export function BootProvider(props: { boot: Boot; children: ReactNode }) {
  return <BootContext value={props.boot}>{props.children}</BootContext>;
}

function useBoot(): Boot {
  const boot = use(BootContext);
  if (!boot) throw new Error("BootProvider is missing above this component.");
  return boot;
}

/** The running stack's configuration. */
export const useConfig = (): PublicConfig => useBoot().config;

/** Time at which the page was rendered, Unix seconds. */
export const useRenderTime = (): number => useBoot().now;

/** Theme the reader chose, null while the system's is followed. */
export const useChosenTheme = (): Boot["theme"] => useBoot().theme;
