import { expect } from "chai";
import { offerOf, remixTerms, terms } from "../house.ts";
import { ethers, loadFixture } from "../network.ts";
import { type Contract, exposedHouse, licensingHouse, root } from "./licensing-house.ts";

const PLAIN_SAFE = "safeTransferFrom(address,address,uint256)";
const DATA_SAFE = "safeTransferFrom(address,address,uint256,bytes)";
const ANSWER = { accept: 0, wrongValue: 1, reason: 2, noReason: 3, panic: 4 };

type Receiver = Contract<"operator" | "from" | "tokenId" | "data">;
type Exposed = Awaited<ReturnType<typeof minted>>["token"];

/** Tokens 100 and 101 of alice's. */
async function minted() {
  const house = await exposedHouse();
  await house.exposed["$_mint"](house.alice.address, 100n);
  await house.exposed["$_mint"](house.alice.address, 101n);
  const token = house.licenses as typeof house.licenses &
    Contract<typeof PLAIN_SAFE | typeof DATA_SAFE | "name" | "symbol">;
  return { ...house, token };
}

function connected(token: Exposed, runner: Parameters<Exposed["connect"]>[0]): Exposed {
  return token.connect(runner) as Exposed;
}

async function receiver(answer: number): Promise<Receiver> {
  return (await ethers.deployContract("LicenseReceiver", [answer])) as unknown as Receiver;
}

