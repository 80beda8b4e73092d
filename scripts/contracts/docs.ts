// Writes docs/contracts.md from the contracts' NatSpec and scripts/contracts/preface.md.
// usage: node scripts/contracts/docs.ts [--check]   (--check changes nothing and fails when the committed page differs)
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { toFunctionSelector } from "viem";
import { type AbiItem, type CompiledContract, collectSources, compile, type NatSpecItem } from "./compile.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const OUT = path.join(ROOT, "docs/contracts.md");
const GAS = path.join(ROOT, "test/contracts/gas/gas-snapshot.json");
const PREFACE = path.join(import.meta.dirname, "preface.md");
/** Rooms of contracts/ in the order in which a reader meets them. */
const ROOMS = ["registry", "licensing", "ledger", "market", "compute", "disputes", "incentives", "access", "periphery"];

/** Interfaces whose functions every reader can look up elsewhere: named once per contract, not told again. */
const STANDARDS = {
  "ERC-721": "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol",
  "ERC-2981": "@openzeppelin/contracts/interfaces/IERC2981.sol",
  "ERC-4906": "@openzeppelin/contracts/interfaces/IERC4906.sol",
  "ERC-6909": "@openzeppelin/contracts/interfaces/IERC6909.sol",
  "ERC-5267": "@openzeppelin/contracts/interfaces/IERC5267.sol",
  "ERC-2771": "@openzeppelin/contracts/metatx/ERC2771Context.sol",
  AccessManaged: "@openzeppelin/contracts/access/manager/IAccessManaged.sol",
  AccessManager: "@openzeppelin/contracts/access/manager/IAccessManager.sol",
};
/** What each standard declares, as `kind signature`. */
const declaredBy = new Map<string, Set<string>>();
for (const [standard, source] of Object.entries(STANDARDS)) {
  const { contracts } = compile(await collectSources(source), source, []);
  const items = Object.values(contracts).flatMap(({ abi }) => abi);
  declaredBy.set(standard, new Set(items.map((item) => `${item.type} ${signatureOf(item)}`)));
}
/** Errors that our own sources declare; those of libraries are told there. */
const ownErrors = new Set<string>();
for (const file of await readdir(path.join(ROOT, "contracts"), { recursive: true })) {
  if (!file.endsWith(".sol") || file.startsWith("testing")) continue;
  const text = await readFile(path.join(ROOT, "contracts", file), "utf8");
  for (const [, error = ""] of text.matchAll(/^ *error (\w+)\(/gm)) ownErrors.add(error);
}

const page = await makePage();
if (!process.argv.includes("--check")) await writeFile(OUT, page);
else if ((await readFile(OUT, "utf8").catch(() => "")) !== page) {
  console.error("docs/contracts.md is out of date: run npm run build:contracts and commit.");
  process.exit(1);
}

async function makePage(): Promise<string> {
  const parts = [(await readFile(PREFACE, "utf8")).trimEnd(), "", ...(await describeGas()), "# Reference", ""];
  parts.push(
    "Made from the sources. Functions that change nothing are marked *view*; amounts are in the currency's smallest unit.",
    "",
  );
  for (const room of ROOMS) {
    const files = (await readdir(path.join(ROOT, "contracts", room)).catch(() => [])).filter((f) => f.endsWith(".sol"));
    for (const file of files.sort()) {
      const source = `contracts/${room}/${file}`;
      const text = await readFile(path.join(ROOT, source), "utf8");
      if (!/^(contract|library) /m.test(text)) continue;
      const { contracts } = compile(await collectSources(source), source, ["docs"]);
      for (const [name, contract] of Object.entries(contracts)) parts.push(...describeContract(name, source, contract));
    }
  }
  return `${parts.join("\n").trimEnd()}\n`;
}

/** The committed figures, which test/contracts/gas.test.ts holds to what is measured. */
async function describeGas(): Promise<string[]> {
  const gas = JSON.parse(await readFile(GAS, "utf8")) as Record<string, number>;
  return [
    "## Gas",
    "",
    "Steady state (second time for the same accounts), one call per transaction, ERC-20 payment, royalties on; solc without IR, 200 optimizer",
    "runs, evm cancun; measured by `npm run -s gas`.",
    "",
    "| journey | gas |",
    "|---|---|",
    ...Object.entries(gas).map(([what, figure]) => `| ${what} | ${figure.toLocaleString("en-US")} |`),
    "",
  ];
}

function describeContract(contractName: string, source: string, { abi, devdoc, userdoc }: CompiledContract): string[] {
  const lines = [`## ${contractName}`, "", `[\`${source}\`](../${source})`, ""];
  if (devdoc.title) lines.push(`**${sentence(devdoc.title)}**`, "");
  if (userdoc.notice) lines.push(sentence(userdoc.notice), "");
  if (devdoc.details) lines.push(sentence(devdoc.details), "");
  for (const [key, text] of Object.entries(devdoc)) {
    if (key.startsWith("custom:invariant") && typeof text === "string")
      lines.push(`*Invariant:* ${sentence(text)}`, "");
  }
  const has = new Set(abi.map((item) => `${item.type} ${signatureOf(item)}`));
  const standards = [...declaredBy].filter(([, items]) => [...items].every((item) => has.has(item)));
  const told = new Set(standards.flatMap(([, items]) => [...items]));
  const own = abi.filter(
    (item) => !told.has(`${item.type} ${signatureOf(item)}`) && (item.type !== "error" || ownErrors.has(name(item))),
  );
  if (standards.length > 0) {
    lines.push(`Also has the functions and events of ${standards.map(([standard]) => standard).join(", ")}.`, "");
  }
  const docs = (item: AbiItem): NatSpecItem => {
    const signature = signatureOf(item);
    if (item.type === "error") {
      return { ...devdoc.errors?.[signature]?.[0], ...userdoc.errors?.[signature]?.[0] };
    }
    const kind = item.type === "event" ? "events" : "methods";
    const variable = devdoc.stateVariables?.[item.name ?? ""];
    return { ...variable, ...devdoc[kind]?.[signature], ...userdoc[kind]?.[signature] };
  };
  const functions = own.filter((item) => item.type === "function").sort(byName);
  const changing = functions.filter((item) => item.stateMutability !== "view" && item.stateMutability !== "pure");
  for (const item of changing) lines.push(...describeFunction(item, docs(item)));
  const views = functions.filter((item) => !changing.includes(item));
  if (views.length > 0) {
    lines.push("| view | what it tells |", "|---|---|");
    for (const item of views) {
      const { notice, details, returns } = docs(item);
      const told = [notice ?? details, ...Object.values(returns ?? {})].filter(Boolean).map((t) => sentence(t ?? ""));
      lines.push(`| \`${shortSignature(item)}\` | ${told.join(" ")} |`);
    }
    lines.push("");
  }
  lines.push(...table("event", own, docs), ...table("error", own, docs));
  return lines;
}

function describeFunction(item: AbiItem, { notice, details, params, returns }: NatSpecItem): string[] {
  const lines = [
    `### ${name(item)}`,
    "",
    `\`${shortSignature(item)}\`${item.stateMutability === "payable" ? " payable" : ""} · \`${selectorOf(item)}\``,
    "",
  ];
  if (notice) lines.push(sentence(notice), "");
  if (details) lines.push(sentence(details), "");
  const rows = [
    ...Object.entries(params ?? {}),
    ...Object.entries(returns ?? {}).map(
      ([key, text]) => [`returns${key.startsWith("_") ? "" : ` ${key}`}`, text] as const,
    ),
  ];
  for (const [key, text] of rows) lines.push(`- \`${key}\`: ${sentence(text)}`);
  if (rows.length > 0) lines.push("");
  return lines;
}

function table(type: "event" | "error", abi: AbiItem[], docs: (item: AbiItem) => NatSpecItem): string[] {
  const items = abi.filter((item) => item.type === type).sort(byName);
  if (items.length === 0) return [];
  const rows = items.map((item) => {
    const { notice, details, params } = docs(item);
    const told = [notice ?? details, ...Object.entries(params ?? {}).map(([key, text]) => `\`${key}\`: ${text}`)];
    return `| \`${shortSignature(item)}\` | ${told
      .filter(Boolean)
      .map((t) => sentence(t ?? ""))
      .join(" ")} |`;
  });
  return [`| ${type} | |`, "|---|---|", ...rows, ""];
}

function byName(a: AbiItem, b: AbiItem): number {
  return name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0;
}

function name(item: AbiItem): string {
  return item.name ?? "";
}

/** As the compiler names it in its documentation: types only, structs spelled out. */
function signatureOf(item: AbiItem): string {
  return `${name(item)}(${(item.inputs ?? []).map(typeOf).join(",")})`;
}

type Input = { name: string; type: string; indexed?: boolean; components?: Input[] };

function typeOf(input: Input): string {
  if (!input.type.startsWith("tuple")) return input.type;
  return `(${(input.components ?? []).map(typeOf).join(",")})${input.type.slice("tuple".length)}`;
}

function shortSignature(item: AbiItem): string {
  const inputs = (item.inputs ?? []) as (Input & { internalType?: string })[];
  const shown = inputs.map((input) => {
    const type = input.type.startsWith("tuple") ? (input.internalType ?? "").replace(/^struct /, "") : input.type;
    return `${type}${input.indexed ? " indexed" : ""}${input.name ? ` ${input.name}` : ""}`;
  });
  return `${name(item)}(${shown.join(", ")})`;
}

function selectorOf(item: AbiItem): string {
  return toFunctionSelector(item as never);
}

/** One paragraph that a table can hold. */
function sentence(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("|", "\\|").trim();
}
