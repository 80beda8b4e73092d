// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {KeyedWallet} from "./KeyedWallet.sol";

/// @title A contract account that takes no coin.
contract RefusingWallet is KeyedWallet {
    error RefusingWalletRefuses();

    constructor(address key_) KeyedWallet(key_) {}

    receive() external payable override {
        revert RefusingWalletRefuses();
    }
}
