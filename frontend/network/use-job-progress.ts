import { useEffect, useState } from "react";
import type { JobProgress } from "../../common/documents.ts";

export type LiveProgress = { progress: JobProgress | null; unreachable: boolean };

/** Follows a node's own report of a job (SSE). The browser reconnects by itself; errors are told, not hidden. */
export function useJobProgress(url: string | null, active: boolean): LiveProgress {
  const [state, setState] = useState<LiveProgress>({ progress: null, unreachable: false });
  useEffect(() => {
    if (!url || !active) return;
    const source = new EventSource(url);
    const onMessage = (event: MessageEvent<string>) => {
      try {
        setState({ progress: JSON.parse(event.data) as JobProgress, unreachable: false });
      } catch (error) {
        console.warn("A progress message of the node is no JSON.", error);
      }
    };
    source.addEventListener("message", onMessage);
    source.addEventListener("progress", onMessage);
    source.addEventListener("error", () => {
      setState((before) => ({ ...before, unreachable: source.readyState === EventSource.CLOSED }));
    });
    return () => source.close();
  }, [url, active]);
  return state;
}
