import { type Abi, type ContractEventName, type Log, parseEventLogs, type ParseEventLogsReturnType } from "viem";
import { ColophonError } from "../../common/errors.ts";

/** The first event of a name among a receipt's logs. Throws `EVENT_MISSING`. */
export function firstEvent<const A extends Abi, N extends ContractEventName<A>>(
  abi: A,
  eventName: N,
  logs: readonly Log[],
): ParseEventLogsReturnType<A, N, true>[number] {
  const [event] = parseEventLogs({ abi, eventName, logs: [...logs] }) as ParseEventLogsReturnType<A, N, true>;
  if (!event) throw new ColophonError("EVENT_MISSING", `The transaction was included without its event ${eventName}.`);
  return event;
}
