import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { Shelf } from "../../common/api/schemas.ts";
import { PageHead } from "../app/page-head.tsx";
import { useChainState } from "../chain/chain-store.ts";
import { useRenderedViewer } from "../data/boot.tsx";
import { shelvesQuery } from "../data/queries.ts";
import { useMessages } from "../i18n/i18n-context.tsx";
import { buttonClass } from "../ui/button.tsx";
import { ErrorNotice } from "../ui/error-notice.tsx";
import { Gallery, GallerySkeleton } from "../ui/gallery.tsx";
import { Notice } from "../ui/notice.tsx";
import styles from "./discover-page.module.css";
import { SearchBox } from "./search-box.tsx";

const KINDS = [undefined, "image", "music", "text", "model"] as const;
const route = getRouteApi("/");

/** Shelves of works, each with its reason. */
export function DiscoverPage() {
  const m = useMessages();
  const { kind } = route.useSearch();
  const { address, settled } = useChainState();
  const rendered = useRenderedViewer();
  const viewer = address ?? (settled ? null : rendered);
  // While another account's shelves are on their way, the ones shown stay.
  const { data, error, refetch } = useQuery({
    ...shelvesQuery(viewer ?? undefined),
    placeholderData: keepPreviousData,
  });

  const shelves = (data?.data ?? [])
    .map((shelf) => ({ ...shelf, items: shelf.items.filter(({ work }) => !kind || work.kind === kind) }))
    .filter((shelf) => shelf.items.length > 0);

  return (
    <>
      <PageHead />
      <div className={styles.masthead}>
        <div>
          <h1 className={styles.title}>{m.discover.title}</h1>
          <p className={styles.lead}>{m.discover.lead}</p>
        </div>
        <SearchBox />
        <nav aria-label={m.discover.filter} className={styles.filter}>
          {KINDS.map((option) => (
            <Link
              key={option ?? "all"}
              to="/"
              search={{ kind: option }}
              resetScroll={false}
              className={styles.chip}
              aria-current={option === kind ? "true" : undefined}
            >
              {m.kindsMany[option ?? "all"]}
            </Link>
          ))}
        </nav>
      </div>
      {!data && !error && (
        <div className={styles.shelf}>
          <GallerySkeleton count={9} height={19} />
        </div>
      )}
      {!data && error && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data && shelves.length === 0 && (
        <Notice
          title={m.discover.emptyTitle}
          text={kind ? m.discover.emptyKind : m.discover.emptyText}
          action={
            kind ? (
              <Link to="/" search={{}} className={buttonClass()}>
                {m.discover.showAll}
              </Link>
            ) : (
              <Link to="/create" className={buttonClass("rubric")}>
                {m.discover.emptyAction}
              </Link>
            )
          }
        />
      )}
      {shelves.map((shelf, index) => (
        <ShelfSection key={shelf.id} shelf={shelf} first={index === 0} />
      ))}
    </>
  );
}

function ShelfSection(props: { shelf: Shelf; first: boolean }) {
  const m = useMessages();
  const { shelf, first } = props;
  const { title, note } = m.discover.shelves[shelf.id];
  return (
    <section className={styles.shelf} aria-labelledby={`shelf-${shelf.id}`} data-testid="shelf">
      <header className={styles.heading}>
        <h2 id={`shelf-${shelf.id}`}>{title}</h2>
        <p>{note}</p>
      </header>
      <Gallery items={shelf.items} height={first ? 19 : 14} lead={first} />
    </section>
  );
}
