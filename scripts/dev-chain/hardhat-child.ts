// The process behind `startHardhat`: one network server, no mining of its own, ended with its parent.
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { DEV_MNEMONIC } from "../../common/dev-wallets.ts";
import type { HardhatChildOptions } from "./hardhat.ts";

process.on("disconnect", () => process.exit(0));

const options = JSON.parse(process.env.HARDHAT_CHILD ?? "") as HardhatChildOptions;
const runtime = await createHardhatRuntimeEnvironment({
  networks: {
    chain: {
      type: "edr-simulated",
      chainType: "l1",
      chainId: options.chainId,
      hardfork: "cancun",
      allowBlocksWithSameTimestamp: true,
      initialDate: new Date(options.genesisTimestamp * 1000),
      mining: { auto: false, interval: 0, mempool: { order: "fifo" } },
      accounts: { mnemonic: DEV_MNEMONIC, count: options.accounts, accountsBalance: "10000000000000000000000" },
    },
  },
});
const server = await runtime.network.createServer({ network: "chain" }, "127.0.0.1", options.port);
await server.listen();
