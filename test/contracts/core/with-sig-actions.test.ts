import { expect } from "chai";
import hre from "hardhat";
import { COIN, deployHouse, newWork, offerOf, remixTerms } from "../house.ts";
import { ethers, loadFixture } from "../network.ts";
import {
  CO_CREATION_TYPES,
  coCreate,
  coCreationOf,
  FAR,
  SPLIT_CHANGE_TYPES,
  signAll,
  splitChangeOf,
  splitOf,
} from "./co-creation.ts";
import { deployCore, root, tokenFor } from "./core-house.ts";
import { sign } from "./signed-call.ts";

/** Alice owns work 1 (with an offer), bob work 2, both share the co-created work 3; alice has a license to work 2 and a token. */
async function world() {
  const core = await deployCore();
  const { licenses, alice, bob, stranger } = core;
  await root(core, alice, "alice's");
  await root(core, bob, "bob's");
  const split = splitOf([
    [alice, 500_000],
    [bob, 500_000],
  ]);
  await coCreate(core, alice, split, "shared");
  await licenses.connect(alice).setOffer(1n, remixTerms(1000), offerOf(0n));
  await licenses.connect(bob).setOffer(2n, remixTerms(1000), offerOf(0n));
  for (let i = 0; i < 3; ++i) await licenses.connect(alice).buy(2n, alice.address, 0n);
  await core.works.connect(alice).registerDerivative(newWork("child"), [1n]);
  const { currency } = await tokenFor(core, "PermitToken", alice, stranger);
  for (const id of [1n, 3n, 4n]) await core.ledger.connect(stranger).pay(id, COIN, 1000n, { value: 1000n });
  await core.ledger.claimSplit(3n, COIN, split.payees, split.ppm);
  await core.ledger.connect(stranger).pay(3n, COIN, 1000n, { value: 1000n });
  return { ...core, core, split, currency };
}

type World = Awaited<ReturnType<typeof world>>;
type Action = {
  args: (world: World) => unknown[] | Promise<unknown[]>;
  value?: bigint;
  /** What is there afterwards only if alice acted. */
  done?: (world: World) => Promise<boolean>;
};

const owns = (id: bigint) => async (w: World) => (await w.works.ownerOf(id)) === w.alice.address;
const coinOf = async (address: string) => await ethers.provider.getBalance(address);
const receipt = (parents: bigint[]) => ({
  modelWork: 0n,
  modelDigest: ethers.ZeroHash,
  seed: 1n,
  paramsHash: ethers.ZeroHash,
  promptCommitment: ethers.ZeroHash,
  parents,
  operator: ethers.ZeroAddress,
  document: ethers.ZeroHash,
});

