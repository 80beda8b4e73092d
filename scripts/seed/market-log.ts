/** What has happened on the chain so far, as far as the seed needs to know it: read once, then fed with each receipt. */
import { type Address, type Log, parseEventLogs, type PublicClient } from "viem";
import { jobMarketAbi, licenseTokenAbi, operatorRegistryAbi, workRegistryAbi } from "../../common/abi/index.ts";
import type { Deployment } from "../../common/config.ts";
import type { Hash } from "../../common/digest.ts";

export type LoggedOffer = { offerId: bigint; workId: bigint; termsId: Hash; price: bigint };
export type LoggedEdge = { child: bigint; parent: bigint; index: bigint };

const ABI = [...workRegistryAbi, ...licenseTokenAbi, ...jobMarketAbi, ...operatorRegistryAbi].filter(
  (entry) => entry.type === "event",
);

export class MarketLog {
  /** Work id by SHA-256 of the file. */
  readonly works = new Map<Hash, bigint>();
  readonly offers: LoggedOffer[] = [];
  readonly edges: LoggedEdge[] = [];
  /** Flags of terms by their id. */
  readonly termFlags = new Map<Hash, number>();
  /** License id by offer and holder. */
  readonly #licenses = new Map<string, bigint>();
  /** Job id by requester and specification. */
  readonly #jobs = new Map<string, bigint>();
  /** Newest capability document by operator. */
  readonly capabilities = new Map<Address, Hash>();
  readonly #contracts: readonly Address[];
  #issued = 0;

  private constructor(deployment: Deployment) {
    this.#contracts = Object.values(deployment.contracts).map((address) => address.toLowerCase() as Address);
  }

  /** Reads everything since the deployment. */
  static async read(client: PublicClient, deployment: Deployment): Promise<MarketLog> {
    const log = new MarketLog(deployment);
    const logs = await client.getLogs({
      address: [...log.#contracts],
      fromBlock: BigInt(deployment.deployBlock),
      toBlock: "latest",
    });
    log.add(logs);
    return log;
  }

  /** Number of licenses issued. */
  get licenses(): number {
    return this.#issued;
  }

  get jobs(): number {
    return this.#jobs.size;
  }

  offerOf(workId: bigint, termsId: Hash, price: bigint): bigint | undefined {
    return this.offers.find((o) => o.workId === workId && o.termsId === termsId && o.price === price)?.offerId;
  }

  licenseOf(offerId: bigint, holder: Address): bigint | undefined {
    return this.#licenses.get(`${offerId} ${holder.toLowerCase()}`);
  }

  jobOf(requester: Address, specDigest: Hash): bigint | undefined {
    return this.#jobs.get(`${requester.toLowerCase()} ${specDigest}`);
  }

  /** Takes in the logs of a receipt, in order. */
  add(logs: readonly Log[]): void {
    const ours = logs.filter(({ address }) => this.#contracts.includes(address.toLowerCase() as Address));
    for (const event of parseEventLogs({ abi: ABI, logs: ours, strict: true })) {
      switch (event.eventName) {
        case "WorkRegistered":
          this.works.set(event.args.contentHash, event.args.id);
          break;
        case "EdgeSet": {
          const { child, parent } = event.args;
          const index = BigInt(this.edges.filter((edge) => edge.child === child).length);
          this.edges.push({ child, parent, index });
          break;
        }
        case "TermsRegistered":
          this.termFlags.set(event.args.termsId, event.args.flags);
          break;
        case "OfferSet":
          this.offers.push(event.args);
          break;
        case "LicenseIssued":
          this.#issued += 1;
          this.#licenses.set(`${event.args.offerId} ${event.args.holder.toLowerCase()}`, event.args.licenseId);
          break;
        case "JobPosted":
          this.#jobs.set(`${event.args.requester.toLowerCase()} ${event.args.specDigest}`, event.args.jobId);
          break;
        case "OperatorRegistered":
        case "CapabilitySet":
          this.capabilities.set(event.args.operator, event.args.capability);
          break;
      }
    }
  }
}
