/** Finds what roles can do: every function that refuses a stranger in the Authority's name, of every contract. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { FunctionFragment, ParamType } from "ethers";
import hre from "hardhat";
import { ethers } from "../network.ts";

const CONTRACTS = path.join(import.meta.dirname, "../../../contracts");
const REFUSALS = ["AccessManagedUnauthorized(address)", "AccessManagerUnauthorizedAccount(address,uint64)"].map(
  (error) => ethers.id(error).slice(0, 10),
);

export type Source = { name: string; text: string };

/** Sources of the set, without interfaces and test contracts. */
export async function sources(): Promise<Source[]> {
  const files = (await readdir(CONTRACTS, { recursive: true })).filter(
    (file) => file.endsWith(".sol") && !/^(testing|interfaces)[\\/]/.test(file),
  );
  return await Promise.all(
    files.toSorted().map(async (file) => ({
      name: path.basename(file, ".sol"),
      text: await readFile(path.join(CONTRACTS, file), "utf8"),
    })),
  );
}

/** Contracts that ask an authority, by their ABI; those that can be deployed. */
export async function managedContracts(): Promise<string[]> {
  const managed: string[] = [];
  for (const { name } of await sources()) {
    const artifact = await hre.artifacts.readArtifact(name).catch(() => undefined);
    if (!artifact || artifact.bytecode === "0x") continue;
    const names = new Set(artifact.abi.map((entry: { name?: string }) => entry.name));
    if (names.has("setAuthority") || names.has("updateAuthority")) managed.push(name);
  }
  return managed;
}

/** The contract's functions that only roles may call, found by calling all as a stranger. */
export async function restrictedFunctions(contract: string, address: string): Promise<string[]> {
  const { abi } = await hre.artifacts.readArtifact(contract);
  const found: string[] = [];
  for (const fragment of new ethers.Interface(abi).fragments) {
    if (fragment.type !== "function") continue;
    const called = fragment as FunctionFragment;
    if (called.stateMutability === "view" || called.stateMutability === "pure") continue;
    const data = new ethers.Interface([called]).encodeFunctionData(called, called.inputs.map(zeroOf));
    if (REFUSALS.includes(await refusalOf(address, data))) found.push(`${contract}.${called.name}`);
  }
  return found;
}

/** First four bytes of the error that the call ends in; empty when it succeeds. */
async function refusalOf(to: string, data: string): Promise<string> {
  try {
    await ethers.provider.call({ to, data, from: ethers.Wallet.createRandom().address });
    return "";
  } catch (error) {
    const thrown = error as { data?: unknown };
    return typeof thrown.data === "string" ? thrown.data.slice(0, 10) : "";
  }
}

function zeroOf(type: ParamType): unknown {
  if (type.baseType === "array")
    return Array.from({ length: Math.max(type.arrayLength ?? 0, 0) }, () => zeroOf(type.arrayChildren as ParamType));
  if (type.baseType === "tuple") return (type.components ?? []).map(zeroOf);
  if (type.type === "bool") return false;
  if (type.type === "string") return "";
  if (type.type === "bytes") return "0x";
  if (type.type === "address") return ethers.ZeroAddress;
  if (type.type.startsWith("bytes")) return `0x${"00".repeat(Number(type.type.slice(5)))}`;
  return 0n;
}
