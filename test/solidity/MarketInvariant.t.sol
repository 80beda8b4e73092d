// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {MarketHandler} from "./MarketHandler.sol";
import {TestBase} from "./TestBase.sol";

/// @title Whatever people sign, fill, cancel, bid and leave undone: money and tokens are where they belong.
contract MarketInvariantTest is TestBase {
    MarketHandler private handler;
    uint256 private coin;
    uint256 private money;

    function setUp() public {
        handler = new MarketHandler();
        coin = handler.everywhere(address(0));
        money = handler.everywhere(address(handler.token()));
        targetContract(address(handler));
    }

    /// @dev One campaign for all of them: what each says, its message names.
    function invariant_I2_I12_theMarketKeepsItsBooks() public view {
        address token = address(handler.token());
        for (uint256 i = 0; i < 2; ++i) {
            address currency = i == 0 ? address(0) : token;
            vm.assertEq(handler.held(address(handler.market()), currency), handler.owed(true, currency), "I2: market");
            vm.assertEq(
                handler.held(address(handler.auctions()), currency),
                handler.owed(false, currency),
                "I2: auctions"
            );
        }
        vm.assertEq(handler.everywhere(address(0)), coin, "I2: coin was made or lost");
        vm.assertEq(handler.everywhere(token), money, "I2: tokens were made or lost");
        vm.assertLe(handler.mostUses(), 1, "I12: a nonce was used twice");
        vm.assertEq(handler.stuckTokens(), 0, "a token is in custody without an auction");
    }

    /// @dev At the end of each run: pokes by nobody in particular end everything, and nothing is left in either contract,
    /// though everything is paused that can be (I11).
    function afterInvariant() public {
        handler.endEverything();
        vm.assertEq(handler.stuckTokens(), 0, "a token is stuck");
        address token = address(handler.token());
        vm.assertEq(handler.held(address(handler.market()), address(0)), 0, "I11: coin in the market");
        vm.assertEq(handler.held(address(handler.market()), token), 0, "I11: token in the market");
        vm.assertEq(handler.held(address(handler.auctions()), address(0)), 0, "I11: coin in the auctions");
        vm.assertEq(handler.held(address(handler.auctions()), token), 0, "I11: token in the auctions");
        vm.assertEq(handler.everywhere(address(0)), coin, "coin at the end");
        vm.assertEq(handler.everywhere(token), money, "token at the end");
    }
}
