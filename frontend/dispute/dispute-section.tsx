import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { WorkDetail } from "../../common/api/schemas.ts";
import { requireWallet, useChainState } from "../chain/chain-store.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { Button } from "../ui/button.tsx";
import { WorkSection } from "../work/work-section.tsx";
import { DisputeCard } from "./dispute-card.tsx";
import styles from "./disputes.module.css";
import { LienList } from "./lien-list.tsx";

const DisputeForm = lazy(() => import("./dispute-form.tsx").then((module) => ({ default: module.DisputeForm })));

/** What others claim about a work, what rulings took from its owner, and the way to claim something oneself. */
export function DisputeSection(props: { work: WorkDetail }) {
  const { work } = props;
  const m = useRoomMessages();
  const format = useFormat();
  const { address } = useChainState();
  const [opening, setOpening] = useState(false);
  const own = address === work.owner.toLowerCase();

  async function onOpen() {
    if (await requireWallet()) setOpening(true);
  }

  return (
    <WorkSection title={m.dispute.title} lead={m.dispute.lead}>
      <div className={styles.section} id="disputes">
        {work.heldUntil !== null && <p className={styles.fact}>{m.dispute.held(format.date(work.heldUntil))}</p>}
        <LienList work={work} />
        {work.disputes.length === 0 && <p className={styles.note}>{m.dispute.none}</p>}
        {work.disputes.map((dispute) => (
          <DisputeCard key={dispute.id} dispute={dispute} work={work} />
        ))}
        {opening ? (
          <Suspense fallback={null}>
            <DisputeForm work={work} onClose={() => setOpening(false)} />
          </Suspense>
        ) : (
          !own && (
            <Button size="sm" data-testid="open-dispute" onClick={() => void onOpen()}>
              {m.dispute.open}
            </Button>
          )
        )}
      </div>
    </WorkSection>
  );
}

/** Says beside the work that something is claimed about it. */
export function DisputeNotice(props: { work: WorkDetail }) {
  const m = useRoomMessages();
  const { work } = props;
  const running = work.disputes.filter(({ status, workId }) => status !== "ended" && workId === work.id).length;
  if (running === 0) return null;
  return (
    <p className={styles.notice} data-testid="dispute-notice">
      {m.dispute.running(running)}{" "}
      <Link to="/works/$id" params={{ id: work.id }} hash="disputes">
        {m.dispute.see}
      </Link>
    </p>
  );
}
