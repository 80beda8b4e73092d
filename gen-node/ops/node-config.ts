/** The node's settings, from the environment; refused at start when they make no sense. */
import { join } from "node:path";
import { type Hex, isHex } from "viem";
import { z } from "zod";
import { ColophonError } from "../../common/errors.ts";

const wei = z
  .string()
  .regex(/^\d+$/)
  .transform((text) => BigInt(text));

const schema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4603),
  DATA_DIR: z.string().min(1),
  RPC_URL: z.url(),
  STORE_URL: z.url(),
  STORE_TOKEN: z.string().default(""),
  /** Trustless gateways that are asked for what the store cannot give, separated by commas. */
  GATEWAYS: z
    .string()
    .default("")
    .transform((text) => text.split(",").filter(Boolean)),
  /** Path of deployment.json. */
  DEPLOYMENT: z.string().min(1),
  /** Operator's private key; for local chains. */
  NODE_KEY: z.custom<Hex>((value) => isHex(value) && value.length === 66, "must be 0x and 64 hex digits"),
  /** Address under which others reach this node; default: loopback and the port. */
  PUBLIC_URL: z.url().optional(),
  /** Smallest price per job. */
  PRICE_WEI: wei.default(1_000_000_000_000_000n).refine((price) => price > 0n, "must be greater than 0"),
  /** Stake to register with; at least the contract's minimum. */
  STAKE_WEI: wei.default(1_000_000_000_000_000_000n),
  /** Credit is withdrawn once it is this large. */
  WITHDRAW_WEI: wei.default(10_000_000_000_000_000n),
  /** Milliseconds between looks at the chain. */
  POLL_MS: z.coerce.number().int().min(20).max(60_000).default(250),
  /** Milliseconds without a block after which the node makes one itself where a job waits for it. */
  BLOCK_PATIENCE_MS: z.coerce.number().int().min(20).max(3_600_000).default(30_000),
  /** Certificate chain and ES256 key (PEM files) with which outputs are signed; needs the package @contentauth/c2pa-node beside the project. */
  C2PA_CERTIFICATES: z.string().min(1).optional(),
  C2PA_KEY: z.string().min(1).optional(),
  MODELS_DIR: z.string().default(join(import.meta.dirname, "../models")),
});

export type NodeConfig = z.infer<typeof schema>;

/**
 * Reads the settings. Values never appear in the error: one of them is a key.
 * @throws ColophonError BAD_CONFIG naming every setting that is missing or wrong
 */
export function readNodeConfig(env: NodeJS.ProcessEnv): NodeConfig {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new ColophonError("BAD_CONFIG", `The node's settings are wrong: ${wrong.join("; ")}`, { data: { wrong } });
}
