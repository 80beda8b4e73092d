/** Renders public pages to HTML. Built to `dist/server/render.js` and called by the API server. */
import { dehydrate, type DehydratedState } from "@tanstack/react-query";
import { createMemoryHistory } from "@tanstack/react-router";
import { renderToString } from "react-dom/server";
import type { PublicConfig } from "../common/config.ts";
import { ColophonError } from "../common/errors.ts";
import { App } from "./app/app.tsx";
import { createAppRouter } from "./app/create-app-router.ts";
import { createQueryClient } from "./app/create-query-client.ts";
import { type Assets, documentHtml } from "./app/document-html.ts";
import type { Head } from "./app/head.ts";
import { type Boot, VIEWER_COOKIE } from "./data/boot-data.ts";
import type { LoadJson } from "./data/api-client.ts";
import { chooseLocale, LOCALE_COOKIE, type Locale, loadMessages, splitLocale } from "./i18n/locale.ts";
import { readCookie } from "./ui/cookie.ts";
import { THEME_COOKIE, type Theme } from "./ui/theme.ts";

/** Written by the build: names of the browser's files. */
declare const __COLOPHON_ASSETS__: Assets;

export type RenderRequest = {
  /** Path and search of the request, such as `/zh/works/3`. */
  url: string;
  config: PublicConfig;
  /** Answers API paths in-process; rejects with a `ColophonError` where the API refuses. */
  loadJson: LoadJson;
  locale?: Locale;
  theme?: Theme;
  /** `Accept-Language` of the request. */
  acceptLanguage?: string;
  /** `Cookie` of the request. */
  cookies?: string | Record<string, string | undefined>;
  /** Unix seconds; the clock's where left out. */
  now?: number;
};

export type RenderResult = { status: number; html: string; headers: Record<string, string> };

function cookieOf(cookies: RenderRequest["cookies"], name: string): string | null {
  if (!cookies) return null;
  return typeof cookies === "string" ? readCookie(name, cookies) : (cookies[name] ?? null);
}

/** Refusals come from outside of this bundle, where their class is another one: the code and the rest are the same. */
function ownRefusal(error: unknown): never {
  if (error instanceof Error && "code" in error && typeof error.code === "string") {
    const { status, data } = error as { status?: number; data?: Record<string, unknown> };
    throw new ColophonError(error.code, error.message, { status, data, cause: error });
  }
  throw error;
}

/**
 * Renders one page. Data that cannot be loaded leaves the page's own error state, which the browser retries.
 * @returns status 404 where the page says that there is no such thing, else 200
 */
export async function render(request: RenderRequest): Promise<RenderResult> {
  const url = new URL(request.url, "http://page.invalid");
  const asked = splitLocale(url.pathname);
  const locale =
    asked.locale ??
    request.locale ??
    chooseLocale({ cookie: cookieOf(request.cookies, LOCALE_COOKIE), acceptLanguage: request.acceptLanguage ?? null });
  const themeCookie = request.theme ?? cookieOf(request.cookies, THEME_COOKIE);
  const theme = themeCookie === "light" || themeCookie === "dark" ? themeCookie : null;

  const viewerCookie = cookieOf(request.cookies, VIEWER_COOKIE);
  const viewer = viewerCookie && /^0x[0-9a-f]{40}$/.test(viewerCookie) ? viewerCookie : null;

  const queryClient = createQueryClient(true);
  queryClient.setDefaultOptions({
    ...queryClient.getDefaultOptions(),
    queries: {
      ...queryClient.getDefaultOptions().queries,
      meta: { loadJson: (path: string) => request.loadJson(path).catch(ownRefusal) },
    },
  });
  const path = `${asked.path}${url.search}`;
  const router = createAppRouter({
    locale,
    queryClient,
    history: createMemoryHistory({ initialEntries: [`/${locale}${path}`] }),
    server: true,
    viewer,
  });
  const [messages] = await Promise.all([loadMessages(locale), router.load()]);

  const boot: Boot = {
    config: request.config,
    locale,
    theme,
    viewer,
    path,
    now: request.now ?? Math.floor(Date.now() / 1000),
    queries: null,
  };
  const head: Head = { title: messages.site.name, description: messages.site.tagline, image: null, status: 200 };
  const body = renderToString(
    <App boot={boot} messages={messages} queryClient={queryClient} router={router} head={head} />,
  );
  const queries: DehydratedState = dehydrate(queryClient);
  const refusals = queryClient
    .getQueryCache()
    .getAll()
    .flatMap(({ queryKey, state }) =>
      state.error instanceof ColophonError && state.error.status >= 400 && state.error.status < 500
        ? [
            {
              path: String(queryKey[1]),
              code: state.error.code,
              message: state.error.message,
              status: state.error.status,
            },
          ]
        : [],
    );
  queryClient.clear();
  return {
    status: head.status,
    html: documentHtml({
      body,
      boot: { ...boot, queries, refusals },
      head,
      assets: __COLOPHON_ASSETS__,
      pathname: asked.path,
    }),
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-language": locale === "zh" ? "zh-Hans" : "en",
      ...(asked.locale ? {} : { vary: "cookie, accept-language" }),
    },
  };
}
