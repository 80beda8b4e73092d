import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { Page, WorkCard } from "../../common/api/schemas.ts";
import { PageHead } from "../app/page-head.tsx";
import { callApi } from "../data/api-client.ts";
import { worksPath, worksQuery } from "../data/queries.ts";
import { useRoomMessages } from "../i18n/i18n-context.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { ErrorNotice } from "../ui/error-notice.tsx";
import { Gallery, GallerySkeleton } from "../ui/gallery.tsx";
import { Notice } from "../ui/notice.tsx";
import { PageTitle } from "../ui/page-title.tsx";
import { SearchBox } from "./search-box.tsx";
import styles from "./search-page.module.css";

const route = getRouteApi("/search");
const KINDS = ["image", "music", "text", "video", "model"] as const;
const SORTS = ["new", "rising", "cheap"] as const;

/** Works by words, kind, tag and order; every filter stands in the address. */
export function SearchPage() {
  const m = useRoomMessages();
  const search = route.useSearch();
  const navigate = useNavigate();
  const client = useQueryClient();
  // The first page was read by the route's loader; further ones follow its cursor.
  const first = client.getQueryData<Page<WorkCard>>(worksQuery(search).queryKey);
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["works", search],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      pageParam
        ? (callApi(`${worksPath(search)}&cursor=${encodeURIComponent(pageParam)}`) as Promise<Page<WorkCard>>)
        : client.fetchQuery(worksQuery(search)),
    getNextPageParam: (page) => page.next,
    initialData: first ? { pages: [first], pageParams: [null] } : undefined,
    staleTime: 10_000,
  });
  const works = data?.pages.flatMap((page) => page.data) ?? [];
  const title = search.q ? m.search.results(search.q) : search.tag ? `#${search.tag}` : m.search.all;
  const filtered = Boolean(search.q || search.kind || search.tag || search.remixable);

  return (
    <>
      <PageHead title={title} />
      <PageTitle title={title} />
      <div className={styles.tools}>
        <SearchBox query={search.q} />
        <div className={styles.filters}>
          <label>
            {m.search.kind}
            <select
              value={search.kind ?? ""}
              onChange={(event) =>
                void navigate({
                  to: "/search",
                  search: { ...search, kind: KINDS.find((kind) => kind === event.target.value) },
                })
              }
            >
              <option value="">{m.kindsMany.all}</option>
              {KINDS.map((kind) => (
                <option key={kind} value={kind}>
                  {m.kindsMany[kind]}
                </option>
              ))}
            </select>
          </label>
          <label>
            {m.search.sort}
            <select
              value={search.sort ?? "new"}
              onChange={(event) =>
                void navigate({
                  to: "/search",
                  search: { ...search, sort: SORTS.find((sort) => sort === event.target.value) },
                })
              }
            >
              {SORTS.map((sort) => (
                <option key={sort} value={sort}>
                  {m.search.sorts[sort]}
                </option>
              ))}
            </select>
          </label>
          <label className={styles.check}>
            <input
              type="checkbox"
              checked={search.remixable === true}
              onChange={(event) =>
                void navigate({
                  to: "/search",
                  search: { ...search, remixable: event.target.checked ? true : undefined },
                })
              }
            />
            {m.search.remixable}
          </label>
          {filtered && (
            <Link to="/search" search={{}} className={styles.clear}>
              {m.search.clear}
            </Link>
          )}
        </div>
      </div>
      {!data && !error && <GallerySkeleton count={12} height={13} />}
      {!data && error && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data && works.length === 0 && (
        <Notice
          title={m.search.emptyTitle}
          text={m.search.emptyText}
          action={
            <Link to="/search" search={{}} className={buttonClass()}>
              {m.search.clear}
            </Link>
          }
        />
      )}
      {works.length > 0 && <Gallery items={works.map((work) => ({ work }))} label={title} height={13} level={2} lead />}
      {hasNextPage && (
        <p className={styles.more}>
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {m.state.more}
          </Button>
        </p>
      )}
    </>
  );
}
