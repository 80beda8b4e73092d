import type { StoreClient } from "../../storage/client.ts";
import type { ApiClient } from "./api-client.ts";
import type { JourneyChain } from "./chain.ts";
import type { JourneyFile } from "./read-file.ts";
import type { JourneyRecord } from "./record.ts";

/** What every step works with. */
export type Journey = {
  file: JourneyFile;
  api: ApiClient;
  chain: JourneyChain;
  /** The gateway: every block read is checked against its CID. */
  store: StoreClient;
  record: JourneyRecord;
};

/** Who does what. */
export const ROLES = {
  /** Registers the file. */
  creator: "journey-creator",
  /** Licenses it, has it remixed, registers the remix. */
  remixer: "journey-buyer",
  /** Licenses the remix, and pays the gas of pulls and claims. */
  collector: "guest-buyer",
} as const;

/** Prices of what the journey offers, wei. */
export const PRICES = { work: 2n * 10n ** 16n, derivative: 3n * 10n ** 16n } as const;
