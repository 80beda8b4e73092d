/** Random life on a market: every kind of event, by unlocked accounts, on whatever chain state there is. */
import {
  type Abi,
  type Address,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  parseEther,
  toHex,
  zeroAddress,
} from "viem";
import {
  disputeModuleAbi,
  epochRewardsAbi,
  jobChecksAbi,
  jobMarketAbi,
  licenseTokenAbi,
  operatorRegistryAbi,
  royaltyLedgerAbi,
  workRegistryAbi,
} from "../../../common/abi/index.ts";
import { sha256Hex } from "../../../common/digest.ts";
import type { Prng } from "../../../common/prng.ts";
import { termFlags, ZERO_DIGEST, openOffer, UNRESTRICTED } from "../../../common/terms.ts";
import { jobEscrow, NO_REFERRER } from "../../../common/job-escrow.ts";
import type { Anvil } from "./anvil.ts";

const ABIS = {
  WorkRegistry: workRegistryAbi,
  LicenseToken: licenseTokenAbi,
  RoyaltyLedger: royaltyLedgerAbi,
  OperatorRegistry: operatorRegistryAbi,
  JobMarket: jobMarketAbi,
  JobChecks: jobChecksAbi,
  DisputeModule: disputeModuleAbi,
  EpochRewards: epochRewardsAbi,
} as const;
type Contract = keyof typeof ABIS;

export class MarketDriver {
  readonly #anvil: Anvil;
  readonly #prng: Prng;
  #accounts: Address[] = [];
  #count = 0;

  constructor(anvil: Anvil, prng: Prng) {
    this.#anvil = anvil;
    this.#prng = prng;
  }

  /** Sends a transaction that may fail; `mine` puts it into a block. */
  async send(from: number, contract: Contract, functionName: string, args: unknown[], value = 0n): Promise<Hex> {
    if (this.#accounts.length === 0) this.#accounts = await this.#anvil.rpc<Address[]>("eth_accounts");
    return this.#sendAs(this.account(from), contract, functionName, args, value);
  }

  #sendAs(from: Address, contract: Contract, functionName: string, args: unknown[], value = 0n): Promise<Hex> {
    const abi: Abi = ABIS[contract];
    const data = encodeFunctionData({ abi, functionName, args });
    const to = this.#anvil.deployment.contracts[contract];
    const transaction = { from, to, data, value: toHex(value), gas: toHex(2_000_000) };
    return this.#anvil.rpc<Hex>("eth_sendTransaction", [transaction]);
  }

  /** Reads a contract at the latest block. */
  async read<T>(contract: Contract, functionName: string, args: unknown[]): Promise<T> {
    const abi = ABIS[contract] as Abi;
    const call = {
      to: this.#anvil.deployment.contracts[contract],
      data: encodeFunctionData({ abi, functionName, args }),
    };
    const data = await this.#anvil.rpc<Hex>("eth_call", [call, "latest"]);
    return decodeFunctionResult({ abi, functionName, data }) as T;
  }

  account(index: number): Address {
    return this.#accounts[index] as Address;
  }

  /** A registration nobody made before. */
  newWork(): object {
    const hash = () => sha256Hex(new TextEncoder().encode(`${this.#prng.uint32()} ${this.#count++}`));
    return {
      contentHash: hash(),
      fingerprint: hash(),
      metadataDigest: hash(),
      provenanceHash: ZERO_DIGEST,
      fingerprintHeader: 0x5105,
      kind: 1 + this.#prng.below(4),
    };
  }

  terms(share = this.#prng.below(200_000)): object {
    const flags = termFlags("commercial", "derivatives", "transferable");
    // Relative edges too: one in three is a share of the share.
    const shareMode = this.#prng.below(3) === 0 ? 1 : 0;
    return { flags, derivativeShare: share, duration: 0, legalText: ZERO_DIGEST, ...UNRESTRICTED, shareMode };
  }

  offer(price: bigint): object {
    return openOffer(price);
  }

