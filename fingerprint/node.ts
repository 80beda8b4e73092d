/** Fingerprints in Node: all of `index.ts` with picture decoders installed. */
import { installImageDecoders } from "./image/decoders.ts";
import { nodeDecoders } from "./image/decoders-node.ts";

installImageDecoders(nodeDecoders);

export * from "./index.ts";
