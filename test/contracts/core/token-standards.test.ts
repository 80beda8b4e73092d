import { expect } from "chai";
import { newWork } from "../house.ts";
import { ethers, loadFixture } from "../network.ts";
import { deployExposedRegistry, NAME, SYMBOL } from "./exposed-registry.ts";

const FIRST = 5042n;
const SECOND = 79_217n;
const UNKNOWN = 13n;
const DATA = "0x42";

/** How `TokenReceiver` behaves, by the number of its enum. */
const ANSWER = { accept: 0, wrongValue: 1, reason: 2, nothing: 3, panic: 4 };

async function minted() {
  const { token, accounts } = await deployExposedRegistry();
  const [, owner, approved, operator, other, newOwner] = accounts;
  if (!owner || !approved || !operator || !other || !newOwner) throw new Error("too few accounts");
  const as = (signer: Account) => token.connect(signer) as typeof token;
  await token.getFunction("$_mint")(owner.address, FIRST);
  await token.getFunction("$_mint")(owner.address, SECOND);
  await as(owner).getFunction("approve")(approved.address, FIRST);
  await as(owner).getFunction("setApprovalForAll")(operator.address, true);
  const call = (signer: Account, name: string, ...args: unknown[]) => as(signer).getFunction(name)(...args);
  return { token, call, owner, approved, operator, other, newOwner };
}

type Account = Awaited<ReturnType<typeof ethers.getSigners>>[number];

const SAFE = "safeTransferFrom(address,address,uint256)";
const SAFE_WITH_DATA = "safeTransferFrom(address,address,uint256,bytes)";
const receiver = (answer: number) => ethers.deployContract("TokenReceiver", [answer]);

