/** The operator's standing on chain: registered, staked, and with a capability document that is true now. */
import { cpus } from "node:os";
import { encodeFunctionData } from "viem";
import { operatorRegistryAbi } from "../../common/abi/index.ts";
import { type Capability, capabilitySchema } from "../../common/documents.ts";
import type { StoreClient } from "../../storage/client.ts";
import { ENGINE_NAME, ENGINE_VERSION, PINNED_WASM_SHA256 } from "../engine/index.ts";
import type { Outbox } from "../wallet/outbox.ts";
import type { MarketChain } from "./market-chain.ts";
import type { PublishedModel } from "./publish-model.ts";

/** What this node offers, as its document says it. */
export function describeCapability(facts: {
  operator: `0x${string}`;
  endpoint: string;
  models: readonly PublishedModel[];
  priceWei: bigint;
}): Capability {
  const [cpu] = cpus();
  return capabilitySchema.parse({
    schema: "colophon/capability/1",
    operator: facts.operator,
    endpoint: facts.endpoint,
    device: { kind: "cpu", name: cpu ? cpu.model.trim() : "unknown CPU" },
    engine: { name: ENGINE_NAME, version: ENGINE_VERSION, wasmSha256: PINNED_WASM_SHA256 },
    models: facts.models.map(({ workId, sha256 }) => ({
      workId: workId.toString(),
      sha256,
      tasks: ["generate-image", "remix-image"],
      priceWei: facts.priceWei.toString(),
    })),
  });
}

/**
 * Stores the capability document and brings the chain in line with it: registers with stake the first time, points at
 * the new document when it changed.
 */
export async function registerOperator(parameters: {
  chain: MarketChain;
  store: StoreClient;
  outbox: Outbox;
  operator: `0x${string}`;
  capability: Capability;
  stakeWei: bigint;
}): Promise<void> {
  const { chain, store, outbox, operator, capability } = parameters;
  const { digest } = await store.addDocument(capability);
  const [standing, minimum] = await Promise.all([
    chain.client.readContract({ ...chain.operatorRegistry, functionName: "operatorOf", args: [operator] }),
    chain.client.readContract({ ...chain.operatorRegistry, functionName: "minimumStake" }),
  ]);
  const to = chain.addresses.OperatorRegistry;
  if (!standing.registered) {
    const value = parameters.stakeWei > minimum ? parameters.stakeWei : minimum;
    const data = encodeFunctionData({ abi: operatorRegistryAbi, functionName: "register", args: [digest] });
    await outbox.send("register-operator", { to, data, value });
  } else if (standing.capability !== digest) {
    const data = encodeFunctionData({ abi: operatorRegistryAbi, functionName: "setCapability", args: [digest] });
    await outbox.send(`capability/${digest}`, { to, data });
  }
}
