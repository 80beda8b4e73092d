/** Compiles contracts in this process, without Hardhat: for tools that need one contract again and again, or its syntax tree. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(import.meta.url);
const ROOT = path.join(import.meta.dirname, "../..");

/** hardhat.config.ts has the same settings; the bytecode must be the one that tests and deployments use. */
const SETTINGS = {
  evmVersion: "cancun",
  viaIR: false,
  optimizer: { enabled: true, runs: 200 },
  metadata: { bytecodeHash: "none" },
};

/** Sources by the name that `import` resolves to: `contracts/…` and `@openzeppelin/…`. */
export type Sources = Map<string, string>;

export type CompiledContract = {
  abi: AbiItem[];
  bytecode: `0x${string}`;
  /** NatSpec for developers and users, as the compiler gives it. */
  devdoc: NatSpec;
  userdoc: NatSpec;
};

export type AbiItem = {
  type: string;
  name?: string;
  stateMutability?: string;
  inputs?: { name: string; type: string; indexed?: boolean }[];
  outputs?: { name: string; type: string }[];
};

export type NatSpec = {
  title?: string;
  notice?: string;
  details?: string;
  methods?: Record<string, NatSpecItem>;
  events?: Record<string, NatSpecItem>;
  errors?: Record<string, NatSpecItem[]>;
  stateVariables?: Record<string, NatSpecItem>;
};
export type NatSpecItem = {
  notice?: string;
  details?: string;
  params?: Record<string, string>;
  returns?: Record<string, string>;
};

/** A node of the compiler's syntax tree, as far as our tools read it. */
export type AstNode = { nodeType: string; src: string; [key: string]: unknown };

type Output = {
  errors?: { severity: string; formattedMessage: string }[];
  sources: Record<string, { ast: AstNode }>;
  contracts: Record<
    string,
    Record<string, { abi: AbiItem[]; evm?: { bytecode: { object: string } }; devdoc?: NatSpec; userdoc?: NatSpec }>
  >;
};

let compiler: { compile(input: string): string } | null = null;

/** A source and all it imports, with the names that the compiler gives them. */
export async function collectSources(entry: string, into: Sources = new Map()): Promise<Sources> {
  if (into.has(entry)) return into;
  const file = entry.startsWith("@") ? require.resolve(entry) : path.join(ROOT, entry);
  const text = await readFile(file, "utf8");
  into.set(entry, text);
  for (const [, imported = ""] of text.matchAll(/^import\s[^;]*?["']([^"']+)["']/gm)) {
    const name = imported.startsWith(".") ? path.posix.join(path.posix.dirname(entry), imported) : imported;
    await collectSources(name, into);
  }
  return into;
}

/**
 * Compiles the contracts of one source.
 * @param wanted which outputs of `entry` are made: leaving bytecode out makes it much faster
 * @throws Error with the compiler's message when it does not compile
 */
export function compile(
  sources: Sources,
  entry: string,
  wanted: ("bytecode" | "docs" | "ast")[],
): { contracts: Record<string, CompiledContract>; ast: AstNode } {
  compiler ??= require("solc") as { compile(input: string): string };
  const outputs = ["abi"];
  if (wanted.includes("bytecode")) outputs.push("evm.bytecode.object");
  if (wanted.includes("docs")) outputs.push("devdoc", "userdoc");
  const input = {
    language: "Solidity",
    sources: Object.fromEntries([...sources].map(([name, content]) => [name, { content }])),
    settings: {
      ...SETTINGS,
      outputSelection: { [entry]: { "*": outputs, "": wanted.includes("ast") ? ["ast"] : [] } },
    },
  };
  const output = JSON.parse(compiler.compile(JSON.stringify(input))) as Output;
  const failed = (output.errors ?? []).filter((error) => error.severity === "error");
  if (failed.length > 0) throw new Error(failed.map((error) => error.formattedMessage).join("\n"));
  const contracts = Object.entries(output.contracts[entry] ?? {}).map(([name, contract]) => [
    name,
    {
      abi: contract.abi,
      bytecode: `0x${contract.evm?.bytecode.object ?? ""}`,
      devdoc: contract.devdoc ?? {},
      userdoc: contract.userdoc ?? {},
    },
  ]);
  return { contracts: Object.fromEntries(contracts), ast: output.sources[entry]?.ast as AstNode };
}
