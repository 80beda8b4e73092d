import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { BootProvider } from "../data/boot.tsx";
import type { Boot } from "../data/boot-data.ts";
import { I18nProvider } from "../i18n/i18n-context.tsx";
import type { RoomMessages } from "../messages/en-rooms.ts";
import type { FirstMessages } from "../messages/en.ts";
import type { AppRouter } from "./create-app-router.ts";
import type { Head } from "./head.ts";
import { HeadContext } from "./page-head.tsx";

/** The whole tree, the same on the server and in the browser. */
export function App(props: {
  boot: Boot;
  messages: FirstMessages & Partial<RoomMessages>;
  queryClient: QueryClient;
  router: AppRouter;
  head: Head | null;
}) {
  return (
    <HeadContext value={props.head}>
      <BootProvider boot={props.boot}>
        <I18nProvider locale={props.boot.locale} messages={props.messages}>
          <QueryClientProvider client={props.queryClient}>
            <RouterProvider router={props.router} />
          </QueryClientProvider>
        </I18nProvider>
      </BootProvider>
    </HeadContext>
  );
}
