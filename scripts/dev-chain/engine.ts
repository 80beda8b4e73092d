import type { Logger } from "pino";
import type { JsonRpcClient } from "./json-rpc.ts";

export type EngineName = "anvil" | "hardhat";

/** A running EVM that mines only when it is told to. It keeps nothing: durability is the business of `DurableChain`. */
export type Engine = {
  readonly name: EngineName;
  readonly pid: number;
  readonly rpc: JsonRpcClient;
  /** True when its state can be dumped and loaded. */
  readonly dumps: boolean;
  /** Resolves when the process has ended, for whatever reason. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
};

export type EngineOptions = {
  /** Unix seconds. */
  genesisTimestamp: number;
  chainId: number;
  accounts: number;
  /** State to load (only for an engine that dumps). */
  stateFile: string | null;
  /** Folder for the engine's own throw-away files. */
  scratchDir: string;
  log: Logger;
};
