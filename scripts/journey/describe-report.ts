import { formatEther } from "viem";
import type { JourneyReport } from "./run-journey.ts";

/** The report as lines for people. */
export function describeReport(report: JourneyReport): string {
  const { work, license, job, derivative, royalties, recommendations, trends } = report;
  const eth = (wei: string) => `${formatEther(BigInt(wei))} ETH`;
  const [first] = recommendations;
  return [
    `work ${work.id} registered (${work.iscc})`,
    `license ${license.id} bought for ${eth(license.priceWei)} by ${license.buyer}`,
    `job ${job.id} done by ${job.operator}, same bytes when run again`,
    `derivative ${derivative.id} registered, parents ${derivative.parents.join(" and ")}`,
    `paid ${eth(royalties.paidWei)}: creator ${eth(royalties.creatorWei)}, remixer ${eth(royalties.remixerWei)}, model ${eth(royalties.modelWei)}, operator ${eth(royalties.operatorWei)}`,
    `suggested ${recommendations.length} works${first ? `, first work ${first.workId} (${first.reasons[0]?.code})` : ""}`,
    `this week: ${trends.totals.works} works, ${trends.totals.licenses} licenses, ${eth(trends.totals.volumeWei)}`,
    "",
  ].join("\n");
}
