/** What a running stack tells its clients: served at `/config.json`, never baked into a build. */
import { z } from "zod";

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);

export const contractsSchema = z.object({
  Authority: address,
  WithSig: address,
  WorkRegistry: address,
  CoCreations: address,
  LicenseToken: address,
  RoyaltyLedger: address,
  OperatorRegistry: address,
  JobMarket: address,
  JobChecks: address,
  JobVouchers: address,
  Marketplace: address,
  AuctionHouse: address,
  DisputeModule: address,
  CommitteeArbitrator: address,
  WorkShares: address,
  DatasetPool: address,
  EpochRewards: address,
  LicenseRights: address,
  LicensePresets: address,
  Router: address,
});

/** One deployment of the contracts: written by the deployer to `.run/deployment.json`. */
export const deploymentSchema = z.object({
  chainId: z.number().int().positive(),
  genesisHash: z.string(),
  /** First block that can hold an event of ours. */
  deployBlock: z.number().int().nonnegative(),
  contracts: contractsSchema,
});
export type Deployment = z.infer<typeof deploymentSchema>;

/** `/config.json`. */
export const publicConfigSchema = z.object({
  deployment: deploymentSchema,
  rpcUrl: z.url(),
  /** Gateway for original files; another origin than the page. */
  gatewayUrl: z.url(),
  /** True on a local chain: the dapp then offers the built-in wallets. */
  local: z.boolean(),
  version: z.string(),
});
export type PublicConfig = z.infer<typeof publicConfigSchema>;