/** Every action of users, by contract: how alice does it without sending it. */
const ACTIONS: Record<string, Record<string, Action>> = {
  WorkRegistry: {
    register: { args: () => [newWork("new")], done: owns(5n) },
    registerMany: { args: () => [[newWork("new"), newWork("newer")]], done: owns(6n) },
    registerDerivative: { args: () => [newWork("new"), [2n]], done: owns(5n) },
    registerCommitted: {
      args: async (w) => {
        const leaf = await w.works.leafOf(newWork("new").contentHash, w.alice.address, ethers.ZeroHash);
        await w.works.commit(leaf);
        return [newWork("new"), leaf, ethers.ZeroHash, []];
      },
      done: owns(5n),
    },
    commit: {
      args: () => [ethers.id("root")],
      done: async (w) => (await w.works.rootCommittedAt(ethers.id("root"))) > 0n,
    },
    setMetadata: {
      args: () => [1n, ethers.id("v2")],
      done: async (w) => (await w.works.workOf(1n)).metadataDigest === ethers.id("v2"),
    },
    registerExternal: {
      args: (w) => [1n, 1n, w.bob.address, 9n],
      done: async (w) => (await w.works.externalOf(1n)).tokenId === 9n,
    },
    showProvenance: {
      args: async (w) => {
        const provenanceHash = await w.works.provenanceHashOf(receipt([]));
        await w.works.connect(w.alice).register({ ...newWork("made"), provenanceHash });
        return [5n, receipt([])];
      },
    },
    approve: { args: (w) => [w.bob.address, 1n], done: async (w) => (await w.works.getApproved(1n)) === w.bob.address },
    setApprovalForAll: {
      args: (w) => [w.bob.address, true],
      done: async (w) => await w.works.isApprovedForAll(w.alice.address, w.bob.address),
    },
    transferFrom: {
      args: (w) => [w.alice.address, w.bob.address, 1n],
      done: async (w) => (await w.works.ownerOf(1n)) === w.bob.address,
    },
    "safeTransferFrom(address,address,uint256)": {
      args: (w) => [w.alice.address, w.bob.address, 1n],
      done: async (w) => (await w.works.ownerOf(1n)) === w.bob.address,
    },
    "safeTransferFrom(address,address,uint256,bytes)": {
      args: (w) => [w.alice.address, w.bob.address, 1n, "0x"],
      done: async (w) => (await w.works.ownerOf(1n)) === w.bob.address,
    },
  },
  RoyaltyLedger: {
    pay: {
      args: (w) => [2n, w.currency, 50n],
      done: async (w) => (await w.ledger.claimable(2n, w.currency)) === 50n,
    },
    payUpstream: {
      // A root has no ancestors, and gets it itself.
      args: (w) => [2n, w.currency, 50n],
      done: async (w) => (await w.ledger.claimable(2n, w.currency)) === 50n,
    },
    payWithPermit: {
      args: async (w) => {
        const { chainId } = await ethers.provider.getNetwork();
        const fields = ["owner:address", "spender:address", "value:uint256", "nonce:uint256", "deadline:uint256"];
        const Permit = fields.map((text) => ({ name: text.split(":")[0] ?? "", type: text.split(":")[1] ?? "" }));
        const { v, r, s } = ethers.Signature.from(
          await w.alice.signTypedData(
            { name: "Permit", version: "1", chainId, verifyingContract: w.currency },
            { Permit },
            { owner: w.alice.address, spender: w.house.ledger, value: 60n, nonce: 0n, deadline: FAR },
          ),
        );
        return [2n, w.currency, 60n, FAR, v, r, s];
      },
      done: async (w) => (await w.ledger.claimable(2n, w.currency)) === 60n,
    },
    payWithAuthorization: {
      args: async (w) => {
        const { chainId } = await ethers.provider.getNetwork();
        const fields = [
          "from:address",
          "to:address",
          "value:uint256",
          "validAfter:uint256",
          "validBefore:uint256",
          "nonce:bytes32",
        ];
        const ReceiveWithAuthorization = fields.map((text) => ({
          name: text.split(":")[0] ?? "",
          type: text.split(":")[1] ?? "",
        }));
        const packed = ethers.AbiCoder.defaultAbiCoder().encode(["uint256", "bytes32"], [2n, ethers.ZeroHash]);
        const { v, r, s } = ethers.Signature.from(
          await w.alice.signTypedData(
            { name: "Permit", version: "1", chainId, verifyingContract: w.currency },
            { ReceiveWithAuthorization },
            {
              from: w.alice.address,
              to: w.house.ledger,
              value: 70n,
              validAfter: 0n,
              validBefore: FAR,
              nonce: ethers.keccak256(packed),
            },
          ),
        );
        return [w.alice.address, 2n, w.currency, 70n, 0n, FAR, ethers.ZeroHash, v, r, s];
      },
      done: async (w) => (await w.ledger.claimable(2n, w.currency)) === 70n,
    },
    pull: { args: () => [4n, 0n, COIN], done: async (w) => (await w.ledger.pullable(4n, 0n, COIN)) === 0n },
    pullPath: { args: () => [4n, [0n], COIN], done: async (w) => (await w.ledger.pullable(4n, 0n, COIN)) === 0n },
    pullMany: { args: () => [[4n], [0n], COIN], done: async (w) => (await w.ledger.pullable(4n, 0n, COIN)) === 0n },
    claim: { args: () => [1n, COIN], done: async (w) => (await w.ledger.claimable(1n, COIN)) === 0n },
    claimTo: {
      args: () => [1n, COIN, "0x00000000000000000000000000000000000c1a1d"],
      done: async () => (await coinOf("0x00000000000000000000000000000000000c1a1d")) === 1000n,
    },
    claimMany: { args: () => [[1n, 4n], COIN], done: async (w) => (await w.ledger.claimable(4n, COIN)) === 0n },
    claimSplit: {
      args: (w) => [3n, COIN, w.split.payees, w.split.ppm],
      done: async (w) => (await w.ledger.balanceOf(w.alice.address, COIN)) === 1000n,
    },
    withdraw: { args: () => [COIN], done: async (w) => (await w.ledger.balanceOf(w.alice.address, COIN)) === 0n },
    withdrawTo: {
      args: () => [COIN, "0x00000000000000000000000000000000000c1a1e"],
      done: async () => (await coinOf("0x00000000000000000000000000000000000c1a1e")) === 500n,
    },
    touch: {
      args: async (w) => {
        await w.ledger.connect(w.disputes).addLien(1n, 1000, 2n, ethers.ZeroAddress, true);
        return [1n, COIN];
      },
    },
    settleLien: {
      args: async (w) => {
        await w.ledger.connect(w.disputes).addLien(1n, 500_000, 2n, ethers.ZeroAddress, true);
        await w.ledger.touch(1n, COIN);
        await w.ledger.connect(w.stranger).pay(1n, COIN, 100n, { value: 100n });
        return [1n, 0n, COIN];
      },
      done: async (w) => (await w.ledger.claimable(2n, COIN)) === 50n,
    },
  },
  CoCreations: {
    registerCoCreated: {
      args: async (w) => {
        const coCreation = coCreationOf(w.alice, w.split, "new", { nonce: 5n });
        return [newWork("new"), coCreation, await signAll(w.core, w.split.people, CO_CREATION_TYPES, coCreation)];
      },
      done: owns(5n),
    },
    registerCoCreatedDerivative: {
      args: async (w) => {
        const coCreation = coCreationOf(w.alice, w.split, "new", { nonce: 5n });
        return [newWork("new"), [2n], coCreation, await signAll(w.core, w.split.people, CO_CREATION_TYPES, coCreation)];
      },
      done: owns(5n),
    },
    changeSplit: {
      args: async (w) => {
        const change = splitChangeOf(3n, splitOf([[w.bob, 1_000_000]]));
        return [w.split.payees, w.split.ppm, change, await signAll(w.core, w.split.people, SPLIT_CHANGE_TYPES, change)];
      },
      done: async (w) => (await w.coCreations.thresholdOf(3n)) === 1n,
    },
    applySplit: {
      args: async (w) => {
        // Two of three announce; three days pass.
        const three = splitOf([
          [w.alice, 400_000],
          [w.bob, 300_000],
          [w.carol, 300_000],
        ]);
        const id = await coCreate(w.core, w.alice, three, "three", { threshold: 2, nonce: 8n });
        const change = splitChangeOf(id, splitOf([[w.bob, 1_000_000]]), { nonce: 9n });
        const signatures = await signAll(w.core, three.people.slice(0, 2), SPLIT_CHANGE_TYPES, change);
        await w.coCreations.changeSplit(three.payees, three.ppm, change, [...signatures, "0x"]);
        await ethers.provider.send("evm_increaseTime", [4 * 86_400]);
        return [change];
      },
      done: async (w) => (await w.coCreations.thresholdOf(5n)) === 1n,
    },
    cancelNonce: {
      args: () => [77n],
      done: async (w) => {
        const coCreation = coCreationOf(w.alice, w.split, "new", { nonce: 77n });
        const signatures = await signAll(w.core, w.split.people, CO_CREATION_TYPES, coCreation);
        const call = w.coCreations.connect(w.alice).registerCoCreated(newWork("new"), coCreation, signatures);
        return await call.then(
          () => false,
          (error: Error) => error.message.includes("CoCreationsNonceCanceled"),
        );
      },
    },
  },
};

