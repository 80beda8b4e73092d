/** Sign-in with a wallet (EIP-4361): nonces that work once, and sessions of which only a hash is stored. */
import { createHash, randomBytes } from "node:crypto";
import type { Request } from "express";
import { createPublicClient, type Hex, http, verifyMessage } from "viem";
import { parseSiweMessage, validateSiweMessage } from "viem/siwe";
import { ColophonError } from "../../../common/errors.ts";
import type { Database } from "../../db/database.ts";

export const SESSION_COOKIE = "colophon_session";
const NONCE_SECONDS = 5 * 60;
export const SESSION_SECONDS = 30 * 86_400;

export class Sessions {
  readonly #database: Database;
  readonly #chainId: number;
  readonly #rpcUrl: string;

  constructor(database: Database, options: { chainId: number; rpcUrl: string }) {
    this.#database = database;
    this.#chainId = options.chainId;
    this.#rpcUrl = options.rpcUrl;
  }

  /** A nonce for one sign-in within five minutes. */
  async nonce(): Promise<string> {
    const nonce = randomBytes(16).toString("hex");
    const now = seconds();
    await this.#database.query("delete from app.nonce where expires_at < $1", [now]);
    await this.#database.query("insert into app.nonce values ($1, $2)", [nonce, now + NONCE_SECONDS]);
    return nonce;
  }

  /**
   * Opens a session for a signed message.
   * @param host the Host header that the message's domain must name
   * @throws ColophonError `BAD_SIWE` (not such a message, or for another site, chain or time), `NONCE_USED`,
   *   `BAD_SIGNATURE`
   */
  async open(message: string, signature: Hex, host: string): Promise<{ address: string; token: string }> {
    const parsed = parseSiweMessage(message);
    const { address, nonce, chainId } = parsed;
    if (!address || !nonce) throw badSiwe("This is no sign-in message (EIP-4361).");
    if (parsed.domain !== host) throw badSiwe(`The message is for ${parsed.domain}, this is ${host}.`);
    if (chainId !== this.#chainId) throw badSiwe(`The message is for chain ${chainId}, this is ${this.#chainId}.`);
    const now = Date.now();
    if (parsed.issuedAt && parsed.issuedAt.getTime() > now + NONCE_SECONDS * 1000)
      throw badSiwe("The message is from the future.");
    if (!validateSiweMessage({ message: parsed, time: new Date(now) })) throw badSiwe("The message is not valid now.");
    const used = await this.#database.query(
      "delete from app.nonce where nonce = $1 and expires_at >= $2 returning nonce",
      [nonce, seconds()],
    );
    if (used.length === 0) {
      throw new ColophonError("NONCE_USED", "The nonce was used already, or is older than five minutes.", {
        status: 401,
      });
    }
    if (!(await this.#isSigned(address, message, signature))) {
      throw new ColophonError("BAD_SIGNATURE", "The signature is not of this wallet.", { status: 401 });
    }
    const token = randomBytes(32).toString("base64url");
    const start = seconds();
    await this.#database.query("delete from app.session where expires_at < $1", [start]);
    await this.#database.query("insert into app.session values ($1, $2, $3, $4)", [
      hashOf(token),
      address.toLowerCase(),
      start,
      start + SESSION_SECONDS,
    ]);
    return { address: address.toLowerCase(), token };
  }

  /**
   * Address of the session that a request carries, or null.
   * @throws ColophonError `CROSS_ORIGIN` when another site's page sends our cookie with a request that changes something
   */
  async addressOf(request: Request): Promise<string | null> {
    const bearer = /^Bearer ([\w-]{20,100})$/.exec(request.headers.authorization ?? "")?.[1];
    const token = bearer ?? cookieOf(request);
    if (!token) return null;
    if (!bearer && !["GET", "HEAD"].includes(request.method) && !sameOrigin(request)) {
      throw new ColophonError("CROSS_ORIGIN", "This request came from another site.", { status: 403 });
    }
    const [row] = await this.#database.query<{ address: string }>(
      "select address from app.session where token_hash = $1 and expires_at >= $2",
      [hashOf(token), seconds()],
    );
    return row?.address ?? null;
  }

  /** Ends the session that a request carries. */
  async close(request: Request): Promise<void> {
    const bearer = /^Bearer ([\w-]{20,100})$/.exec(request.headers.authorization ?? "")?.[1];
    const token = bearer ?? cookieOf(request);
    if (token) await this.#database.query("delete from app.session where token_hash = $1", [hashOf(token)]);
  }

  /** Keys first, without asking anybody; else the chain, for accounts that are contracts (ERC-1271, ERC-6492). */
  async #isSigned(address: Hex, message: string, signature: Hex): Promise<boolean> {
    try {
      if (await verifyMessage({ address, message, signature })) return true;
    } catch (error) {
      // Not the 65 bytes of a key's signature: a contract may still accept it.
      if ((error as Error).name === "HttpRequestError") throw error;
    }
    const client = createPublicClient({ transport: http(this.#rpcUrl, { timeout: 5000, retryCount: 0 }) });
    const code = await client.getCode({ address });
    if (signature.length <= 132 && (!code || code === "0x")) return false;
    return client.verifyMessage({ address, message, signature });
  }
}

function badSiwe(message: string): ColophonError {
  return new ColophonError("BAD_SIWE", message, { status: 401 });
}

function cookieOf(request: Request): string | undefined {
  const cookies = (request.headers.cookie ?? "").split(/;\s*/);
  return cookies.find((cookie) => cookie.startsWith(`${SESSION_COOKIE}=`))?.slice(SESSION_COOKIE.length + 1);
}

/** Browsers name the page's origin on every request that changes something. */
function sameOrigin(request: Request): boolean {
  const { origin } = request.headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === request.headers.host);
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

const seconds = (): number => Math.floor(Date.now() / 1000);
