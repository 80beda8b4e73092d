import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ColophonError } from "../../common/errors.ts";
import { chainState } from "../chain/chain-store.ts";
import {
  accountQuery,
  jobQuery,
  jobsQuery,
  operatorsQuery,
  shelvesQuery,
  similarQuery,
  type TrendWindow,
  trendsQuery,
  type WorkSort,
  workQuery,
  worksQuery,
} from "../data/queries.ts";
import { DiscoverPage } from "../discover/discover-page.tsx";
import { loadRooms } from "../i18n/load-rooms.ts";
import { NotFoundPage } from "./not-found-page.tsx";
import { Shell } from "./shell.tsx";

export type RouterContext = {
  queryClient: QueryClient;
  /** On the server a page waits for its data; in the browser it shows skeletons at once. */
  waitForData: boolean;
  /** Account whose shelves the page shows before a wallet has spoken. */
  viewer: string | null;
};

/** A page in a chunk of its own, with the part of the catalogue that it needs. */
function room<Module extends Record<string, unknown>, Name extends keyof Module & string>(
  load: () => Promise<Module>,
  name: Name,
) {
  return lazyRouteComponent(async () => {
    const [module] = await Promise.all([load(), typeof document === "undefined" ? null : loadRooms()]);
    return module;
  }, name);
}

type AnyQuery = { queryKey: readonly unknown[] };

/** Milliseconds for which a refusal ("there is no such work") is believed. */
const REFUSAL_HOLDS = 10_000;

function refusedJustNow(state: { error: unknown; errorUpdatedAt: number } | undefined): boolean {
  const error = state?.error;
  if (!state || !(error instanceof ColophonError) || error.status < 400 || error.status >= 500) return false;
  return Date.now() - state.errorUpdatedAt < REFUSAL_HOLDS;
}

/** Starts the page's reads, all at once; a refusal is left in the cache, where the page shows it. */
async function prefetch(context: RouterContext, ...queries: AnyQuery[]): Promise<void> {
  const asked = queries.filter(({ queryKey }) => !refusedJustNow(context.queryClient.getQueryState(queryKey)));
  const all = Promise.all(asked.map((query) => context.queryClient.prefetchQuery(query as never)));
  if (context.waitForData) await all;
}

const root = createRootRouteWithContext<RouterContext>()({ component: Shell, notFoundComponent: NotFoundPage });

const KINDS = ["image", "music", "text", "video", "model", "dataset", "other"] as const;
type KindFilter = (typeof KINDS)[number];
const kindOf = (value: unknown): KindFilter | undefined => KINDS.find((kind) => kind === value);
const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value ? value : typeof value === "number" ? String(value) : undefined;

export const discoverRoute = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: (search: Record<string, unknown>): { kind?: KindFilter } => ({ kind: kindOf(search.kind) }),
  loader: ({ context }) => prefetch(context, shelvesQuery(chainState().address ?? context.viewer ?? undefined)),
  component: DiscoverPage,
});

export type SearchParameters = {
  q?: string;
  kind?: KindFilter;
  tag?: string;
  sort?: WorkSort;
  remixable?: true;
};

export const searchRoute = createRoute({
  getParentRoute: () => root,
  path: "/search",
  validateSearch: (search: Record<string, unknown>): SearchParameters => ({
    q: textOf(search.q),
    kind: kindOf(search.kind),
    tag: textOf(search.tag),
    sort: (["new", "rising", "cheap"] as const).find((sort) => sort === search.sort),
    remixable: search.remixable === true || search.remixable === "true" || search.remixable === 1 ? true : undefined,
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => prefetch(context, worksQuery(deps)),
  component: room(() => import("../discover/search-page.tsx"), "SearchPage"),
});

export const workRoute = createRoute({
  getParentRoute: () => root,
  path: "/works/$id",
  loader: ({ context, params }) => prefetch(context, workQuery(params.id), similarQuery(params.id)),
  component: room(() => import("../work/work-page.tsx"), "WorkPage"),
});

export const createPageRoute = createRoute({
  getParentRoute: () => root,
  path: "/create",
  validateSearch: (search: Record<string, unknown>): { mode?: "upload" | "generate"; license?: string } => ({
    mode: (["upload", "generate"] as const).find((mode) => mode === search.mode),
    license: textOf(search.license),
  }),
  component: room(() => import("../create/create-page.tsx"), "CreatePage"),
});

export const meRoute = createRoute({
  getParentRoute: () => root,
  path: "/me",
  component: room(() => import("../account/me-page.tsx"), "MePage"),
});

export const profileRoute = createRoute({
  getParentRoute: () => root,
  path: "/u/$address",
  loader: ({ context, params }) => prefetch(context, accountQuery(params.address)),
  component: room(() => import("../profile/profile-page.tsx"), "ProfilePage"),
});

export const trendsRoute = createRoute({
  getParentRoute: () => root,
  path: "/trends",
  validateSearch: (search: Record<string, unknown>): { window?: TrendWindow } => ({
    window: (["7d", "30d", "90d"] as const).find((window) => window === search.window),
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => prefetch(context, trendsQuery(deps.window ?? "30d")),
  component: room(() => import("../trends/trends-page.tsx"), "TrendsPage"),
});

export const networkRoute = createRoute({
  getParentRoute: () => root,
  path: "/network",
  validateSearch: (search: Record<string, unknown>): { status?: string } => ({ status: textOf(search.status) }),
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => prefetch(context, operatorsQuery(), jobsQuery({ status: deps.status })),
  component: room(() => import("../network/network-page.tsx"), "NetworkPage"),
});

export const jobRoute = createRoute({
  getParentRoute: () => root,
  path: "/jobs/$id",
  loader: ({ context, params }) => prefetch(context, jobQuery(params.id)),
  component: room(() => import("../network/job-page.tsx"), "JobPage"),
});

export const verifyRoute = createRoute({
  getParentRoute: () => root,
  path: "/verify",
  component: room(() => import("../verify/verify-page.tsx"), "VerifyPage"),
});

export const txRoute = createRoute({
  getParentRoute: () => root,
  path: "/tx/$hash",
  component: room(() => import("../tx/tx-page.tsx"), "TxPage"),
});

export const routeTree = root.addChildren([
  discoverRoute,
  searchRoute,
  workRoute,
  createPageRoute,
  meRoute,
  profileRoute,
  trendsRoute,
  networkRoute,
  jobRoute,
  verifyRoute,
  txRoute,
]);
