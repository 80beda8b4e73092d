/** The content store and its gateway (Node). Browsers use `client.ts`. */
export { type Added, ContentStore, type FolderEntry, openContentStore } from "./content-store.ts";
export { createGateway } from "./gateway.ts";
export { StoreClient } from "./client.ts";
export { Retriever } from "./retriever.ts";
export { PROFILE } from "./profile.ts";
export { Publisher, type PublisherOptions } from "./publisher.ts";
export type { Publication, PublicationState } from "./publications.ts";
export { Repair, type RepairReport } from "./repair.ts";
export type { PinnedWork, PinState, PinTarget } from "./pin-targets/pin-target.ts";
export { CarUploadTarget } from "./pin-targets/car-upload-target.ts";
export { KuboTarget } from "./pin-targets/kubo-target.ts";
export { PeerGatewayTarget } from "./pin-targets/peer-gateway-target.ts";
export { PinningServiceTarget } from "./pin-targets/pinning-service-target.ts";
export { StoreTarget } from "./pin-targets/store-target.ts";
