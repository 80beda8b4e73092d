import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { ColophonError } from "../../common/errors.ts";
import { openContentStore } from "../content-store.ts";
import { CarUploadTarget } from "./car-upload-target.ts";
import { KuboTarget } from "./kubo-target.ts";
import { PeerGatewayTarget } from "./peer-gateway-target.ts";
import type { PinTarget } from "./pin-target.ts";
import { PinningServiceTarget } from "./pinning-service-target.ts";
import { StoreTarget } from "./store-target.ts";

const name = z.string().regex(/^[a-z0-9-]{1,40}$/);
const url = z.url({ protocol: /^https?$/ });
/** Name of an environment variable: secrets stand in no file. */
const secret = z.string().regex(/^[A-Z][A-Z0-9_]*$/);
const gateways = z.array(url).min(1);

const targetSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("store-folder"), name, dir: z.string().min(1) }),
  z.strictObject({ kind: z.literal("peer-gateway"), name, url, tokenEnv: secret }),
  z.strictObject({ kind: z.literal("kubo"), name, url, authorizationEnv: secret.optional() }),
  z.strictObject({
    kind: z.literal("car-upload"),
    name,
    url: z.string().regex(/^https?:\/\//),
    method: z.enum(["PUT", "POST"]).default("PUT"),
    authorizationEnv: secret.optional(),
    gateways,
    removeUrl: z
      .string()
      .regex(/^https?:\/\//)
      .optional(),
  }),
  z.strictObject({
    kind: z.literal("pinning-service"),
    name,
    url,
    tokenEnv: secret,
    gateways,
    origins: z.array(z.string()).default([]),
  }),
]);

/** The file of targets: `required` of the copies, the store's own among them, must be proven before anybody relies on a work. */
export const targetsSchema = z.strictObject({
  required: z.number().int().min(1),
  targets: z.array(targetSchema).max(20),
});

/**
 * Reads a file of targets (`docs/decisions/033-replication.md` has an example).
 * @param env where secrets are looked up
 * @returns null where there is no such file
 * @throws ColophonError BAD_TARGETS
 */
export async function readTargets(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ required: number; targets: PinTarget[] } | null> {
  if (!existsSync(file)) return null;
  const bad = (why: string, cause?: unknown) =>
    new ColophonError("BAD_TARGETS", `The file of targets ${file} cannot be used: ${why}`, { data: { file }, cause });
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw bad("it is not JSON.", cause);
  }
  const parsed = targetsSchema.safeParse(value);
  if (!parsed.success) throw bad(z.prettifyError(parsed.error), parsed.error);
  const { required, targets } = parsed.data;
  const names = new Set(["local", ...targets.map((target) => target.name)]);
  if (names.size !== targets.length + 1) throw bad('names must differ, and "local" is the store\'s own.');
  if (required > targets.length + 1) throw bad(`${required} copies are required of ${targets.length + 1} places.`);
  const secretOf = (variable: string) => {
    const found = env[variable];
    if (!found) throw bad(`the environment variable ${variable} is not set.`);
    return found;
  };
  const opened: PinTarget[] = [];
  for (const target of targets) opened.push(await open(target, path.dirname(file), secretOf));
  return { required, targets: opened };
}

async function open(
  target: z.infer<typeof targetSchema>,
  base: string,
  secretOf: (variable: string) => string,
): Promise<PinTarget> {
  switch (target.kind) {
    case "store-folder":
      return new StoreTarget(target.name, await openContentStore(path.resolve(base, target.dir)));
    case "peer-gateway":
      return new PeerGatewayTarget({ ...target, token: secretOf(target.tokenEnv) });
    case "kubo":
      return new KuboTarget({
        ...target,
        authorization: target.authorizationEnv && secretOf(target.authorizationEnv),
      });
    case "car-upload":
      return new CarUploadTarget({
        ...target,
        authorization: target.authorizationEnv && secretOf(target.authorizationEnv),
      });
    case "pinning-service":
      return new PinningServiceTarget({ ...target, token: secretOf(target.tokenEnv) });
  }
}