  /** So many blocks with one to three random actions each. */
  async live(blocks: number): Promise<void> {
    for (let block = 0; block < blocks; block++) {
      for (let i = this.#prng.below(3); i >= 0; i--) await this.#act();
      await this.#anvil.mine();
    }
  }

  /** One random action; about one in five fails on chain, as in life. */
  async #act(): Promise<void> {
    const p = this.#prng;
    const who = p.below(6);
    const some = (most: number) => BigInt(1 + p.below(most));
    const works = Math.max(1, this.#count / 3);
    switch (p.below(16)) {
      case 0:
      case 1:
      case 2:
        await this.send(who, "LicenseToken", "publish", [this.newWork(), this.terms(), this.offer(some(1_000_003))]);
        return;
      case 3:
      case 4:
      case 5: {
        // Priced by trial: what is sent must be the price, so free and cheap offers are bought most.
        const offers = p.below(2) === 0 ? [some(works)] : [some(works), some(works)];
        const value = await this.#priceOf(offers);
        const args = [this.newWork(), [], offers, this.terms(), this.offer(some(999_983))];
        await this.send(who, "LicenseToken", "publishDerivative", args, value);
        return;
      }
      case 6:
      case 7: {
        const offer = some(works);
        const value = await this.#priceOf([offer]);
        await this.send(who, "LicenseToken", "buy", [offer, this.account(p.below(6)), parseEther("1")], value);
        return;
      }
      case 8:
        await this.send(who, "RoyaltyLedger", "pay", [some(works), zeroAddress, 12_345n], 12_345n);
        return;
      case 9:
      case 10:
        await this.send(who, "RoyaltyLedger", "pull", [some(works), BigInt(p.below(2)), zeroAddress]);
        return;
      case 11:
        await this.send(who, "RoyaltyLedger", "claim", [some(works), zeroAddress]);
        return;
      case 12: {
        const token = p.below(2) === 0 ? "WorkRegistry" : "LicenseToken";
        await this.send(who, token, "transferFrom", [this.account(who), this.account(p.below(6)), some(works)]);
        return;
      }
      case 13:
        await this.send(who, "WorkRegistry", "setMetadata", [some(works), sha256Hex(new Uint8Array([p.below(256)]))]);
        return;
      case 14:
        await this.send(who, "LicenseToken", "closeOffer", [some(works)]);
        return;
      default:
        await this.#job(who, some(works));
    }
  }

  /** Random holds and liens on the first works, as the dispute module would lay them, and what anyone does about them. */
  async rule(actions: number, works: number): Promise<void> {
    const p = this.#prng;
    const disputes = this.#anvil.deployment.contracts.DisputeModule;
    await this.#anvil.rpc("anvil_impersonateAccount", [disputes]);
    await this.#anvil.rpc("anvil_setBalance", [disputes, toHex(parseEther("1000"))]);
    const ruling = (name: string, ...args: unknown[]) => this.#sendAs(disputes as Address, "RoyaltyLedger", name, args);
    for (let action = 0; action < actions; action++) {
      const work = BigInt(1 + p.below(Math.min(works, 8)));
      const beneficiary = BigInt(p.below(2) * (1 + p.below(works)));
      const lien = [1 + p.below(600_000), beneficiary, this.account(p.below(6)), p.below(2) === 0];
      const step = p.below(11);
      if (step < 2) await ruling("hold", work, [zeroAddress]);
      else if (step === 2) await ruling("release", work);
      else if (step < 5) await ruling("addLien", work, ...lien);
      else if (step === 5) await this.send(0, "RoyaltyLedger", "touch", [work, zeroAddress]);
      else if (step === 6) await this.send(0, "RoyaltyLedger", "settleLien", [work, BigInt(p.below(3)), zeroAddress]);
      else await this.send(0, "RoyaltyLedger", "pay", [work, zeroAddress, 999_983n], 999_983n);
      await this.#anvil.mine();
    }
  }

  /** One random action on a job; `live` mixes it with the rest of the market. */
  async actOnJob(): Promise<void> {
    const total = Number(await this.read<bigint>("JobMarket", "totalJobs", []));
    // One of the newest, so that jobs come far before others take their place.
    await this.#job(this.#prng.below(6), BigInt(Math.max(1, total - this.#prng.below(6))));
  }

  async #job(who: number, job: bigint): Promise<void> {
    const p = this.#prng;
    const hash = () => sha256Hex(new Uint8Array([p.below(256), 7]));
    switch (p.below(16)) {
      case 0:
        await this.send(who, "OperatorRegistry", "register", [hash()], parseEther("0.1"));
        return;
      case 1:
      case 2: {
        const price = 1_000_007n + BigInt(p.below(1000));
        const verification = p.below(4);
        const posted = {
          modelWork: 1n,
          operator: zeroAddress,
          currency: zeroAddress,
          price,
          specDigest: hash(),
          acceptWithin: 60,
          submitWithin: 10 + p.below(100),
          reviewWithin: 10 + p.below(100),
          verification,
          ...NO_REFERRER,
        };
        // The whole escrow, what the balance does not cover, or more than is needed.
        const escrow = jobEscrow(price, verification);
        const credit = await this.read<bigint>("JobMarket", "creditOf", [this.account(who), zeroAddress]);
        const rest = credit >= escrow ? 0n : escrow - credit;
        const value = [escrow, rest, rest, escrow + BigInt(p.below(5_000_000))][p.below(4)] as bigint;
        await this.send(who, "JobMarket", "post", [posted], value);
        return;
      }
      case 4:
      case 5:
        await this.send(who, "JobMarket", "accept", [job]);
        return;
      case 6:
      case 7:
        await this.send(await this.#party(job, "operator", who), "JobMarket", "submit", [job, hash(), hash()]);
        return;
      case 8: {
        const name = ["settle", "settle", "cancel"][p.below(3)] as string;
        await this.send(await this.#party(job, "requester", who), "JobMarket", name, [job]);
        return;
      }
      case 9: {
        const cost = await this.read<bigint>("JobChecks", "arbitrationCost", []);
        const value = p.below(2) === 0 ? 0n : cost + BigInt(p.below(9));
        await this.send(await this.#party(job, "requester", who), "JobMarket", "dispute", [job, hash()], value);
        return;
      }
      case 10:
      case 3:
        await this.send(who, "JobMarket", "poke", [job]);
        return;
      case 11:
      case 14:
      case 15:
        await this.send(who, "JobChecks", p.below(3) === 0 ? "close" : "draw", [job]);
        return;
      case 12:
        await this.send(who, "JobMarket", "deposit", [zeroAddress, 777n], 777n);
        return;
      default:
        await this.send(who, "JobMarket", "withdraw", [zeroAddress]);
    }
  }

  /** Index of the account that is a job's requester or operator; `other` where there is none. */
  async #party(job: bigint, role: "requester" | "operator", other: number): Promise<number> {
    try {
      const found = await this.read<Record<typeof role, Address>>("JobMarket", "jobOf", [job]);
      const index = this.#accounts.findIndex((account) => account.toLowerCase() === found[role].toLowerCase());
      return index < 0 ? other : index;
    } catch {
      // No such job (yet): the call will fail on chain, which is part of the game.
      return other;
    }
  }

  async #priceOf(offers: bigint[]): Promise<bigint> {
    let sum = 0n;
    for (const offer of offers) {
      const data = encodeFunctionData({ abi: licenseTokenAbi, functionName: "offerOf", args: [offer] });
      const call = { to: this.#anvil.deployment.contracts.LicenseToken, data };
      try {
        const answer = await this.#anvil.rpc<Hex>("eth_call", [call, "latest"]);
        sum += BigInt(`0x${answer.slice(2 + 64 * 3, 2 + 64 * 4)}`);
      } catch {
        // No such offer (yet): the purchase will fail on chain, which is part of the game.
        return sum;
      }
    }
    return sum;
  }
}
