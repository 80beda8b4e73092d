import { QueryClient } from "@tanstack/react-query";
import { ColophonError } from "../../common/errors.ts";

/** Query cache with our rules: refusals (4xx) are answers and are not asked again. */
export function createQueryClient(server: boolean): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (count, error) =>
          !server && count < 2 && !(error instanceof ColophonError && error.status >= 400 && error.status < 500),
        // An answer "there is none" stays until the page is asked for anew.
        retryOnMount: false,
        staleTime: 10_000,
        // The server's render ends with the request; nothing is collected later.
        gcTime: server ? Number.POSITIVE_INFINITY : 300_000,
        refetchOnWindowFocus: !server,
      },
      dehydrate: { shouldDehydrateQuery: (query) => query.state.status === "success" && query.queryKey[0] === "api" },
    },
  });
}
