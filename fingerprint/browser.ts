/** Fingerprints in the browser: all of `index.ts` with picture decoders installed (by the bundler's URLs). */
import { installImageDecoders } from "./image/decoders.ts";
import { browserDecoders } from "./image/decoders-browser.ts";

installImageDecoders(browserDecoders);

export * from "./index.ts";
