import { useQuery } from "@tanstack/react-query";
import { similarQuery } from "../data/queries.ts";
import { useRoomMessages } from "../i18n/i18n-context.tsx";
import { ErrorNotice } from "../ui/error-notice.tsx";
import { Gallery, GallerySkeleton } from "../ui/gallery.tsx";
import { WorkSection } from "./work-section.tsx";

/** Works close to this one, each with its reason. */
export function SimilarSection(props: { id: string }) {
  const m = useRoomMessages();
  const { data, error, refetch } = useQuery(similarQuery(props.id));
  return (
    <WorkSection title={m.work.similar}>
      {!data && !error && <GallerySkeleton count={5} height={12} />}
      {!data && error && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data && data.data.length === 0 && <p>{m.work.noSimilar}</p>}
      {data && data.data.length > 0 && <Gallery items={data.data.slice(0, 8)} height={12} />}
    </WorkSection>
  );
}
