import { ColophonError } from "../../common/errors.ts";
import { anvilPath, startAnvil } from "./anvil.ts";
import type { Engine, EngineName, EngineOptions } from "./engine.ts";
import { startHardhat } from "./hardhat.ts";

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
