/** What subscribers of `/v1/events` are told of an event. */
import type { EventArgs, StoredEvent } from "../chain/stored-event.ts";
import { disputeTable } from "./disputes.ts";
import { offerTable } from "./licensing.ts";
import { type Rows, ZERO_ADDRESS } from "./projection.ts";

export type Announcement = { type: string; workId: string | null; jobId: string | null };

/** Events of the dispute module whose reducers have read the dispute. */
const DISPUTE_STEPS = new Set([
  "DisputeOpened",
  "DisputeAnswered",
  "ArbitrationStarted",
  "DisputeRuled",
  "EffectsExecuted",
  "HoldReleased",
  "DisputeEnded",
]);

/** Null for events that say nothing new (mints, which `WorkRegistered` and `LicenseIssued` announce). */
export function announcementOf(event: StoredEvent, rows: Rows): Announcement | null {
  const [contract, name] = event.name.split(".") as [string, string];
  const args = event.args as Partial<Record<string, string>>;
  switch (contract) {
    case "WorkRegistry":
      if (name === "Transfer") {
        return args.from === ZERO_ADDRESS
          ? null
          : { type: "WorkTransferred", workId: args.tokenId ?? null, jobId: null };
      }
      return { type: name, workId: args.id ?? args.child ?? null, jobId: null };
    case "LicenseToken": {
      if (name === "TermsRegistered" || name === "Transfer") return null;
      if (name === "OfferClosed") {
        const { offerId } = event.args as EventArgs["LicenseToken.OfferClosed"];
        return { type: name, workId: rows.get(offerTable, offerId)?.work ?? null, jobId: null };
      }
      return { type: name, workId: args.workId ?? args.childWorkId ?? null, jobId: null };
    }
    case "RoyaltyLedger":
      return { type: name, workId: args.workId ?? args.parentId ?? null, jobId: null };
    case "DisputeModule": {
      const known = DISPUTE_STEPS.has(name) ? rows.get(disputeTable, args.disputeId ?? "") : undefined;
      return { type: name, workId: known?.work ?? null, jobId: null };
    }
    case "JobChecks":
      return { type: name, workId: null, jobId: args.jobId ?? null };
    case "JobMarket":
      return { type: name, workId: args.modelWork ?? null, jobId: args.jobId ?? null };
    default:
      return { type: name, workId: args.workId ?? null, jobId: null };
  }
}
