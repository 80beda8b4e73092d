import type { Reason } from "../../common/api/schemas.ts";
import { useFormat, useMessages } from "../i18n/i18n-context.tsx";
import { useAddressName } from "./address-link.tsx";

/** Turns a reason into a sentence of the reader's language. */
export function useReasonSentence(): (reason: Reason) => string {
  const m = useMessages();
  const format = useFormat();
  const name = useAddressName();
  return ({ code, params }) => {
    const text = (key: string) => String(params[key] ?? "");
    const number = (key: string) => Number(params[key] ?? 0);
    const work = params.title ? m.why.workTitle(text("title")) : m.why.workNumber(text("workId"));
    const say = m.why.reasons;
    switch (code) {
      case "creator-affinity":
        return say[code]({ creator: name(text("creator")), licenses: number("licenses") });
      case "bought-together":
        return say[code]({ work, buyers: number("buyers") });
      case "similar-fingerprint":
        return say[code]({ work, distance: number("distance"), bits: number("bits") });
      case "same-tags":
        return say[code]({ work, tags: text("tags") });
      case "rising":
        return say[code]({ buyers: number("buyers"), days: number("days") });
      case "fresh":
        return say[code]({ days: number("days") });
      case "remix-of-owned":
        return say[code]({ work });
      case "made-on-network":
        return say[code]({ job: text("jobId") });
      case "open-to-remix": {
        const price = BigInt(text("price") || "0");
        return say[code]({
          share: format.share(number("share")),
          price: price === 0n ? m.why.nothing : format.ether(price),
        });
      }
      case "new-creator":
        return say[code]({ days: number("days"), buyers: number("buyers") });
    }
  };
}
