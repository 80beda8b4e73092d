import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { WorkDetail } from "../../common/api/schemas.ts";
import { hasCode } from "../../common/errors.ts";
import { Missing } from "../app/not-found-page.tsx";
import { PageHead } from "../app/page-head.tsx";
import { useChainState } from "../chain/chain-store.ts";
import { workQuery } from "../data/queries.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { DisputeNotice, DisputeSection } from "../dispute/dispute-section.tsx";
import { AddressLink } from "../ui/address-link.tsx";
import { ErrorNotice } from "../ui/error-notice.tsx";
import { previewUrl } from "../ui/preview-url.ts";
import { Loading, Skeleton } from "../ui/skeleton.tsx";
import { FamilySection } from "./family-section.tsx";
import { HistorySection } from "./history-section.tsx";
import { LicensePanel } from "./license-panel.tsx";
import { OwnerTools } from "./owner-tools.tsx";
import { ProvenanceSection } from "./provenance-section.tsx";
import { RoyaltiesSection } from "./royalties-section.tsx";
import { SimilarSection } from "./similar-section.tsx";
import styles from "./work-page.module.css";
import { WorkViewer } from "./work-viewer.tsx";

const route = getRouteApi("/works/$id");

/** One work: the thing itself first, then its terms, then everything that can be checked about it. */
export function WorkPage() {
  const m = useRoomMessages();
  const { id } = route.useParams();
  const { hasPending } = useChainState();
  const { data, error, refetch } = useQuery({
    ...workQuery(id),
    // A work that was just registered here may be a moment ahead of the index.
    refetchInterval: (query) => (query.state.error && hasPending ? 400 : false),
  });
  if (data) return <Work work={data.data} />;
  if (error && hasCode(error, "UNKNOWN_WORK") && hasPending) return <WorkSkeleton />;
  // An id that is no number names no work either.
  if (error && (hasCode(error, "UNKNOWN_WORK") || hasCode(error, "INVALID_PARAMETERS"))) {
    return <Missing title={m.work.unknownTitle} text={m.work.unknownText} />;
  }
  if (error) return <ErrorNotice error={error} retry={() => void refetch()} />;
  return <WorkSkeleton />;
}

function Work(props: { work: WorkDetail }) {
  const { work } = props;
  const m = useRoomMessages();
  const format = useFormat();
  const title = work.title || m.card.untitled;
  return (
    <>
      <PageHead
        title={title}
        description={work.description || work.excerpt || undefined}
        image={work.preview ? previewUrl(work.preview, 1280) : null}
      />
      <div className={styles.plate}>
        <WorkViewer work={work} />
        <div className={styles.side}>
          <header>
            <p className={styles.kind}>
              {m.kinds[work.kind]}
              {work.aiGenerated && <span> · {m.card.ai}</span>}
            </p>
            <h1 className={styles.title} lang={work.lang}>
              {title}
            </h1>
            <p className={styles.maker}>
              {m.work.by} <AddressLink address={work.creator} size={22} />
              {work.owner.toLowerCase() !== work.creator.toLowerCase() && (
                <span className={styles.owner}>
                  {m.work.ownedBy} <AddressLink address={work.owner} />
                </span>
              )}
            </p>
          </header>
          {work.description && (
            <p className={styles.description} lang={work.metadata?.lang ?? work.lang}>
              {work.description}
            </p>
          )}
          <DisputeNotice work={work} />
          <LicensePanel work={work} />
          {work.tags.length > 0 && (
            <ul className={styles.tags} aria-label={m.create.tags}>
              {work.tags.map((tag) => (
                <li key={tag}>
                  <Link to="/search" search={{ tag }}>
                    {tag}
                  </Link>
                </li>
              ))}
            </ul>
          )}
          <p className={styles.date}>
            {m.work.registered(format.date(work.registeredAt))} · {m.card.licenses(work.licenses)} ·{" "}
            {m.card.remixes(work.remixes)}
          </p>
        </div>
      </div>
      <OwnerTools work={work} />
      <ProvenanceSection work={work} />
      <div className={styles.pair}>
        <FamilySection work={work} />
        <RoyaltiesSection work={work} />
      </div>
      <DisputeSection work={work} />
      <HistorySection history={work.history} />
      <SimilarSection id={work.id} />
    </>
  );
}

function WorkSkeleton() {
  return (
    <Loading className={styles.plate}>
      <Skeleton ratio={1.25} height="auto" />
      <div className={styles.side}>
        <Skeleton width="30%" />
        <Skeleton width="80%" height="2.6rem" />
        <Skeleton width="50%" />
        <Skeleton height="12rem" />
      </div>
    </Loading>
  );
}
