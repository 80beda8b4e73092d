import "./styles/tokens.css";
import "./styles/base.css";
import { hydrate } from "@tanstack/react-query";
import { createBrowserHistory } from "@tanstack/react-router";
import { createRoot, hydrateRoot } from "react-dom/client";
import type { PublicConfig } from "../common/config.ts";
import { ColophonError } from "../common/errors.ts";
import { App } from "./app/app.tsx";
import { createAppRouter } from "./app/create-app-router.ts";
import { createQueryClient } from "./app/create-query-client.ts";
import { BOOT_ELEMENT, type Boot } from "./data/boot-data.ts";
import { callApi } from "./data/api-client.ts";
import { chooseLocale, LOCALE_COOKIE, loadFirstMessages, splitLocale } from "./i18n/locale.ts";
import { showCatalogue } from "./i18n/load-rooms.ts";
import { readCookie } from "./ui/cookie.ts";

/** Start values: the server's data block, or on a static host what `/config.json` and the address say. */
async function readBoot(): Promise<{ boot: Boot; rendered: boolean }> {
  const text = document.querySelector(`#${BOOT_ELEMENT}`)?.textContent;
  if (text) return { boot: JSON.parse(text) as Boot, rendered: true };
  const { locale, path } = splitLocale(location.pathname);
  const config = (await callApi("/config.json")) as PublicConfig;
  const chosen =
    locale ?? chooseLocale({ cookie: readCookie(LOCALE_COOKIE), acceptLanguage: navigator.languages.join(",") });
  const now = Math.floor(Date.now() / 1000);
  return { boot: { config, locale: chosen, theme: null, viewer: null, path, now, queries: null }, rendered: false };
}

async function start(): Promise<void> {
  const { boot, rendered } = await readBoot();
  const messagesLoading = loadFirstMessages(boot.locale);
  const { locale } = splitLocale(location.pathname);
  if (!locale) {
    // An address without a language was answered in the reader's; from here on the address says which.
    const path = location.pathname === "/" ? "/" : location.pathname;
    history.replaceState(history.state, "", `/${boot.locale}${path}${location.search}${location.hash}`);
  }
  const queryClient = createQueryClient(false);
  if (boot.queries) hydrate(queryClient, boot.queries);
  for (const { path, code, message, status } of boot.refusals ?? []) {
    queryClient
      .getQueryCache()
      .build(queryClient, { queryKey: ["api", path] })
      .setState({
        status: "error",
        error: new ColophonError(code, message, { status }),
        errorUpdatedAt: Date.now(),
      });
  }
  const router = createAppRouter({
    locale: boot.locale,
    queryClient,
    history: createBrowserHistory(),
    server: false,
    viewer: boot.viewer,
  });
  // Same tree shape as the server's: without this the router adds a Suspense boundary that the HTML does not have.
  if (rendered) Object.assign(router, { ssr: { manifest: undefined } });
  // A copy: the rest of the catalogue is added to it when a page needs it.
  const messages = { ...(await messagesLoading) };
  showCatalogue(boot.locale, messages);
  await router.load();
  const tree = <App boot={boot} messages={messages} queryClient={queryClient} router={router} head={null} />;
  const container = document.querySelector("#app");
  if (!container) throw new Error("The page has no #app element.");
  if (rendered) hydrateRoot(container, tree);
  else createRoot(container).render(tree);
}

await start();
