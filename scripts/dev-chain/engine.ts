import type { Logger } from "pino";
import { ColophonError } from "../../common/errors.ts";
import { anvilPath, startAnvil } from "./anvil.ts";
import { startHardhat } from "./hardhat.ts";
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

/**
 * Starts anvil where its binary exists and runs, else Hardhat's in-process network in a child.
 * @param wanted only this engine, no fallback
 * @throws ColophonError ENGINE_FAILED
 */
export async function startEngine(options: EngineOptions, wanted?: EngineName): Promise<Engine> {
  if (wanted !== "hardhat") {
    if (anvilPath()) {
      try {
        return await startAnvil(options);
      } catch (error) {
        if (wanted === "anvil") throw error;
        options.log.warn({ err: error }, "anvil is installed but does not start; using Hardhat's network instead");
      }
    } else if (wanted === "anvil") {
      throw new ColophonError("ENGINE_FAILED", "There is no anvil binary for this platform.", { status: 503 });
    } else {
      options.log.warn(
        "no anvil binary for this platform; using Hardhat's network instead (slower start, no state dumps)",
      );
    }
  }
  return startHardhat(options);
}