describe("LicenseToken as ERC-721", () => {
  it("counts, names owners, and refuses the zero address and unknown tokens", async () => {
    const { token, alice, bob } = await loadFixture(minted);
    expect(await token.balanceOf(alice.address)).to.equal(2n);
    expect(await token.balanceOf(bob.address)).to.equal(0n);
    expect(await token.ownerOf(100n)).to.equal(alice.address);
    await expect(token.balanceOf(ethers.ZeroAddress))
      .to.be.revertedWithCustomError(token, "ERC721InvalidOwner")
      .withArgs(ethers.ZeroAddress);
    await expect(token.ownerOf(5n)).to.be.revertedWithCustomError(token, "ERC721NonexistentToken").withArgs(5n);
    await expect(token.getApproved(5n)).to.be.revertedWithCustomError(token, "ERC721NonexistentToken").withArgs(5n);
    expect([await token.name(), await token.symbol()]).to.deep.equal(["Colophon License", "LICENSE"]);
  });

  it("is moved by owner, approved account and operator, and by nobody else", async () => {
    const { token, alice, bob, carol, dave } = await loadFixture(minted);
    await expect(connected(token, dave).transferFrom(alice.address, dave.address, 100n))
      .to.be.revertedWithCustomError(token, "ERC721InsufficientApproval")
      .withArgs(dave.address, 100n);
    await expect(connected(token, alice).approve(bob.address, 100n))
      .to.emit(token, "Approval")
      .withArgs(alice.address, bob.address, 100n);
    await expect(connected(token, bob).transferFrom(alice.address, carol.address, 100n))
      .to.emit(token, "Transfer")
      .withArgs(alice.address, carol.address, 100n);
    expect(await token.getApproved(100n)).to.equal(ethers.ZeroAddress);
    await expect(connected(token, bob).transferFrom(carol.address, bob.address, 100n)).to.be.revertedWithCustomError(
      token,
      "ERC721InsufficientApproval",
    );
    await expect(connected(token, alice).setApprovalForAll(dave.address, true))
      .to.emit(token, "ApprovalForAll")
      .withArgs(alice.address, dave.address, true);
    await connected(token, dave).transferFrom(alice.address, dave.address, 101n);
    expect(await token.ownerOf(101n)).to.equal(dave.address);
    await expect(connected(token, bob).approve(bob.address, 100n))
      .to.be.revertedWithCustomError(token, "ERC721InvalidApprover")
      .withArgs(bob.address);
  });

  it("refuses a wrong owner, the zero address, and a second mint", async () => {
    const { token, exposed, alice, bob } = await loadFixture(minted);
    await expect(connected(token, alice).transferFrom(bob.address, bob.address, 100n))
      .to.be.revertedWithCustomError(token, "ERC721IncorrectOwner")
      .withArgs(bob.address, 100n, alice.address);
    await expect(connected(token, alice).transferFrom(alice.address, ethers.ZeroAddress, 100n))
      .to.be.revertedWithCustomError(token, "ERC721InvalidReceiver")
      .withArgs(ethers.ZeroAddress);
    await expect(exposed["$_mint"](bob.address, 100n))
      .to.be.revertedWithCustomError(token, "ERC721InvalidSender")
      .withArgs(ethers.ZeroAddress);
    await expect(exposed["$_burn"](100n)).to.emit(token, "Transfer").withArgs(alice.address, ethers.ZeroAddress, 100n);
    await expect(token.ownerOf(100n)).to.be.revertedWithCustomError(token, "ERC721NonexistentToken");
  });

  it("tells a safe receiver all, with data and without", async () => {
    const { token, alice } = await loadFixture(minted);
    const taker = await receiver(ANSWER.accept);
    const to = await taker.getAddress();
    await connected(token, alice)[PLAIN_SAFE](alice.address, to, 100n);
    expect([await taker.operator(), await taker.from(), await taker.tokenId(), await taker.data()]).to.deep.equal([
      alice.address,
      alice.address,
      100n,
      "0x",
    ]);
    await connected(token, alice)[DATA_SAFE](alice.address, to, 101n, "0x1234");
    expect([await taker.tokenId(), await taker.data()]).to.deep.equal([101n, "0x1234"]);
    expect(await token.balanceOf(to)).to.equal(2n);
  });

  it("goes to no receiver that says something else, reverts, or can't answer", async () => {
    const { token, alice } = await loadFixture(minted);
    const send = async (to: string) => await connected(token, alice)[PLAIN_SAFE](alice.address, to, 100n);
    for (const answer of [ANSWER.wrongValue, ANSWER.noReason]) {
      const to = await (await receiver(answer)).getAddress();
      await expect(send(to)).to.be.revertedWithCustomError(token, "ERC721InvalidReceiver").withArgs(to);
    }
    const reasoned = await receiver(ANSWER.reason);
    await expect(send(await reasoned.getAddress()))
      .to.be.revertedWithCustomError(reasoned, "LicenseReceiverRefuses")
      .withArgs(100n);
    await expect(send(await (await receiver(ANSWER.panic)).getAddress())).to.be.revertedWithPanic(0x01);
    const deaf = await (await ethers.deployContract("PlainToken")).getAddress();
    await expect(send(deaf)).to.be.revertedWithCustomError(token, "ERC721InvalidReceiver").withArgs(deaf);
    expect(await token.ownerOf(100n)).to.equal(alice.address);
  });

  it("stays with its holder in every way of moving when the terms lock it", async () => {
    const house = await loadFixture(licensingHouse);
    const { alice, bob, carol } = house;
    const work = await root(house, alice, "a");
    await house.licenses.connect(alice).setOffer(work, terms(0, "commercial"), offerOf(0n));
    await house.licenses.connect(bob).buy(1n, bob.address, 0n);
    const token = house.licenses.connect(bob) as unknown as Exposed;
    const to = await (await receiver(ANSWER.accept)).getAddress();
    for (const move of [
      () => token.transferFrom(bob.address, carol.address, 1n),
      () => token[PLAIN_SAFE](bob.address, to, 1n),
      () => token[DATA_SAFE](bob.address, to, 1n, "0x"),
    ]) {
      await expect(move()).to.be.revertedWithCustomError(token, "LicenseTokenLocked").withArgs(1n);
    }
    expect(await token.ownerOf(1n)).to.equal(bob.address);
  });

  it("answers for ERC-165, ERC-721 and its metadata, ERC-5192, and nothing it is not", async () => {
    const { licenses } = await loadFixture(licensingHouse);
    const claimed = { "0x01ffc9a7": true, "0x80ac58cd": true, "0x5b5e139f": true, "0xb45a3c0e": true };
    const not = { "0xffffffff": false, "0x780e9d63": false, "0x2a55205a": false, "0xad092b5c": false };
    for (const [id, expected] of Object.entries({ ...claimed, ...not })) {
      expect(await licenses.supportsInterface(id), id).to.equal(expected);
    }
  });

  it("of a real sale goes to a receiver that would refuse a safe transfer: the holder is never called", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, alice, bob } = house;
    const work = await root(house, alice, "a");
    await licenses.connect(alice).setOffer(work, remixTerms(1), offerOf(0n));
    const refusing = await (await receiver(ANSWER.reason)).getAddress();
    await licenses.connect(bob).buy(1n, refusing, 0n);
    expect(await licenses.ownerOf(1n)).to.equal(refusing);
  });
});
