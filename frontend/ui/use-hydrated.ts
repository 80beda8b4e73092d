import { useSyncExternalStore } from "react";

const never = () => () => {};

/**
 * False while the page is only the server's HTML, true once it answers. What needs scripts is disabled until then: a press
 * that nothing hears is worse than a moment's wait.
 */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
