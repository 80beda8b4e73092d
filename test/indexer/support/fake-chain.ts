/** A chain in memory with a life of its own: it forks, forgets, lags and fails, all from one seed. */
import {
  type Abi,
  type AbiEvent,
  encodeAbiParameters,
  encodeEventTopics,
  type Hex,
  numberToHex,
  pad,
  type RpcLog,
} from "viem";
import type { Deployment } from "../../../common/config.ts";
import { sha256Hex } from "../../../common/digest.ts";
import type { Prng } from "../../../common/prng.ts";
import type { BlockHeader, ChainSource } from "../../../indexer/chain/chain-source.ts";
import { CONTRACT_ABIS, type ContractName } from "../../../indexer/chain/contract-events.ts";

type Counts = { works: number; offers: number; licenses: number; jobs: number; disputes: number };
type Block = BlockHeader & { logs: RpcLog[]; counts: Counts };

const hash = (text: string): Hex => sha256Hex(new TextEncoder().encode(text));
const address = (n: number): Hex => pad(numberToHex(n), { size: 20 });
const CONTRACTS = [
  "WorkRegistry",
  "LicenseToken",
  "RoyaltyLedger",
  "OperatorRegistry",
  "JobMarket",
  "JobChecks",
  "CoCreations",
  "Marketplace",
  "AuctionHouse",
  "DisputeModule",
] as const;

export const fakeDeployment: Deployment = {
  chainId: 31337,
  genesisHash: hash("genesis"),
  deployBlock: 1,
  contracts: Object.fromEntries(CONTRACTS.map((name, i) => [name, address(0xc0de00 + i)])) as Deployment["contracts"],
};

export type Faults = {
  /** Chance per question that the node does not answer. */
  error: number;
  /** Chance per question that the chain forks or grows before it is answered. */
  move: number;
  /** Blocks from the head that count as final. */
  finality: number;
  /** Deepest fork. */
  depth: number;
};

export class FakeChain implements ChainSource {
  faults: Faults = { error: 0, move: 0, finality: 6, depth: 0 };
  readonly #prng: Prng;
  readonly #orphans = new Map<Hex, Block>();
  #canonical: Block[];
  /** The branch that the last fork left: the chain may come back to it. */
  #other: Block[] | null = null;
  #made = 0;

