/** The contracts that jobs touch, with an arbitrator that rules what it is told, on the in-process chain. */
import type { BaseContract, ContractMethod, ContractRunner } from "ethers";
import type { Hex } from "viem";
import type { ContractName } from "../../scripts/predict-addresses.ts";
import { deploySet, type House } from "./house.ts";
import { ethers } from "./network.ts";

type Named<Names extends string> = Omit<BaseContract, "connect"> &
  Record<Names, ContractMethod> & { connect(runner: ContractRunner): Named<Names> };

export type MarketContract = Named<
  | "setModelShare"
  | "setProtocolShare"
  | "deposit"
  | "post"
  | "cancel"
  | "accept"
  | "submit"
  | "settle"
  | "settleMany"
  | "dispute"
  | "poke"
  | "endCheck"
  | "payModel"
  | "withdraw"
  | "withdrawTo"
  | "jobOf"
  | "isResult"
  | "resultDigestOf"
  | "totalJobs"
  | "creditOf"
  | "owedToModel"
  | "modelShareOf"
  | "protocolShare"
  | "escrowFor"
  | "stakeFor"
  | "pause"
>;
export type OperatorsContract = Named<
  | "register"
  | "setCapability"
  | "addStake"
  | "startUnbonding"
  | "withdrawStake"
  | "becomeVerifier"
  | "stopVerifying"
  | "withdrawRulingCredit"
  | "rulingCreditOf"
  | "lock"
  | "release"
  | "slash"
  | "penalize"
  | "slashByRuling"
  | "operatorOf"
  | "freeStake"
  | "tierOf"
  | "drawVerifiers"
  | "totalBonds"
  | "minimumStake"
  | "minimumBond"
>;
export type ChecksContract = Named<
  | "open"
  | "openDispute"
  | "awaitReferral"
  | "draw"
  | "commit"
  | "reveal"
  | "tally"
  | "escalate"
  | "refer"
  | "rule"
  | "close"
  | "closeRuled"
  | "withdraw"
  | "checkOf"
  | "votesOf"
  | "commitmentOf"
  | "arbitrationCost"
  | "escalationBond"
  | "creditOf"
  | "penalty"
>;
export type VouchersContract = Named<
  | "deposit"
  | "redeem"
  | "startClosing"
  | "close"
  | "payModel"
  | "withdraw"
  | "withdrawTo"
  | "channelOf"
  | "channelId"
  | "digestOf"
  | "creditOf"
  | "owedToModel"
>;
export type ArbitratorContract = Named<
  "setCost" | "giveRuling" | "giveRulingWithin" | "disputesCount" | "extraDataOf" | "arm" | "answer"
>;

export type ComputeHouse = Omit<House, "market" | "operators" | "addresses" | "arbitrator"> & {
  market: MarketContract;
  operators: OperatorsContract;
  checks: ChecksContract;
  vouchers: VouchersContract;
  arbitrator: ArbitratorContract;
  /** Stand-ins for contracts of the set that these tests don't deploy. */
  disputes: House["alice"];
  rewards: string;
  addresses: House["addresses"];
};

/** Nobody's account that stands for the contract of rewards. */
const REWARDS = "0x00000000000000000000000000000000004E3A4D";

/** What the functions of `house.ts` want: they use works, licenses and ledger. */
export function asHouse(house: ComputeHouse): House {
  return house as unknown as House;
}

/** Deploys the contracts at predicted addresses; `disputes` is an account, so that tests can rule as the dispute module. */
export async function deployComputeHouse(): Promise<ComputeHouse> {
  const [deployer, alice, bob, carol, dave, operator, requester, disputes] = (await ethers.getSigners()).slice(
    0,
    8,
  ) as [
    House["alice"],
    House["alice"],
    House["alice"],
    House["alice"],
    House["alice"],
    House["alice"],
    House["alice"],
    House["alice"],
  ];
  const arbitrator = (await ethers.deployContract("ObedientArbitrator")) as unknown as ArbitratorContract;
  const { at: addresses } = await deploySet(deployer, {
    arbitrator: (await arbitrator.getAddress()) as Hex,
    disputes: disputes.address as Hex,
    rewards: REWARDS,
  });
  const at = async <C>(name: ContractName) => (await ethers.getContractAt(name, addresses[name])) as unknown as C;
  return {
    authority: await at("Authority"),
    withSig: await at("WithSig"),
    works: await at("WorkRegistry"),
    licenses: await at("LicenseToken"),
    ledger: await at("RoyaltyLedger"),
    operators: await at("OperatorRegistry"),
    market: await at("JobMarket"),
    checks: await at("JobChecks"),
    vouchers: await at("JobVouchers"),
    arbitrator,
    addresses,
    rewards: REWARDS,
    deployer,
    alice,
    bob,
    carol,
    dave,
    operator,
    requester,
    disputes,
  };
}
