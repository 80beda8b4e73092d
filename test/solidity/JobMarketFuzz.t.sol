// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IJobMarket} from "../../contracts/interfaces/IJobMarket.sol";
import {House} from "./House.sol";

/// @title Prices, shares and windows of jobs, for any number.
contract JobMarketFuzzTest is House {
    address private constant OPERATOR = address(0x0BE1A);
    address private constant POKER = address(0x904E);

    uint256 private constant STAKE = type(uint88).max;
    /// @dev So that a fifth of it can be staked.
    uint96 private constant MAX_PRICE = 1e27;

    uint256 private model;

    receive() external payable {}

    function setUp() public {
        deployHouse();
        model = registerRoot(address(this), 5);
        vm.deal(OPERATOR, STAKE);
        vm.prank(OPERATOR);
        operators.register{value: STAKE}(bytes32(0));
    }

    /// @dev Operator and model get the whole price, and the lock is a fifth of it, rounded down.
    function testFuzz_settlesToTheUnit(uint96 priceSeed, uint24 shareSeed) public {
        uint96 price = uint96(bound(priceSeed, 1, MAX_PRICE));
        uint24 share = uint24(bound(shareSeed, 0, 500_000));
        market.setModelShare(model, share);
        uint256 id = _post(price, 60, 10, 10);
        vm.prank(OPERATOR);
        market.accept(id);
        vm.assertEq(market.jobOf(id).lockedStake, uint256(price) / 5, "locked stake");
        vm.prank(OPERATOR);
        market.submit(id, bytes32(id), bytes32(id));
        market.settle(id);
        uint256 toModel = (uint256(price) * share) / PPM;
        vm.assertEq(ledger.claimable(model, COIN), toModel, "model's part");
        vm.assertEq(market.creditOf(OPERATOR, COIN), price - toModel, "operator's part");
        vm.assertEq(address(market).balance, price - toModel, "left in the market");
        vm.assertEq(operators.freeStake(OPERATOR), STAKE, "stake free again");
    }

    /// @dev A failed job pays the requester the price and half of the lock, who pokes a twentieth of it, and the protocol the rest.
    function testFuzz_failureCostsTheLock(uint96 priceSeed, uint32 late) public {
        uint96 price = uint96(bound(priceSeed, 1, MAX_PRICE));
        uint256 id = _post(price, 60, 10, 10);
        vm.prank(OPERATOR);
        market.accept(id);
        vm.warp(block.timestamp + 11 + late);
        vm.prank(POKER);
        market.poke(id);
        uint256 lock = price / 5;
        uint256 toOthers = lock / 2 + lock / 20;
        vm.assertEq(market.creditOf(address(this), COIN), uint256(price) + lock / 2, "requester gets");
        vm.assertEq(market.creditOf(POKER, COIN), lock / 20, "who pokes gets");
        vm.assertEq(market.creditOf(REWARDS, COIN), lock - toOthers, "protocol gets");
        vm.assertEq(operators.freeStake(OPERATOR), STAKE - lock, "operator keeps");
        vm.assertEq(address(market).balance, uint256(price) + lock, "held in the market");
    }

    /// @dev Windows outside their bounds are refused, those inside are kept.
    function testFuzz_windows(uint32 accept, uint32 submit, uint32 review) public {
        bool good = _within(accept, 60) && _within(submit, 10) && _within(review, 10);
        IJobMarket.NewJob memory job = _newJob(1, accept, submit, review);
        vm.deal(address(this), 1);
        if (!good) {
            uint32 culprit =
                !_within(accept, 60)
                    ? accept
                    : !_within(submit, 10)
                        ? submit
                        : review;
            vm.expectRevert(abi.encodeWithSelector(IJobMarket.JobMarketBadWindow.selector, culprit));
        }
        market.post{value: 1}(job);
        if (!good) return;
        IJobMarket.Job memory stored = market.jobOf(1);
        vm.assertEq(stored.deadline, block.timestamp + accept, "deadline");
        vm.assertEq(stored.submitWithin, submit, "submit window");
        vm.assertEq(stored.reviewWithin, review, "review window");
    }

    function _post(uint96 price, uint32 accept, uint32 submit, uint32 review) private returns (uint256) {
        vm.deal(address(this), price);
        return market.post{value: price}(_newJob(price, accept, submit, review));
    }

    function _newJob(
        uint96 price,
        uint32 accept,
        uint32 submit,
        uint32 review
    ) private view returns (IJobMarket.NewJob memory) {
        return
            IJobMarket.NewJob({
                modelWork: uint64(model),
                operator: address(0),
                currency: COIN,
                price: price,
                specDigest: bytes32(uint256(1)),
                acceptWithin: accept,
                submitWithin: submit,
                reviewWithin: review,
                verification: 0,
                coinRate: 0,
                referrer: address(0)
            });
    }

    function _within(uint32 window, uint32 least) private pure returns (bool) {
        return window >= least && window <= 30 days;
    }
}