/** Functions that change something and are no action of users, with who calls them. */
const NOT_FOR_USERS: Record<string, string[]> = {
  WorkRegistry: [
    "registerFor", // modules
    "registerDerivativeFor", // modules
    "clearContent", // disputes
    "clearContentFor", // disputes
    "pause", // role
    "unpause", // role
    "setAuthority", // the authority itself
  ],
  RoyaltyLedger: [
    "payFrom", // modules
    "setSplit", // co-creation
    "hold", // disputes
    "release", // disputes
    "addLien", // disputes
  ],
  CoCreations: [],
};

const TARGETS = { WorkRegistry: "works", RoyaltyLedger: "ledger", CoCreations: "coCreations" } as const;

async function actionsOf(contract: string): Promise<string[]> {
  const { abi } = await hre.artifacts.readArtifact(contract);
  const functions = new ethers.Interface(abi).fragments.filter((fragment) => fragment.type === "function");
  const names = functions.map((fragment) => (fragment as unknown as { name: string }).name);
  return functions
    .map((fragment) => fragment as unknown as { name: string; stateMutability: string; format(): string })
    .filter(({ stateMutability }) => stateMutability === "nonpayable" || stateMutability === "payable")
    .map((fragment) =>
      names.indexOf(fragment.name) === names.lastIndexOf(fragment.name) ? fragment.name : fragment.format(),
    );
}

