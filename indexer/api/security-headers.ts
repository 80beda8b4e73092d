/** What pages may load, and from where. */
import type { RequestHandler } from "express";
import helmet from "helmet";
import type { PublicConfig } from "../../common/config.ts";

/** Headers for every answer; the policy allows no inline script and no other origin than those of the configuration. */
export function securityHeaders(config: PublicConfig): RequestHandler {
  const gateway = new URL(config.gatewayUrl).origin;
  const rpc = new URL(config.rpcUrl).origin;
  // Nodes tell their address on chain; on a local chain they are on this machine.
  const nodes = config.local ? ["http://127.0.0.1:*", "http://localhost:*"] : ["https:"];
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:", gateway],
        "media-src": ["'self'", "blob:", gateway],
        "font-src": ["'self'"],
        "connect-src": [...new Set(["'self'", rpc, gateway, ...nodes])],
        "worker-src": ["'self'", "blob:"],
        "frame-src": ["'none'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
      },
    },
    strictTransportSecurity: config.local ? false : undefined,
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: { policy: "same-origin-allow-popups" },
    referrerPolicy: { policy: "same-origin" },
  });
}