  constructor(prng: Prng) {
    this.#prng = prng;
    const counts = { works: 0, offers: 0, licenses: 0, jobs: 0, disputes: 0 };
    const parentHash = pad("0x0", { size: 32 });
    this.#canonical = [
      { number: 0, hash: fakeDeployment.genesisHash as Hex, parentHash, time: 1_700_000_000, logs: [], counts },
    ];
  }

  get height(): number {
    return this.#canonical.length - 1;
  }

  /** Adds blocks on top. */
  grow(blocks: number): void {
    for (let i = 0; i < blocks; i++) this.#canonical.push(this.#newBlock(this.#canonical.at(-1) as Block));
  }

  /** Replaces the last `depth` blocks by `blocks` others; with fewer than `depth` the chain shrinks. */
  fork(depth: number, blocks: number): void {
    const keep = Math.max(1, this.#canonical.length - depth);
    this.#other = this.#canonical;
    for (const block of this.#canonical.slice(keep)) this.#orphans.set(block.hash, block);
    this.#canonical = this.#canonical.slice(0, keep);
    this.grow(blocks);
  }

  /** Makes the branch canonical again that the last fork left. */
  flip(): void {
    if (this.#other) [this.#canonical, this.#other] = [this.#other, this.#canonical];
  }

  async head(): Promise<BlockHeader> {
    this.#live();
    return this.#canonical.at(-1) as Block;
  }

  async finalized(): Promise<number> {
    this.#live();
    return Math.max(0, this.height - this.faults.finality);
  }

  async header(number: number): Promise<BlockHeader | null> {
    this.#live();
    return this.#canonical[number] ?? null;
  }

  async logsOfBlock(wanted: Hex): Promise<RpcLog[] | null> {
    this.#live();
    const block = this.#canonical.find((one) => one.hash === wanted);
    // Some nodes still know an orphan for a while, most do not.
    return block?.logs ?? (this.#prng.below(3) === 0 ? (this.#orphans.get(wanted)?.logs ?? null) : null);
  }

  async logsOfRange(from: number, to: number): Promise<RpcLog[]> {
    this.#live();
    return this.#canonical.slice(from, to + 1).flatMap((block) => block.logs);
  }

  #live(): void {
    if (this.#prng.float() < this.faults.move) {
      const kind = this.#prng.below(5);
      if (kind === 0) this.grow(1 + this.#prng.below(2));
      else if (kind < 3) this.flip();
      else this.fork(1 + this.#prng.below(this.faults.depth), this.#prng.below(this.faults.depth + 2));
    }
    if (this.#prng.float() < this.faults.error) throw new Error("the node is away");
  }

  #newBlock(parent: Block): Block {
    const number = parent.number + 1;
    const counts = { ...parent.counts };
    const blockHash = hash(`${parent.hash} ${this.#made++}`);
    const block: Block = { number, hash: blockHash, parentHash: parent.hash, time: parent.time + 12, logs: [], counts };
    const events = this.#prng.below(5);
    for (let i = 0; i < events; i++) for (const log of this.#event(counts, number)) this.#add(block, ...log);
    return block;
  }

  #add(block: Block, contract: ContractName, eventName: string, args: Record<string, unknown>): void {
    const abi = CONTRACT_ABIS[contract] as unknown as Abi;
    const event = abi.find((item) => item.type === "event" && item.name === eventName) as AbiEvent;
    const open = event.inputs.filter((input) => !input.indexed);
    block.logs.push({
      address: fakeDeployment.contracts[contract] as Hex,
      topics: encodeEventTopics({ abi, eventName, args }) as [Hex],
      data: encodeAbiParameters(
        open,
        open.map((input) => args[input.name ?? ""]),
      ),
      blockHash: block.hash,
      blockNumber: numberToHex(block.number),
      logIndex: numberToHex(block.logs.length),
      transactionHash: hash(`${block.hash} ${block.logs.length}`),
      transactionIndex: "0x0",
      removed: false,
    });
  }

  /** One thing that can happen after what happened so far. */
  #event(counts: Counts, number: number): [ContractName, string, Record<string, unknown>][] {
    const p = this.#prng;
    const some = (count: number) => BigInt(1 + p.below(Math.max(1, count)));
    const who = () => address(0xa0 + p.below(5));
    const currency = p.below(3) === 0 ? address(0xee) : address(0);
    const digest = () => hash(String(p.uint32()));
    if (counts.works === 0 || p.below(4) === 0) {
      const id = BigInt(++counts.works);
      const owner = who();
      const work = { contentHash: digest(), fingerprint: digest(), metadataDigest: digest(), provenanceHash: digest() };
      const registered = { id, owner, ...work, fingerprintHeader: p.below(65536), kind: 1 + p.below(7) };
      const mint = { from: address(0), to: owner, tokenId: id };
      const edge = {
        child: id,
        parent: some(counts.works - 1),
        licenseId: some(counts.licenses),
        share: p.below(1000),
        parentStack: 7,
        mode: p.below(2),
      };
      const logs: [ContractName, string, Record<string, unknown>][] = [
        ["WorkRegistry", "Transfer", mint],
        ["WorkRegistry", "WorkRegistered", registered],
      ];
      if (p.below(2) === 0) logs.reverse();
      return id > 1n && p.below(2) === 0 ? [...logs, ["WorkRegistry", "EdgeSet", edge]] : logs;
    }
    const work = some(counts.works);
    switch (p.below(20)) {
      case 0:
        return [["WorkRegistry", "Transfer", { from: who(), to: who(), tokenId: work }]];
      case 1:
        return [["WorkRegistry", "MetadataVersion", { id: work, metadataDigest: digest() }]];
      case 2:
      case 3: {
        const terms = {
          termsId: digest(),
          flags: p.below(64),
          derivativeShare: p.below(99_999),
          duration: 0,
          legalText: digest(),
          exclusivity: p.below(3),
          shareMode: p.below(2),
          territories: p.uint32(),
          channels: p.below(65_536),
        };
        const offer = { offerId: BigInt(++counts.offers), workId: work, termsId: terms.termsId, currency };
        const rest = {
          price: BigInt(p.uint32()),
          supply: p.below(5),
          expiresAt: p.uint32(),
          derivativeShare: terms.derivativeShare,
        };
        return [
          ["LicenseToken", "TermsRegistered", terms],
          ["LicenseToken", "OfferSet", { ...offer, ...rest }],
        ];
      }
      case 4:
        return [["LicenseToken", "OfferClosed", { offerId: some(counts.offers) }]];
      case 5:
      case 6: {
        const ids = {
          licenseId: BigInt(++counts.licenses),
          workId: work,
          offerId: some(counts.offers),
          termsId: digest(),
        };
        const sale = {
          holder: who(),
          payer: who(),
          currency,
          price: BigInt(p.uint32()),
          expiresAt: 0,
          derivativeShare: 1,
        };
        return [
          ["LicenseToken", "LicenseIssued", { ...ids, ...sale }],
          [
            "RoyaltyLedger",
            "Paid",
            { workId: work, currency, payer: sale.payer, amount: sale.price, purpose: 1, ref: ids.licenseId },
          ],
        ];
      }
      case 7:
        return [
          [
            "RoyaltyLedger",
            "Pulled",
            { childId: work, parentId: some(counts.works), currency, delta: some(999), earned: some(99) },
          ],
        ];
      case 8:
        return [["RoyaltyLedger", "Claimed", { workId: work, currency, to: who(), amount: some(99) }]];
      case 9:
        return [["LicenseToken", "LicenseUsed", { licenseId: some(counts.licenses), childWorkId: work }]];
      case 10: {
        const operator = who();
        const name = (["OperatorRegistered", "CapabilitySet", "StakeAdded", "StakeLocked"] as const)[
          p.below(4)
        ] as string;
        return [["OperatorRegistry", name, { operator, capability: digest(), stake: some(1e9), amount: some(1e6) }]];
      }
      case 11: {
        const job = { jobId: BigInt(++counts.jobs), requester: who(), modelWork: work, operator: address(0), currency };
        const terms = { price: some(1e9), modelShare: 5, specDigest: digest(), verification: 1, deadline: p.uint32() };
        const rest = { ...terms, escrow: terms.price, fromBalance: BigInt(p.below(3)) };
        return [["JobMarket", "JobPosted", { ...job, ...rest }]];
      }
      case 12: {
        const jobId = some(counts.jobs);
        const name = [
          "CheckRequested",
          "CheckDrawn",
          "VerdictCommitted",
          "VerdictRevealed",
          "CheckStuck",
          "CheckClosed",
        ][p.below(6)] as string;
        const drawn = { round: 0, verifiers: [who(), who(), who()], commitUntil: 100, revealUntil: 200 };
        const verdict = { verifier: who(), commitment: digest(), verdict: digest() };
        const rest = { drawBlock: some(99), certain: p.below(2) === 0, referUntil: p.uint32(), outcome: 1 };
        const checking = { jobId, certain: rest.certain, reasonDigest: digest() };
        return [
          ["JobMarket", "JobChecking", checking],
          ["JobChecks", name, { jobId, ...drawn, ...verdict, ...rest }],
        ];
      }
      case 13: {
        const split = { workId: work, payees: [who(), who()], ppm: [400_000, 600_000], threshold: 1 };
        return [["CoCreations", "SplitChanged", split]];
      }
      case 14: {
        const name = p.below(2) === 0 ? "Credited" : "Withdrawn";
        const money = { account: who(), currency, amount: some(99), workId: work, to: who() };
        return [["RoyaltyLedger", name, money]];
      }
      case 15:
        return [["LicenseToken", "WorkBlocked", { workId: work, blocked: p.below(2) === 0 }]];
      case 16: {
        const asset = p.below(2) === 0 ? (fakeDeployment.contracts.WorkRegistry as Hex) : address(0xfe);
        const auctionId = BigInt(number);
        const sale = { price: some(99), royalty: 1n, fee: 1n };
        const auction = { auctionId, seller: who(), asset, tokenId: work, currency, dutch: false, amount: 1n };
        const times = { endPrice: 0n, startsAt: 1, endsAt: 2, increment: 1, extension: 1 };
        const order = { orderHash: digest(), seller: who(), buyer: who(), kind: 0, asset, tokenId: work, currency };
        return [
          ["Marketplace", "OrderFilled", { ...order, ...sale, referrer: address(0), referral: 0n }],
          ["AuctionHouse", "AuctionCreated", { ...auction, ...times, fee: 1 }],
          ["AuctionHouse", "AuctionSold", { auctionId, seller: who(), buyer: who(), ...sale }],
        ];
      }
      case 17: {
        const opened = { disputeId: BigInt(++counts.disputes), workId: work, claimant: who(), claim: 1 + p.below(5) };
        const sides = { otherWork: BigInt(p.below(counts.works)), respondent: who(), arbitrator: address(0xab) };
        const rest = { bond: some(1e9), effects: 1 + p.below(31), answerBy: p.uint32(), holds: p.below(2) === 0 };
        return [
          ["RoyaltyLedger", "Held", { workId: work, until: p.uint32(), currencies: [currency] }],
          ["DisputeModule", "DisputeOpened", { ...opened, ...sides, ...rest }],
        ];
      }
      case 18: {
        const disputeId = some(counts.disputes);
        const steps = [
          "DisputeAnswered",
          "ArbitrationStarted",
          "DisputeRuled",
          "EffectsExecuted",
          "HoldReleased",
          "DisputeEnded",
          "Evidence",
          "Dispute",
          "Credited",
          "Withdrawn",
        ];
        const step = {
          respondent: who(),
          askBy: p.uint32(),
          arbitrator: address(0xab),
          caseId: some(99),
          cost: 1n,
          ruling: BigInt(p.below(3)),
          byDefault: p.below(2) === 0,
          effects: p.below(32),
        };
        const exhibit = { evidenceGroupId: disputeId, party: who(), evidence: "ipfs://…", metaEvidenceId: 1n };
        const money = { account: who(), to: who(), amount: some(99) };
        const lien = {
          workId: work,
          index: BigInt(p.below(8)),
          ppm: p.below(1_000_000),
          beneficiaryWork: BigInt(p.below(3)),
          heard: p.below(2) === 0,
        };
        return [
          [
            "DisputeModule",
            steps[p.below(steps.length)] as string,
            { disputeId, workId: work, ...step, ...exhibit, ...money },
          ],
          p.below(2) === 0
            ? ["RoyaltyLedger", "LienAdded", { ...lien, beneficiary: who() }]
            : ["RoyaltyLedger", "Released", { workId: work }],
        ];
      }
      default: {
        const jobId = some(counts.jobs);
        const operator = who();
        const name = ["JobAccepted", "JobSubmitted", "JobSettled", "JobRefunded", "Credited", "Deposited", "Withdrawn"][
          p.below(7)
        ] as string;
        const amounts = { operatorAmount: some(99), modelAmount: 1n, amount: some(99), slashed: some(9) };
        const money = { account: operator, currency, to: operator };
        const submitted = { outputHash: digest(), receiptDigest: digest(), deadline: p.uint32(), requester: operator };
        return [["JobMarket", name, { jobId, operator, ...amounts, ...money, ...submitted }]];
      }
    }
  }
}
