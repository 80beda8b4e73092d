/** Chain events as the event log stores them: plain JSON, so that a replay from the log equals a read from the chain. */
import {
  type Abi,
  type AbiParameterToPrimitiveType,
  type ContractEventName,
  decodeEventLog,
  type Hex,
  type RpcLog,
  toEventSelector,
} from "viem";
import type { abiOf } from "../../common/abi/index.ts";
import type { Deployment } from "../../common/config.ts";
import { CONTRACT_ABIS, type ContractName, type transferAbi } from "./contract-events.ts";

/** bigint as decimal text, addresses and other hex in lower case, text without control characters. */
type Stored<T> = T extends bigint | Hex ? string : T extends readonly (infer One)[] ? readonly Stored<One>[] : T;
type Inputs<A extends Abi, Name extends string> = Extract<A[number], { type: "event"; name: Name }>["inputs"][number];
type ArgsOf<A extends Abi, Name extends string> = {
  [Input in Inputs<A, Name> as Input["name"] & string]: Stored<AbiParameterToPrimitiveType<Input>>;
};
type EventsOf<Contract extends string, A extends Abi> = {
  [Name in ContractEventName<A> as `${Contract}.${Name}`]: ArgsOf<A, Name>;
};

type ByContract = { [Name in ContractName]: EventsOf<Name, (typeof abiOf)[Name]> };
type Intersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void ? I : never;

/** Arguments of each event, by `Contract.Event`. */
export type EventArgs = Intersection<ByContract[ContractName]> &
  EventsOf<"WorkRegistry", typeof transferAbi> &
  EventsOf<"LicenseToken", typeof transferAbi>;
export type EventName = keyof EventArgs;

/** One entry of the event log. */
export type StoredEvent<Name extends EventName = EventName> = {
  [N in Name]: { name: N; args: EventArgs[N]; block: number; time: number; logIndex: number; tx: Hex };
}[Name];

/** A log entry as decoded, before its block's time is known. */
export type DecodedLog = { name: EventName; args: Record<string, unknown>; block: number; logIndex: number; tx: Hex };

/** Decodes logs of one deployment. */
export class LogDecoder {
  readonly #contracts: Map<string, ContractName>;

  constructor(contracts: Deployment["contracts"]) {
    this.#contracts = new Map(
      Object.entries(contracts).map(([name, address]) => [address.toLowerCase(), name as ContractName]),
    );
  }

  /** Null for events that this version does not know (a later contract, another standard's events). */
  decode(log: RpcLog): DecodedLog | null {
    const contract = this.#contracts.get(log.address.toLowerCase());
    if (!contract || log.blockNumber === null || log.logIndex === null || log.transactionHash === null) return null;
    const abi = CONTRACT_ABIS[contract];
    const topic = log.topics[0];
    if (!topic || !topicsOf(contract).has(topic)) return null;
    const { eventName, args } = decodeEventLog({ abi, topics: log.topics as [Hex], data: log.data });
    return {
      name: `${contract}.${eventName}` as EventName,
      args: storedArgs(args as unknown as Record<string, unknown>),
      block: Number(log.blockNumber),
      logIndex: Number(log.logIndex),
      tx: log.transactionHash,
    };
  }
}

const TOPICS = new Map<ContractName, Set<string>>();
function topicsOf(contract: ContractName): Set<string> {
  let topics = TOPICS.get(contract);
  if (!topics) {
    topics = new Set(CONTRACT_ABIS[contract].map((event) => toEventSelector(event)));
    TOPICS.set(contract, topics);
  }
  return topics;
}

function storedArgs(args: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, stored(value)]));
}

function stored(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stored);
  if (typeof value === "string") return HEX.test(value) ? value.toLowerCase() : plainText(value);
  return typeof value === "bigint" ? String(value) : value;
}

const HEX = /^0x[0-9a-fA-F]*$/;

/** Text that anybody wrote into an event, as a database can keep it: no jsonb holds a NUL, and nobody needs to see one. */
function plainText(text: string): string {
  return text.toWellFormed().replaceAll(/\p{Cc}/gu, "\ufffd");
}
