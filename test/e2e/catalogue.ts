/** What the pages say, from the dapp's own catalogues: a test names a message, not a sentence. */
import { en as enFirst } from "../../frontend/messages/en.ts";
import { enRooms, type Messages } from "../../frontend/messages/en-rooms.ts";
import { zh as zhFirst } from "../../frontend/messages/zh.ts";
import { zhRooms } from "../../frontend/messages/zh-rooms.ts";

export const en: Messages = { ...enFirst, ...enRooms };
export const zh: Messages = { ...zhFirst, ...zhRooms };
