// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {House} from "./House.sol";

/// @title The ledger's rule for any share and any sum.
contract RoyaltyLedgerFuzzTest is House {
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);

    function setUp() public {
        deployHouse();
    }

    /// @dev A child of two parents: each part is right to the unit, and nothing is made or lost beyond rounding.
    function testFuzz_splitsAPaymentExactly(uint96 amount, uint24 shareOne, uint24 shareTwo) public {
        uint256 sum = bound(amount, 1, type(uint96).max);
        uint24 one = uint24(bound(shareOne, 0, 600_000));
        uint24 two = uint24(bound(shareTwo, 0, 400_000));
        uint256 first = registerRoot(ALICE, 1);
        uint256 second = registerRoot(ALICE, 1);
        uint256[] memory licenseIds = new uint256[](2);
        licenseIds[0] = freeLicense(first, one, BOB);
        licenseIds[1] = freeLicense(second, two, BOB);
        vm.prank(BOB);
        uint256 child = works.registerDerivative(newWork(99, 1), licenseIds);

        _pay(child, sum);
        ledger.pull(child, 0, COIN);
        ledger.pull(child, 1, COIN);

        vm.assertEq(ledger.claimable(first, COIN), (sum * one) / PPM, "first parent");
        vm.assertEq(ledger.claimable(second, COIN), (sum * two) / PPM, "second parent");
        uint256 owed = (sum * (uint256(one) + two) + PPM - 1) / PPM;
        vm.assertEq(ledger.claimable(child, COIN), sum - owed, "child");
        uint256 total = ledger.claimable(first, COIN) + ledger.claimable(second, COIN) + ledger.claimable(child, COIN);
        vm.assertLe(total, sum, "more owed than paid");
        vm.assertLe(sum - total, 2, "more than dust lost");
    }

    /// @dev Any number of pulls in between ends in the same sums as one pull at the end.
    function testFuzz_interleavingDoesNotMatter(uint64[5] calldata amounts, uint8 pullAfter, uint24 share) public {
        uint24 part = uint24(bound(share, 1, PPM));
        uint256 root = registerRoot(ALICE, 1);
        uint256 eager = _derive(root, part, 1_000);
        uint256 total;
        for (uint256 i = 0; i < amounts.length; ++i) {
            uint256 sum = 1 + uint256(amounts[i]);
            total += sum;
            _pay(eager, sum);
            if ((pullAfter >> i) & 1 == 1) ledger.pull(eager, 0, COIN);
        }
        ledger.pull(eager, 0, COIN);
        vm.assertEq(ledger.claimable(root, COIN), (total * part) / PPM, "parent's part of the sum");
        vm.assertEq(ledger.claimable(eager, COIN), total - (total * part + PPM - 1) / PPM, "child's part of the sum");
    }

    /// @dev At any depth the root gets its share of the whole payment, however much the works between take.
    function testFuzz_depthDoesNotDilute(uint96 amount, uint8 depthSeed, uint24 rootShare, uint24 nextShare) public {
        uint256 sum = bound(amount, 1, type(uint96).max);
        uint256 depth = bound(depthSeed, 1, 10);
        uint24 first = uint24(bound(rootShare, 1, 500_000));
        uint24 next = uint24(bound(nextShare, 0, 50_000));
        uint256 root = registerRoot(ALICE, 1);
        uint256 leaf = _derive(root, first, 1_000);
        for (uint256 i = 1; i < depth; ++i) leaf = _derive(leaf, next, 1_000 + i);
        vm.assertEq(works.stackOf(leaf), first + (depth - 1) * next, "stack");

        _pay(leaf, sum);
        ledger.pullPath(leaf, new uint256[](depth), COIN);
        vm.assertEq(ledger.claimable(root, COIN), (sum * first) / PPM, "root's part");
        vm.assertEq(ledger.pullable(leaf, 0, COIN), 0, "nothing left to pull");
    }

    /// @dev Claims never pay more than what was due, whenever they happen, and never change what is still to come.
    function testFuzz_claimingEarlyChangesNothing(uint96 before, uint96 later, uint24 share) public {
        uint256 one = bound(before, 1, type(uint96).max);
        uint256 two = bound(later, 1, type(uint96).max);
        uint24 part = uint24(bound(share, 0, PPM));
        uint256 root = registerRoot(ALICE, 1);
        uint256 child = _derive(root, part, 1_000);
        _pay(child, one);
        ledger.claim(child, COIN);
        _pay(child, two);
        ledger.claim(child, COIN);
        uint256 owed = ((one + two) * part + PPM - 1) / PPM;
        vm.assertEq(BOB.balance, one + two - owed, "paid to the owner in all");
        vm.assertEq(address(ledger).balance, owed, "kept for the parent");
    }

    function _derive(uint256 parent, uint24 share, uint256 seed) private returns (uint256) {
        uint256[] memory licenseIds = new uint256[](1);
        licenseIds[0] = freeLicense(parent, share, BOB);
        vm.prank(BOB);
        return works.registerDerivative(newWork(seed, 1), licenseIds);
    }

    function _pay(uint256 workId, uint256 sum) private {
        vm.deal(address(this), sum);
        ledger.pay{value: sum}(workId, COIN, sum);
    }
}
