import { expect } from "chai";
import { COIN, DAY, deployPuppet, deployToken } from "./house.ts";
import { LATER, pairOf, ROOT, signed, TYPES } from "./job-voucher.ts";
import { ethers, loadFixture, time } from "./network.ts";
import { readyMarket, SHARE } from "./ready-market.ts";

const DEPOSIT = 1_000_000n;
/** Order of the curve of Ethereum's signatures. */
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

async function readyVouchers() {
  const ready = await readyMarket();
  const { vouchers, requester, operator, model } = ready;
  await vouchers.connect(requester).deposit(operator.address, COIN, model, DEPOSIT, { value: DEPOSIT });
  return ready;
}

describe("JobVouchers", () => {
  it("opens a channel with the model's share as it is, for a registered operator and a known model", async () => {
    const house = await loadFixture(readyMarket);
    const { vouchers, market, requester, operator, alice, addresses, model } = house;
    const own = vouchers.connect(requester);
    await expect(own.deposit(alice.address, COIN, model, 1n, { value: 1n }))
      .to.be.revertedWithCustomError(vouchers, "JobVouchersUnknownOperator")
      .withArgs(alice.address);
    for (const unknown of [0n, 2n]) {
      await expect(own.deposit(operator.address, COIN, unknown, 1n, { value: 1n }))
        .to.be.revertedWithCustomError(vouchers, "JobVouchersUnknownModel")
        .withArgs(unknown);
    }
    await expect(own.deposit(operator.address, COIN, model, 2n, { value: 1n }))
      .to.be.revertedWithCustomError(vouchers, "JobVouchersWrongValue")
      .withArgs(2n, 1n);
    await expect(own.deposit(operator.address, COIN, model, 0n)).to.be.revertedWithCustomError(
      vouchers,
      "JobVouchersNothingDeposited",
    );
    const call = own.deposit(operator.address, COIN, model, DEPOSIT, { value: DEPOSIT });
    const id = await vouchers.channelId(pairOf(house));
    await expect(call)
      .to.emit(vouchers, "ChannelOpened")
      .withArgs(id, requester.address, operator.address, COIN, model, SHARE);
    await market.connect(alice).setModelShare(model, 0);
    await own.deposit(operator.address, COIN, model, 5n, { value: 5n });
    expect((await vouchers.channelOf(pairOf(house))).toObject()).to.deep.equal({
      deposited: DEPOSIT + 5n,
      redeemed: 0n,
      closesAt: 0n,
      modelShare: BigInt(SHARE),
    });
    expect(await ethers.provider.getBalance(addresses.JobVouchers)).to.equal(DEPOSIT + 5n);
  });

  it("pays what a voucher adds, the model's work by its share, however often it is redeemed", async () => {
    const house = await loadFixture(readyVouchers);
    const { vouchers, ledger, operator, requester, model, addresses } = house;
    const own = vouchers.connect(operator);
    const call = own.redeem(...(await signed(house, 401n)));
    await expect(call)
      .to.emit(vouchers, "VoucherRedeemed")
      .withArgs(await vouchers.channelId(pairOf(house)), operator.address, 301n, 100n, ROOT)
      .and.to.emit(ledger, "Paid")
      .withArgs(model, COIN, requester.address, 100n, 2n, 0n);
    await own.redeem(...(await signed(house, 403n)));
    await own.redeem(...(await signed(house, 404n)));
    expect(await vouchers.creditOf(operator.address, COIN)).to.equal(303n);
    expect(await ledger.claimable(model, COIN)).to.equal(101n);
    await expect(own.withdraw(COIN)).to.changeEtherBalances(ethers, [operator, vouchers], [303n, -303n]);
    expect(await ethers.provider.getBalance(addresses.JobVouchers)).to.equal(DEPOSIT - 404n);
  });

  it("is worth nothing twice, nothing beyond the deposit, and nothing to others than its operator", async () => {
    const house = await loadFixture(readyVouchers);
    const { vouchers, operator, dave } = house;
    const own = vouchers.connect(operator);
    const voucher = await signed(house, 400n);
    await expect(vouchers.connect(dave).redeem(...voucher))
      .to.be.revertedWithCustomError(vouchers, "JobVouchersNotOperator")
      .withArgs(dave.address);
    await own.redeem(...voucher);
    await expect(own.redeem(...voucher))
      .to.be.revertedWithCustomError(vouchers, "JobVouchersNothingNew")
      .withArgs(400n, 400n);
    await expect(own.redeem(...(await signed(house, 399n)))).to.be.revertedWithCustomError(
      vouchers,
      "JobVouchersNothingNew",
    );
    await expect(own.redeem(...(await signed(house, DEPOSIT + 1n))))
      .to.be.revertedWithCustomError(vouchers, "JobVouchersNotCovered")
      .withArgs(DEPOSIT + 1n, DEPOSIT);
    await own.redeem(...(await signed(house, DEPOSIT)));
  });

  it("counts signatures by signer, chain, contract, every field and expiry only, in one form", async () => {
    const house = await loadFixture(readyVouchers);
    const { vouchers, operator, alice, addresses } = house;
    const own = vouchers.connect(operator);
    const [voucher, signature] = await signed(house, 500n);
    const refused = async (changed: typeof voucher, bytes: string) =>
      await expect(own.redeem(changed, bytes)).to.be.revertedWithCustomError(vouchers, "JobVouchersBadSignature");
    await refused(voucher, (await signed(house, 500n, { chainId: 1n }))[1]);
    await refused(voucher, (await signed(house, 500n, { contract: addresses.JobMarket }))[1]);
    await refused(voucher, (await signed(house, 500n, {}, alice))[1]);
    await refused({ ...voucher, amount: 501n }, signature);
    await refused({ ...voucher, receiptRoot: ethers.id("others") }, signature);
    await refused({ ...voucher, validUntil: LATER - 1n }, signature);
    await refused(voucher, "0x");
    const { r, s, v } = ethers.Signature.from(signature);
    const malleable = ethers.concat([r, ethers.toBeHex(CURVE_ORDER - BigInt(s), 32), v === 27 ? "0x1c" : "0x1b"]);
    await refused(voucher, malleable);
    const expired = BigInt(await time.latest()) + 10n;
    const short = await signed(house, 500n, { validUntil: expired });
    await time.increaseTo(expired);
    await expect(own.redeem(...short))
      .to.be.revertedWithCustomError(vouchers, "JobVouchersExpired")
      .withArgs(expired);
    await own.redeem(voucher, signature);
    // The same voucher with its other signature: the amount is the nonce, not the bytes.
    await expect(own.redeem(voucher, malleable)).to.be.revertedWithCustomError(vouchers, "JobVouchersNothingNew");
  });

  it("takes a contract requester's word by ERC-1271", async () => {
    const house = await loadFixture(readyVouchers);
    const { vouchers, operator, alice, model, addresses } = house;
    const wallet = await ethers.deployContract("SigningWallet", [alice.address]);
    const requester = await wallet.getAddress();
    const encoded = vouchers.interface.encodeFunctionData("deposit", [operator.address, COIN, model, 900n]);
    await wallet.getFunction("act")(addresses.JobVouchers, 900n, encoded, { value: 900n });
    const voucher = {
      pair: { ...pairOf(house), requester },
      amount: 900n,
      receiptRoot: ROOT,
      validUntil: LATER,
    };
    const digest = await vouchers.digestOf(voucher);
    const raw = new ethers.SigningKey(ethers.id("nobody")).sign(digest).serialized;
    await expect(vouchers.connect(operator).redeem(voucher, raw))
      .to.be.revertedWithCustomError(vouchers, "JobVouchersBadSignature")
      .withArgs(requester);
    const domain = {
      name: "Colophon Job Vouchers",
      version: "1",
      chainId: (await ethers.provider.getNetwork()).chainId,
      verifyingContract: addresses.JobVouchers,
    };
    const { pair, ...rest } = voucher;
    const signature = await alice.signTypedData(domain, TYPES, { ...pair, ...rest });
    await vouchers.connect(operator).redeem(voucher, signature);
    expect(await vouchers.creditOf(operator.address, COIN)).to.equal(675n);
  });

  it("gives the rest back a day after the requester asks, and the operator has that day", async () => {
    const house = await loadFixture(readyVouchers);
    const { vouchers, requester, operator, dave, model } = house;
    const own = vouchers.connect(requester);
    await expect(own.close(pairOf(house)))
      .to.be.revertedWithCustomError(vouchers, "JobVouchersStillOpen")
      .withArgs(0n);
    await own.startClosing(operator.address, COIN, model);
    const closesAt = BigInt((await time.latest()) + DAY);
    expect((await vouchers.channelOf(pairOf(house))).closesAt).to.equal(closesAt);
    await time.increase(100);
    await own.startClosing(operator.address, COIN, model);
    expect((await vouchers.channelOf(pairOf(house))).closesAt).to.equal(closesAt);
    await time.setNextBlockTimestamp(closesAt - 50n);
    await vouchers.connect(operator).redeem(...(await signed(house, 400n)));
    await expect(own.close(pairOf(house)))
      .to.be.revertedWithCustomError(vouchers, "JobVouchersStillOpen")
      .withArgs(closesAt);
    await expect(vouchers.connect(dave).close(pairOf(house))).to.be.revertedWithCustomError(
      vouchers,
      "JobVouchersNotParty",
    );
    await time.setNextBlockTimestamp(closesAt);
    await own.close(pairOf(house));
    await expect(own.withdrawTo(COIN, dave.address)).to.changeEtherBalances(ethers, [dave], [DEPOSIT - 400n]);
    // Opened again, old vouchers are still worth nothing, and new ones go on from where they were.
    await own.deposit(operator.address, COIN, model, 100n, { value: 100n });
    await expect(vouchers.connect(operator).redeem(...(await signed(house, 400n)))).to.be.revertedWithCustomError(
      vouchers,
      "JobVouchersNothingNew",
    );
    await vouchers.connect(operator).redeem(...(await signed(house, 500n)));
    await expect(vouchers.connect(operator).redeem(...(await signed(house, 501n))))
      .to.be.revertedWithCustomError(vouchers, "JobVouchersNotCovered")
      .withArgs(501n, 500n);
  });

  it("lets the operator give back at once, and a new deposit end a closing", async () => {
    const house = await loadFixture(readyVouchers);
    const { vouchers, requester, operator, model } = house;
    await vouchers.connect(requester).startClosing(operator.address, COIN, model);
    await vouchers.connect(requester).deposit(operator.address, COIN, model, 1n, { value: 1n });
    expect((await vouchers.channelOf(pairOf(house))).closesAt).to.equal(0n);
    await expect(vouchers.connect(operator).close(pairOf(house))).to.emit(vouchers, "ChannelClosed");
    expect(await vouchers.creditOf(requester.address, COIN)).to.equal(DEPOSIT + 1n);
    await expect(
      vouchers.connect(requester).startClosing(house.alice.address, COIN, model),
    ).to.be.revertedWithCustomError(vouchers, "JobVouchersUnknownChannel");
  });

  it("credits what arrives of tokens of every habit, and owes a model what a token withholds", async () => {
    const house = await loadFixture(readyMarket);
    const { vouchers, ledger, requester, operator, dave, addresses, model } = house;
    for (const [name, arrives] of [
      ["PlainToken", DEPOSIT],
      ["NoReturnToken", DEPOSIT],
      ["FeeToken", (DEPOSIT * 97n) / 100n],
    ] as const) {
      const token = await deployToken(name, [requester], [addresses.JobVouchers]);
      const currency = await token.getAddress();
      await vouchers.connect(requester).deposit(operator.address, currency, model, DEPOSIT);
      expect((await vouchers.channelOf(pairOf(house, currency))).deposited).to.equal(arrives);
      await vouchers.connect(operator).redeem(...(await signed(house, arrives, { currency })));
      await vouchers.connect(operator).withdraw(currency);
      expect(await token.balanceOf(addresses.JobVouchers)).to.equal(0n);
    }
    const token = await deployToken("BlockingToken", [requester], [addresses.JobVouchers]);
    const currency = await token.getAddress();
    await vouchers.connect(requester).deposit(operator.address, currency, model, DEPOSIT);
    await token.setBlocked(addresses.RoyaltyLedger, true);
    await expect(vouchers.connect(operator).redeem(...(await signed(house, 400n, { currency }))))
      .to.emit(vouchers, "ModelOwed")
      .withArgs(model, currency, 100n);
    await token.setBlocked(addresses.RoyaltyLedger, false);
    await vouchers.connect(dave).payModel(model, currency);
    await vouchers.connect(dave).payModel(model, currency);
    expect(await ledger.claimable(model, currency)).to.equal(100n);
    expect(await vouchers.owedToModel(model, currency)).to.equal(0n);
  });

  it("can't be entered again by who it pays, nor by a token it takes", async () => {
    const house = await loadFixture(readyVouchers);
    const { vouchers, requester, operator, model, addresses } = house;
    const puppet = await deployPuppet();
    await puppet.setTakesCoin(true);
    const withdraw = vouchers.interface.encodeFunctionData("withdraw", [COIN]);
    await vouchers.connect(operator).redeem(...(await signed(house, 400n)));
    await puppet.arm(addresses.JobVouchers, withdraw);
    await vouchers.connect(operator).withdrawTo(COIN, await puppet.getAddress());
    expect(await puppet.succeeded()).to.equal(false);
    const token = await deployToken("ReentrantToken", [requester], [addresses.JobVouchers]);
    const deposit = vouchers.interface.encodeFunctionData("deposit", [operator.address, COIN, model, 0n]);
    await token.arm(addresses.JobVouchers, deposit);
    await vouchers.connect(requester).deposit(operator.address, await token.getAddress(), model, 10n);
    expect(await token.succeeded()).to.equal(false);
    expect(await token.answer()).to.equal(ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10));
  });

  it("redeems any number of small jobs for the price of one: at most 95,000 gas with the model paid", async () => {
    const house = await loadFixture(readyMarket);
    const { vouchers, requester, operator, addresses, model } = house;
    const token = await deployToken("PlainToken", [requester], [addresses.JobVouchers]);
    const currency = await token.getAddress();
    await vouchers.connect(requester).deposit(operator.address, currency, model, DEPOSIT);
    let gas = 0n;
    for (const amount of [400n, 800n]) {
      const sent = await vouchers.connect(operator).redeem(...(await signed(house, amount, { currency })));
      gas = (await sent.wait())?.gasUsed ?? 0n;
    }
    if (process.env.SHOW_GAS) console.log("redeem a voucher", gas);
    expect(gas).to.be.at.most(95_000n);
  });
});