/** Of the set, those that people act on; the others only answer questions, or are the forwarder and the authority themselves. */
const WITHOUT_ACTIONS = ["Authority", "WithSig", "LicenseRights", "LicensePresets"];

describe("WithSig: the whole set", () => {
  it("takes the signer's word from the forwarder, and from nobody else", async () => {
    const { addresses, dave } = await loadFixture(deployHouse);
    for (const [name, address] of Object.entries(addresses)) {
      if (WITHOUT_ACTIONS.includes(name)) continue;
      const trusts = (await ethers.getContractAt("WorkRegistry", address)).getFunction("isTrustedForwarder");
      expect(await trusts(addresses.WithSig), name).to.equal(true);
      expect(await trusts(dave.address), name).to.equal(false);
    }
  });
});

describe("WithSig: every action has its twin", () => {
  for (const [contract, actions] of Object.entries(ACTIONS)) {
    it(`knows every function of ${contract} that changes something`, async () => {
      const known = [...Object.keys(actions), ...(NOT_FOR_USERS[contract] ?? [])];
      expect((await actionsOf(contract)).toSorted()).to.deep.equal(known.toSorted());
    });

    for (const [name, action] of Object.entries(actions)) {
      it(`does ${contract}.${name} for whoever signed it, sent by another`, async () => {
        const w = await loadFixture(world);
        const args = await action.args(w);
        const target = w[TARGETS[contract as keyof typeof TARGETS]];
        const call = {
          signer: w.alice.address,
          target: await target.getAddress(),
          value: action.value ?? 0n,
          nonce: 1n,
          deadline: FAR,
          data: target.interface.encodeFunctionData(name, args),
        };
        const signature = await sign(w.core, w.alice, call);
        const gas = await coinOf(w.stranger.address);
        await w.withSig.connect(w.stranger).send(call, signature, { value: call.value });
        expect((await coinOf(w.stranger.address)) < gas, "the sender pays the gas").to.equal(true);
        if (action.done) expect(await action.done(w)).to.equal(true);
      });
    }
  }
});
