import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { licenseTokenAbi } from "../../common/abi/LicenseToken.ts";
import type { PublicConfig } from "../../common/config.ts";
import { ColophonError } from "../../common/errors.ts";
import type { DevChain } from "../../scripts/dev-chain/index.ts";
import { startDevChain } from "../../scripts/dev-chain/index.ts";
import { JourneyChain, type Outbox, walletOf } from "../../scripts/journey/chain.ts";
import { settleAccounts } from "../../scripts/journey/conservation.ts";
import { firstEvent } from "../../scripts/journey/events.ts";
import { type Journey, PRICES } from "../../scripts/journey/journey.ts";
import { JourneyRecord } from "../../scripts/journey/record.ts";
import { buyLicense } from "../../scripts/journey/steps/buy-license.ts";
import { collectRoyalties } from "../../scripts/journey/steps/collect-royalties.ts";
import { readLedger } from "../../scripts/journey/steps/read-ledger.ts";
import { deriveCall, publishCall, startLocalMarket, totalWorks } from "./local-market.ts";

const sha256 = `0x${"cd".repeat(32)}` as const;

describe("the journey on a chain", () => {
  let folder: string;
  let devChain: DevChain;
  let config: PublicConfig;
  let chain: JourneyChain;
  let content = 0;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "colophon-outbox-"));
    ({ devChain, config } = await startLocalMarket(path.join(folder, "chain")));
    chain = new JourneyChain(config);
  });
  after(async () => {
    await devChain.stop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    content += 10;
  });

  const openRecord = () => JourneyRecord.open({ folder, sha256, market: `journey ${content}` });
  const publish = (record: Outbox) => chain.send(record, "publish", "journey-creator", publishCall(chain, content, 1n));
  /** An outbox whose journey is cut off when the signed transaction is on disk and nobody was told of it. */
  const cutOff = (record: JourneyRecord): Outbox => ({
    transaction: (name) => record.transaction(name),
    keepTransaction: async (name, transaction) => {
      await record.keepTransaction(name, transaction);
      throw new Error("cut off");
    },
  });

  it("sends a transaction once, however often the journey comes by", async () => {
    const before = await totalWorks(chain);
    const first = await publish(await openRecord());
    const again = await publish(await openRecord());
    expect(again.transactionHash).to.equal(first.transactionHash);
    expect(await totalWorks(chain)).to.equal(before + 1n);
  });

  it("sends what was signed when the journey was cut off before sending", async () => {
    const before = await totalWorks(chain);
    const record = await openRecord();
    expect(await publish(cutOff(record)).catch(String)).to.equal("Error: cut off");
    expect(await totalWorks(chain)).to.equal(before);
    const receipt = await publish(await openRecord());
    expect(receipt.transactionHash).to.equal(record.transaction("publish")?.hash);
    expect(await totalWorks(chain)).to.equal(before + 1n);
  });

  it("signs anew when another transaction took the nonce meanwhile", async () => {
    const record = await openRecord();
    await publish(cutOff(record)).catch(String);
    content++;
    await publish({ transaction: () => null, keepTransaction: async () => undefined });
    content--;
    const receipt = await publish(record);
    expect(receipt.status).to.equal("success");
    expect(receipt.transactionHash).to.equal(record.transaction("publish")?.hash);
  });

  it("waits for a chain that is killed and comes back, and loses nothing", async () => {
    const first = await publish(await openRecord());
    const port = Number(new URL(devChain.url).port);
    await devChain.stop("SIGKILL");
    content++;
    const record = await openRecord();
    const sending = publish(record);
    devChain = await startDevChain({ dataDir: path.join(folder, "chain"), port });
    expect((await sending).status).to.equal("success");
    const found = await chain.client.getTransactionReceipt({ hash: first.transactionHash });
    expect(found.blockHash).to.equal(first.blockHash);
  });

  it("names the contract's refusal", async () => {
    const record = await openRecord();
    const receipt = await publish(record);
    const { offerId, workId } = firstEvent(licenseTokenAbi, "OfferSet", receipt.logs).args;
    const journey = { chain, record } as unknown as Journey;
    const cheap = { name: "buy", as: "journey-buyer", offerId: offerId.toString(), price: 0n } as const;
    const refusal = await buyLicense(journey, cheap).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(ColophonError);
    expect((refusal as ColophonError).code).to.equal("TRANSACTION_REVERTED");
    expect((refusal as ColophonError).message).to.equal('The contract refused "buy": LicenseTokenWrongPayment(1, 0).');

    const call = publishCall(chain, content, 1n);
    const again = await chain.send(record, "again", "guest-creator", call).catch((error: unknown) => error);
    expect((again as ColophonError).code).to.equal("ALREADY_REGISTERED");
    expect((again as ColophonError).data).to.deep.equal({ id: workId.toString() });
  });

  it("collects royalties through two parents and balances to the wei", async () => {
    const record = await openRecord();
    const journey = { chain, record } as unknown as Journey;
    const offerIn = (logs: Parameters<typeof firstEvent>[2]) => firstEvent(licenseTokenAbi, "OfferSet", logs).args;
    const work = await chain.send(record, "work", "journey-creator", publishCall(chain, 900, PRICES.work));
    const model = await chain.send(record, "model", "creator-1", publishCall(chain, 901, 0n));
    const { offerId } = offerIn(work.logs);
    const license = await buyLicense(journey, {
      name: "buy",
      as: "journey-buyer",
      offerId: offerId.toString(),
      price: PRICES.work,
    });
    const price = 3n * 10n ** 16n + 7n;
    const call = deriveCall(chain, 902, {
      licenseId: BigInt(license.id),
      buyOffer: offerIn(model.logs).offerId,
      price,
    });
    const derivative = await chain.send(record, "derive", "journey-buyer", call);
    const sale = await buyLicense(journey, {
      name: "resale",
      as: "guest-buyer",
      offerId: offerIn(derivative.logs).offerId.toString(),
      price,
    });
    const works = {
      workId: offerIn(work.logs).workId.toString(),
      derivativeId: offerIn(derivative.logs).workId.toString(),
      modelId: offerIn(model.logs).workId.toString(),
      edges: 2,
    };
    const creator = walletOf("journey-creator").address;
    const before = await chain.client.getBalance({ address: creator });
    const collected = await collectRoyalties(journey, works);
    expect(await chain.client.getBalance({ address: creator })).to.equal(before + BigInt(collected.creatorWei));
    expect(collected.creatorWei).to.equal((PRICES.work + price / 10n).toString());
    expect(collected.modelWei).to.equal((price / 10n).toString());

    const royalties = settleAccounts({
      paid: { work: PRICES.work, derivative: BigInt(sale.priceWei), modelLicense: 0n, job: 0n },
      got: {
        creator: BigInt(collected.creatorWei),
        remixer: BigInt(collected.remixerWei),
        model: BigInt(collected.modelWei),
        operator: 0n,
      },
      rose: { creator: BigInt(collected.creatorRoseWei), remixer: BigInt(collected.remixerRoseWei) },
      edges: 2,
      ledger: await readLedger(journey),
    });
    expect(royalties.conserved).to.equal(true);
    expect(Number(royalties.dustWei)).to.be.within(0, 2);
    const again = await collectRoyalties(journey, works);
    expect(again.creatorWei).to.equal(collected.creatorWei);
  });
}).timeout(60_000);
