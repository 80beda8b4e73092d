// Recomputes the rewards of a week from the chain: what a root must be, whether the posted ones are, and how an account claims.
// usage: npm run -s rewards -- [--epoch N] [--account 0x…] [--out FILE] [--json] [--url http://localhost:4600]
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { formatEther, zeroAddress } from "viem";
import { ColophonError } from "../../common/errors.ts";
import { ApiClient } from "../journey/api-client.ts";
import { type EpochList, epochList } from "./epoch-list.ts";

const USAGE =
  "usage: npm run -s rewards -- [--epoch N] [--account 0x…] [--out FILE] [--json] [--url http://localhost:4600]";

const json = process.argv.includes("--json");
try {
  const { epoch, account, out, url } = readArguments();
  const { config } = await ApiClient.connect(url);
  let told = 0;
  const list = await epochList(config.rpcUrl, config.deployment, epoch, (block, last) => {
    if (Date.now() - told < 1000 && block < last) return;
    told = Date.now();
    process.stderr.write(`read to block ${block} of ${last}\n`);
  });
  if (out) await writeFile(out, list.document);
  const claims = account ? claimsOf(list, account) : [];
  if (json) {
    const { tree, document: _, post, ...rest } = list;
    process.stdout.write(
      `${JSON.stringify({ ...rest, root: tree?.root ?? null, post, claims }, (__, value: unknown) =>
        typeof value === "bigint" ? String(value) : value,
      )}\n`,
    );
  } else process.stdout.write(describe(list, account, claims));
} catch (error) {
  process.exitCode = 1;
  const known = error instanceof ColophonError ? error : new ColophonError("INTERNAL", String(error));
  process.stderr.write(`${known.code}: ${known.message.replaceAll(/\s+/g, " ")}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ error: known.toJSON() })}\n`);
}
// Sockets that are kept alive must not hold the process back.
process.exit();

type Claim = { currency: string; total: string; proof: string[] };

/** Arguments of `EpochRewards.claim`, after the stream and the root's index. */
function claimsOf({ shares, tree }: EpochList, account: string): Claim[] {
  return shares.flatMap((share, index) =>
    share.account === account.toLowerCase()
      ? [{ currency: share.currency, total: String(share.total), proof: tree?.proof(index) ?? [] }]
      : [],
  );
}

function describe(list: EpochList, account: string | null, claims: readonly Claim[]): string {
  const amount = (currency: string, units: string) =>
    currency === zeroAddress ? `${formatEther(BigInt(units))} of the chain's coin` : `${units} units of ${currency}`;
  const lines = [
    `epoch ${list.epoch}, formula ${list.formula}, to block ${list.blocks.last}`,
    ...list.totals.map(
      ({ currency, given, total }) => `  gave ${amount(currency, given)}; all time ${amount(currency, total)}`,
    ),
    list.tree
      ? `root ${list.tree.root} over ${list.shares.length} leaves; inputs ${list.inputs}`
      : "nobody is due anything",
    ...list.posted.map(
      ({ index, status, root, agrees }) =>
        `posted as ${index} (${status}): ${root} ${agrees ? "is that" : "is WRONG: challenge it"}`,
    ),
  ];
  if (list.tree && list.posted.length === 0 && list.post) {
    lines.push(`not posted yet; to post it send ${list.post.value} wei to ${list.post.to} with --json's post.data`);
  }
  if (account)
    lines.push(...claims.map(({ currency, total }) => `${account} is due ${amount(currency, total)}, all time`));
  if (account && claims.length === 0) lines.push(`${account} is due nothing`);
  return `${lines.join("\n")}\n`;
}

function readArguments(): { epoch: number | null; account: string | null; out: string | null; url: string } {
  let values: { epoch?: string; account?: string; out?: string; url?: string; json?: boolean };
  try {
    ({ values } = parseArgs({
      options: {
        epoch: { type: "string" },
        account: { type: "string" },
        out: { type: "string" },
        url: { type: "string" },
        json: { type: "boolean" },
      },
    }));
  } catch (cause) {
    const message = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : "";
    throw new ColophonError("BAD_ARGUMENTS", `${message} (${USAGE})`, { cause });
  }
  const { epoch, account, out, url = "http://localhost:4600" } = values;
  if (epoch !== undefined && !/^[1-9]\d{0,5}$/.test(epoch)) {
    throw new ColophonError("BAD_ARGUMENTS", `"${epoch}" is no number of an epoch (${USAGE}).`);
  }
  if (account !== undefined && !/^0x[0-9a-fA-F]{40}$/.test(account)) {
    throw new ColophonError("BAD_ARGUMENTS", `"${account}" is not an address.`);
  }
  if (!URL.canParse(url)) throw new ColophonError("BAD_ARGUMENTS", `"${url}" is not a URL.`);
  return { epoch: epoch ? Number(epoch) : null, account: account ?? null, out: out ?? null, url };
}
