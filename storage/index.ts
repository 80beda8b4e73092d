/** The content store and its gateway (Node). Browsers use `client.ts`. */
export { type Added, ContentStore, openContentStore } from "./content-store.ts";
export { createGateway } from "./gateway.ts";
export { StoreClient } from "./client.ts";
export { Retriever } from "./retriever.ts";
export { PROFILE } from "./profile.ts";
