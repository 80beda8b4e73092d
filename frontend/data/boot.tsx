import { createContext, type ReactNode, use } from "react";
import type { PublicConfig } from "../../common/config.ts";
import type { Boot } from "./boot-data.ts";

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

/** Account whose shelves the server showed. */
export const useRenderedViewer = (): Boot["viewer"] => useBoot().viewer;
