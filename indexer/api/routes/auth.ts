/** Sign-in with a wallet. */
import { z } from "zod";
import { SESSION_COOKIE, SESSION_SECONDS } from "../auth/sessions.ts";
import { type Route, route } from "../route.ts";

export const authRoutes: readonly Route[] = [
  route({
    method: "post",
    path: "/v1/auth/nonce",
    summary: "A nonce for one sign-in message (EIP-4361), good for five minutes",
    form: "plain",
    data: z.object({ nonce: z.string() }),
    handle: async ({ sessions }) => ({ nonce: await sessions.nonce() }),
  }),
  route({
    method: "post",
    path: "/v1/auth/verify",
    summary: "Signs in with a signed message; the session comes as a cookie and as a token",
    form: "plain",
    data: z.object({ address: z.string(), token: z.string() }),
    body: z.object({
      message: z.string().max(4000),
      signature: z
        .string()
        .regex(/^0x[0-9a-fA-F]{2,20000}$/)
        .transform((text) => text as `0x${string}`),
    }),
    refusals: ["BAD_SIWE", "NONCE_USED", "BAD_SIGNATURE"],
    async handle({ sessions }, { body, request, response }) {
      const { address, token } = await sessions.open(body.message, body.signature, request.headers.host ?? "");
      response.cookie(SESSION_COOKIE, token, {
        httpOnly: true,
        sameSite: "strict",
        secure: request.secure,
        maxAge: SESSION_SECONDS * 1000,
        path: "/",
      });
      return { address, token };
    },
  }),
  route({
    method: "get",
    path: "/v1/auth/session",
    summary: "Who is signed in",
    form: "plain",
    data: z.object({ address: z.string().nullable() }),
    handle: async (_, { address }) => ({ address }),
  }),
  route({
    method: "delete",
    path: "/v1/auth/session",
    summary: "Signs out",
    form: "plain",
    async handle({ sessions }, { request, response }) {
      await sessions.close(request);
      response.clearCookie(SESSION_COOKIE, { path: "/" });
      return undefined;
    },
  }),
];
