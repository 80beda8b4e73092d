import { createRequire } from "node:module";
import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

// The compiler is the npm package's wasm build, named by path so that nothing is downloaded.
// Both profiles are equal on purpose: Ignition builds `production`, tests build `default`.
const solc = {
  version: require("solc/package.json").version as string,
  path: require.resolve("solc/soljson.js"),
  isolated: false,
  settings: {
    evmVersion: "cancun",
    viaIR: false,
    optimizer: { enabled: true, runs: 200 },
    // No hash of the sources in the bytecode: a comment or a line break must not change what is committed.
    metadata: { bytecodeHash: "none" },
  },
};

/** The long campaign (`npm run -s test:contracts`) asks for more than the suite does. */
const campaign = {
  runs: Number(process.env.COLOPHON_FUZZ_RUNS ?? 0),
  depth: Number(process.env.COLOPHON_INVARIANT_DEPTH ?? 0),
  seed: process.env.COLOPHON_FUZZ_SEED,
};

export default defineConfig({
  plugins: [toolbox],
  solidity: { profiles: { default: solc, production: solc } },
  // Services read ABIs from common/abi; a second set of generated types would only be in the way.
  typechain: { dontOverrideCompile: true },
  paths: { tests: { mocha: "./test/contracts", solidity: "./test/solidity" } },
  test: {
    mocha: {
      reporter: "./scripts/mocha-reporter.cjs",
      timeout: 60_000,
      bail: process.env.COLOPHON_TEST_BAIL === "1",
    },
    solidity: {
      fuzz: { runs: campaign.runs || 256, seed: campaign.seed ?? "0x01" },
      invariant: { runs: campaign.runs || 64, depth: campaign.depth || 50, failOnRevert: false },
    },
  },
  networks: {
    dev: { type: "http", chainType: "l1", url: process.env.RPC_URL ?? "http://127.0.0.1:4601" },
  },
});
