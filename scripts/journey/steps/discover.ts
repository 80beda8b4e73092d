import { z } from "zod";
import { type Reason, shelfSchema, type Trends, trendsSchema } from "../../../common/api/schemas.ts";
import { walletOf } from "../chain.ts";
import { type Journey, ROLES } from "../journey.ts";

export type Discovered = {
  recommendations: { workId: string; shelf: string; reasons: Reason[] }[];
  trends: Pick<Trends, "window" | "until" | "totals" | "tags" | "kinds"> & {
    rising: { workId: string; score: number }[];
  };
};

/** What the market suggests to the collector of the remix, and what it says rises. Each work once, with its reasons. */
export async function discover({ api }: Journey): Promise<Discovered> {
  const collector = walletOf(ROLES.collector).address;
  const shelves = await api.ask(`/v1/shelves?for=${collector}`, z.array(shelfSchema));
  const recommendations = new Map<string, Discovered["recommendations"][number]>();
  for (const { id: shelf, items } of shelves) {
    for (const { work, reasons } of items) {
      if (!recommendations.has(work.id)) recommendations.set(work.id, { workId: work.id, shelf, reasons });
    }
  }
  const { window, until, totals, tags, kinds, works_rising } = await api.ask("/v1/trends?window=7d", trendsSchema);
  const rising = works_rising.map(({ work, score }) => ({ workId: work.id, score }));
  return { recommendations: [...recommendations.values()], trends: { window, until, totals, tags, kinds, rising } };
}
