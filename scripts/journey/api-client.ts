/** The journey's way to the HTTP API: answers checked by their schemas, refusals as errors with their code. */
import { createSiweMessage } from "viem/siwe";
import { z } from "zod";
import { type Answer, answerOf, problemSchema } from "../../common/api/schemas.ts";
import { type PublicConfig, publicConfigSchema } from "../../common/config.ts";
import type { DevRole } from "../../common/dev-wallets.ts";
import { ColophonError } from "../../common/errors.ts";
import { walletOf } from "./chain.ts";
import { patientFetch } from "./patient-fetch.ts";

const nonceSchema = z.object({ nonce: z.string() });
const sessionSchema = z.object({ address: z.string(), token: z.string() });

export type RequestOptions = {
  method?: "GET" | "POST";
  body?: Uint8Array<ArrayBuffer> | object;
  /** Wallet to be signed in as. */
  as?: DevRole;
};

export class ApiClient {
  readonly #url: string;
  readonly #fetch = patientFetch();
  readonly #tokens = new Map<DevRole, string>();
  readonly #chainId: number;

  private constructor(url: string, chainId: number) {
    this.#url = url;
    this.#chainId = chainId;
  }

  /** Reads the configuration of the market at `url`. */
  static async connect(url: string): Promise<{ api: ApiClient; config: PublicConfig }> {
    const response = await patientFetch()(new URL("/config.json", url));
    if (!response.ok) throw await refusalOf(response);
    const config = publicConfigSchema.parse(await response.json());
    return { api: new ApiClient(url, config.deployment.chainId), config };
  }

  /** `data` of an answer. Throws the API's refusal with its code, or `BAD_ANSWER` where the answer breaks its schema. */
  async ask<T extends z.ZodType>(path: string, schema: T, options: RequestOptions = {}): Promise<z.infer<T>> {
    const { data } = await answered(await this.#request(path, options), path);
    return check(data, schema, path);
  }

  /** As `ask`, but null when the API does not know the thing (404). */
  async find<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T> | null> {
    try {
      return await this.ask(path, schema);
    } catch (error) {
      if (error instanceof ColophonError && error.status === 404) return null;
      throw error;
    }
  }

  /** Highest block in the index. */
  async indexedBlock(): Promise<number> {
    const { meta } = await answered(await this.#request("/v1/status", {}), "/v1/status");
    return meta.indexedBlock;
  }

  /** Signs a wallet in (EIP-4361). */
  async signIn(role: DevRole): Promise<void> {
    const account = walletOf(role);
    const { nonce } = await this.#askPlain("/v1/auth/nonce", nonceSchema, { method: "POST" });
    const { host, origin } = new URL(this.#url);
    const message = createSiweMessage({
      address: account.address,
      chainId: this.#chainId,
      domain: host,
      nonce,
      uri: origin,
      version: "1",
      statement: "Sign in to Colophon.",
    });
    const signature = await account.signMessage({ message });
    const body = { message, signature };
    const session = await this.#askPlain("/v1/auth/verify", sessionSchema, { method: "POST", body });
    this.#tokens.set(role, session.token);
  }

  /** As `ask`, for answers without wrapper (sign-in). */
  async #askPlain<T extends z.ZodType>(path: string, schema: T, options: RequestOptions): Promise<z.infer<T>> {
    const response = await this.#request(path, options);
    return check(await response.json(), schema, path);
  }

  async #request(path: string, { method = "GET", body, as }: RequestOptions): Promise<Response> {
    if (as && !this.#tokens.has(as)) await this.signIn(as);
    const send = () => {
      const headers = new Headers({ accept: "application/json" });
      if (as) headers.set("authorization", `Bearer ${this.#tokens.get(as)}`);
      const isFile = body instanceof Uint8Array;
      if (body) headers.set("content-type", isFile ? "application/octet-stream" : "application/json");
      const content = body === undefined ? undefined : isFile ? body : JSON.stringify(body);
      return this.#fetch(new URL(path, this.#url), {
        method,
        headers,
        ...(content === undefined ? {} : { body: content }),
      });
    };
    let response = await send();
    if (as && response.status === 401) {
      // The market was restarted or the session ended: sign in once more.
      await this.signIn(as);
      response = await send();
    }
    if (!response.ok) throw await refusalOf(response);
    return response;
  }
}

async function answered(response: Response, path: string): Promise<Answer<unknown>> {
  return check(await response.json(), answerOf(z.unknown()), path);
}

function check<T extends z.ZodType>(value: unknown, schema: T, path: string): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ColophonError(
    "BAD_ANSWER",
    `${path} answered something else than promised: ${issue?.path.join(".")} ${issue?.message}.`,
    { status: 502 },
  );
}

async function refusalOf(response: Response): Promise<ColophonError> {
  const text = await response.text();
  let body: unknown = null;
  if (response.headers.get("content-type")?.includes("json")) body = JSON.parse(text);
  const problem = problemSchema.safeParse(body);
  if (!problem.success) {
    return new ColophonError("BAD_ANSWER", `${response.url} answered ${response.status}.`, { status: response.status });
  }
  const { code, detail, status, data } = problem.data;
  return new ColophonError(code, detail, { status, ...(data ? { data } : {}) });
}
