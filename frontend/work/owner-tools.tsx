import { lazy, Suspense } from "react";
import type { WorkDetail } from "../../common/api/schemas.ts";
import { useChainState } from "../chain/chain-store.ts";

const OfferTools = lazy(() => import("./offer-tools.tsx").then((module) => ({ default: module.OfferTools })));

/** Shown to the work's owner only: set and close offers. */
export function OwnerTools(props: { work: WorkDetail }) {
  const { address } = useChainState();
  if (!address || address !== props.work.owner.toLowerCase()) return null;
  return (
    <Suspense fallback={null}>
      <OfferTools work={props.work} />
    </Suspense>
  );
}
