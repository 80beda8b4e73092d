import { useQuery } from "@tanstack/react-query";
import { similarQuery } from "../data/queries.ts";
import { useMessages } from "../i18n/i18n-context.tsx";
import { ErrorNotice } from "../ui/error-notice.tsx";
import { Gallery, GallerySkeleton } from "../ui/gallery.tsx";
import { WorkTile } from "../ui/work-tile.tsx";
import { WorkSection } from "./work-section.tsx";

/** Works close to this one, each with its reason. */
export function SimilarSection(props: { id: string }) {
  const m = useMessages();
  const { data, error, refetch } = useQuery(similarQuery(props.id));
  return (
    <WorkSection title={m.work.similar}>
      {!data && !error && <GallerySkeleton count={5} height={12} />}
      {!data && error && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data && data.data.length === 0 && <p>{m.work.noSimilar}</p>}
      {data && data.data.length > 0 && (
        <Gallery>
          {data.data.slice(0, 8).map(({ work, reasons }) => (
            <WorkTile key={work.id} work={work} reasons={reasons} height={12} />
          ))}
        </Gallery>
      )}
    </WorkSection>
  );
}
