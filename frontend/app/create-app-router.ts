import type { QueryClient } from "@tanstack/react-query";
import { createRouter, type RouterHistory } from "@tanstack/react-router";
import type { Locale } from "../i18n/locale.ts";
import { NotFoundPage } from "./not-found-page.tsx";
import { PageError } from "./page-error.tsx";
import { routeTree } from "./routes.tsx";

/** Builds the router of one language: the locale is the base path, so no route carries it. */
export function createAppRouter(options: {
  locale: Locale;
  queryClient: QueryClient;
  history?: RouterHistory;
  server: boolean;
  viewer: string | null;
}) {
  return createRouter({
    routeTree,
    basepath: `/${options.locale}`,
    history: options.history,
    isServer: options.server,
    context: { queryClient: options.queryClient, waitForData: options.server, viewer: options.viewer },
    defaultPreload: options.server ? false : "intent",
    defaultPreloadStaleTime: 0,
    // On the server this would write an inline script, which the content security policy forbids.
    scrollRestoration: !options.server,
    defaultNotFoundComponent: NotFoundPage,
    defaultErrorComponent: PageError,
  });
}

export type AppRouter = ReturnType<typeof createAppRouter>;

declare module "@tanstack/react-router" {
  interface Register {
    router: AppRouter;
  }
}