describe("WorkRegistry as a token", () => {
  describe("balances and owners (ERC-721)", () => {
    it("are counted and found; nobody's are refused", async () => {
      const { token, call, owner, other } = await loadFixture(minted);
      expect(await token.getFunction("balanceOf")(owner.address)).to.equal(2n);
      expect(await token.getFunction("balanceOf")(other.address)).to.equal(0n);
      expect(await token.getFunction("ownerOf")(FIRST)).to.equal(owner.address);
      await expect(call(owner, "balanceOf", ethers.ZeroAddress))
        .to.be.revertedWithCustomError(token, "ERC721InvalidOwner")
        .withArgs(ethers.ZeroAddress);
      for (const name of ["ownerOf", "getApproved", "tokenURI"]) {
        await expect(call(owner, name, UNKNOWN))
          .to.be.revertedWithCustomError(token, "ERC721NonexistentToken")
          .withArgs(UNKNOWN);
      }
    });

    it("has a name, a symbol and an address for metadata", async () => {
      const { token } = await loadFixture(minted);
      expect(await token.getFunction("name")()).to.equal(NAME);
      expect(await token.getFunction("symbol")()).to.equal(SYMBOL);
      expect(await token.getFunction("tokenURI")(FIRST)).to.match(/^ipfs:\/\/b[a-z2-7]{58}$/);
    });
  });

  describe("transfers (ERC-721)", () => {
    for (const transfer of ["transferFrom", SAFE, SAFE_WITH_DATA]) {
      const args = transfer === SAFE_WITH_DATA ? [DATA] : [];
      it(`by ${transfer} are for the owner, the approved and operators, and clear the approval`, async () => {
        for (const who of ["owner", "approved", "operator"] as const) {
          const house = await loadFixture(minted);
          const { token, call, owner, newOwner } = house;
          const sent = call(house[who], transfer, owner.address, newOwner.address, FIRST, ...args);
          await expect(sent).to.emit(token, "Transfer").withArgs(owner.address, newOwner.address, FIRST);
          await expect(sent).not.to.emit(token, "Approval");
          expect(await token.getFunction("ownerOf")(FIRST)).to.equal(newOwner.address);
          expect(await token.getFunction("getApproved")(FIRST)).to.equal(ethers.ZeroAddress);
          expect(await token.getFunction("balanceOf")(owner.address)).to.equal(1n);
          expect(await token.getFunction("balanceOf")(newOwner.address)).to.equal(1n);
        }
      });

      it(`by ${transfer} to the owner himself change nothing but the approval`, async () => {
        const { token, call, owner } = await loadFixture(minted);
        await call(owner, transfer, owner.address, owner.address, FIRST, ...args);
        expect(await token.getFunction("balanceOf")(owner.address)).to.equal(2n);
        expect(await token.getFunction("getApproved")(FIRST)).to.equal(ethers.ZeroAddress);
      });

      it(`by ${transfer} are refused to others, from others, to nobody and of nothing`, async () => {
        const { token, call, owner, approved, operator, other } = await loadFixture(minted);
        await expect(call(owner, transfer, other.address, other.address, FIRST, ...args))
          .to.be.revertedWithCustomError(token, "ERC721IncorrectOwner")
          .withArgs(other.address, FIRST, owner.address);
        for (const stranger of [other]) {
          await expect(call(stranger, transfer, owner.address, other.address, FIRST, ...args))
            .to.be.revertedWithCustomError(token, "ERC721InsufficientApproval")
            .withArgs(stranger.address, FIRST);
        }
        // Approved for the first token only.
        await expect(call(approved, transfer, owner.address, other.address, SECOND, ...args))
          .to.be.revertedWithCustomError(token, "ERC721InsufficientApproval")
          .withArgs(approved.address, SECOND);
        await expect(call(operator, transfer, owner.address, other.address, UNKNOWN, ...args))
          .to.be.revertedWithCustomError(token, "ERC721NonexistentToken")
          .withArgs(UNKNOWN);
        await expect(call(owner, transfer, owner.address, ethers.ZeroAddress, FIRST, ...args))
          .to.be.revertedWithCustomError(token, "ERC721InvalidReceiver")
          .withArgs(ethers.ZeroAddress);
      });
    }

    it("to receivers tell them operator, owner, token and data", async () => {
      const { call, owner, operator } = await loadFixture(minted);
      const accepting = await receiver(ANSWER.accept);
      const to = await accepting.getAddress();
      await expect(call(operator, SAFE_WITH_DATA, owner.address, to, FIRST, DATA))
        .to.emit(accepting, "Received")
        .withArgs(operator.address, owner.address, FIRST, DATA);
      await expect(call(owner, SAFE, owner.address, to, SECOND))
        .to.emit(accepting, "Received")
        .withArgs(owner.address, owner.address, SECOND, "0x");
    });

    it("to receivers that refuse fail whole, with the receiver's own reason", async () => {
      const { token, call, owner } = await loadFixture(minted);
      const send = async (to: { getAddress(): Promise<string> }) =>
        await call(owner, SAFE, owner.address, await to.getAddress(), FIRST);
      for (const answer of [ANSWER.wrongValue, ANSWER.nothing]) {
        const refusing = await receiver(answer);
        await expect(send(refusing))
          .to.be.revertedWithCustomError(token, "ERC721InvalidReceiver")
          .withArgs(await refusing.getAddress());
      }
      const reasoned = await receiver(ANSWER.reason);
      await expect(send(reasoned)).to.be.revertedWithCustomError(reasoned, "TokenReceiverRefuses").withArgs(FIRST);
      await expect(send(await receiver(ANSWER.panic))).to.be.revertedWithPanic(0x01);
      await expect(send(token)).to.be.revertedWithCustomError(token, "ERC721InvalidReceiver");
      expect(await token.getFunction("ownerOf")(FIRST)).to.equal(owner.address);
    });
  });

  describe("approvals (ERC-721)", () => {
    it("are set and taken back by the owner and operators", async () => {
      const { token, call, owner, operator, other } = await loadFixture(minted);
      for (const [who, to] of [
        [owner, other.address],
        [operator, other.address],
        [owner, ethers.ZeroAddress],
      ] as const) {
        await expect(call(who, "approve", to, FIRST))
          .to.emit(token, "Approval")
          .withArgs(owner.address, to, FIRST);
        expect(await token.getFunction("getApproved")(FIRST)).to.equal(to);
      }
    });

    it("are refused to those who may not give them", async () => {
      const { token, call, approved, other } = await loadFixture(minted);
      for (const who of [approved, other]) {
        await expect(call(who, "approve", other.address, FIRST))
          .to.be.revertedWithCustomError(token, "ERC721InvalidApprover")
          .withArgs(who.address);
      }
      await expect(call(other, "approve", other.address, UNKNOWN)).to.be.revertedWithCustomError(
        token,
        "ERC721NonexistentToken",
      );
    });

    it("of operators are set and taken back, but not for nobody", async () => {
      const { token, call, owner, operator } = await loadFixture(minted);
      for (const value of [false, true]) {
        await expect(call(owner, "setApprovalForAll", operator.address, value))
          .to.emit(token, "ApprovalForAll")
          .withArgs(owner.address, operator.address, value);
        expect(await token.getFunction("isApprovedForAll")(owner.address, operator.address)).to.equal(value);
      }
      await expect(call(owner, "setApprovalForAll", ethers.ZeroAddress, true))
        .to.be.revertedWithCustomError(token, "ERC721InvalidOperator")
        .withArgs(ethers.ZeroAddress);
    });
  });

  describe("minting and burning (ERC-721)", () => {
    it("is logged, counted, and done once", async () => {
      const { token, call, owner, other } = await loadFixture(minted);
      await expect(call(owner, "$_mint", other.address, UNKNOWN))
        .to.emit(token, "Transfer")
        .withArgs(ethers.ZeroAddress, other.address, UNKNOWN);
      expect(await token.getFunction("balanceOf")(other.address)).to.equal(1n);
      await expect(call(owner, "$_mint", other.address, UNKNOWN))
        .to.be.revertedWithCustomError(token, "ERC721InvalidSender")
        .withArgs(ethers.ZeroAddress);
      await expect(call(owner, "$_mint", ethers.ZeroAddress, 99n))
        .to.be.revertedWithCustomError(token, "ERC721InvalidReceiver")
        .withArgs(ethers.ZeroAddress);
    });

    it("to receivers asks them, with data or without", async () => {
      const { token, call, owner } = await loadFixture(minted);
      const accepting = await receiver(ANSWER.accept);
      const to = await accepting.getAddress();
      await expect(call(owner, "$_safeMint(address,uint256,bytes)", to, 1n, DATA))
        .to.emit(accepting, "Received")
        .withArgs(owner.address, ethers.ZeroAddress, 1n, DATA);
      await expect(call(owner, "$_safeMint(address,uint256)", to, 2n))
        .to.emit(accepting, "Received")
        .withArgs(owner.address, ethers.ZeroAddress, 2n, "0x");
      const refusing = await receiver(ANSWER.wrongValue);
      await expect(call(owner, "$_safeMint(address,uint256)", await refusing.getAddress(), 3n))
        .to.be.revertedWithCustomError(token, "ERC721InvalidReceiver")
        .withArgs(await refusing.getAddress());
    });

    it("takes the token, its approval and its metadata away", async () => {
      const { token, call, owner } = await loadFixture(minted);
      await expect(call(owner, "$_burn", FIRST))
        .to.emit(token, "Transfer")
        .withArgs(owner.address, ethers.ZeroAddress, FIRST);
      expect(await token.getFunction("balanceOf")(owner.address)).to.equal(1n);
      for (const name of ["ownerOf", "getApproved", "tokenURI"]) {
        await expect(call(owner, name, FIRST)).to.be.revertedWithCustomError(token, "ERC721NonexistentToken");
      }
      await expect(call(owner, "$_burn", FIRST)).to.be.revertedWithCustomError(token, "ERC721NonexistentToken");
      await expect(call(owner, "royaltyInfo", FIRST, 1n)).to.be.revertedWithCustomError(
        token,
        "WorkRegistryUnknownWork",
      );
    });
  });

  describe("royalties (ERC-2981) and metadata (ERC-4906)", () => {
    it("are told for each token, in proportion to the price", async () => {
      const { token, call, owner } = await loadFixture(minted);
      await call(owner, "register", newWork("root"));
      const id = await token.getFunction("totalWorks")();
      const [receiverOfRoot, amount] = await token.getFunction("royaltyInfo")(id, 10_000n);
      expect(amount).to.equal(0n);
      expect(receiverOfRoot).not.to.equal(ethers.ZeroAddress);
      const [, ofLargest] = await token.getFunction("royaltyInfo")(id, 2n ** 256n - 1n);
      expect(ofLargest).to.equal(0n);
    });

    it("say when metadata changed", async () => {
      const { token, call, owner } = await loadFixture(minted);
      await call(owner, "register", newWork("root"));
      const id = await token.getFunction("totalWorks")();
      const digests = [ethers.id("second"), ethers.id("third")];
      for (const digest of digests) {
        await expect(call(owner, "setMetadata", id, digest))
          .to.emit(token, "MetadataUpdate")
          .withArgs(id);
      }
      const versions = await token.queryFilter("MetadataVersion");
      expect(versions.map((event) => (event as unknown as { args: unknown[] }).args[1])).to.deep.equal(digests);
    });
  });

  describe("interfaces (ERC-165)", () => {
    it("are the standards' and no others, told within 30,000 gas", async () => {
      const { token } = await loadFixture(minted);
      const supports = token.getFunction("supportsInterface");
      for (const id of ["0x01ffc9a7", "0x80ac58cd", "0x5b5e139f", "0x2a55205a", "0x49064906"]) {
        expect(await supports(id), id).to.equal(true);
        expect((await supports.estimateGas(id)) - 21_000n, id).to.be.lessThan(30_000n);
      }
      // The invalid id, ERC-721 enumerable, ERC-1155, ERC-5192, and one of nobody's.
      for (const id of ["0xffffffff", "0x780e9d63", "0xd9b67a26", "0xb45a3c0e", "0x12345678"]) {
        expect(await supports(id), id).to.equal(false);
      }
    });
  });
});
