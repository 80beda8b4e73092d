// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {EpochRewards} from "../../contracts/incentives/EpochRewards.sol";
import {IBondedRoots} from "../../contracts/interfaces/IBondedRoots.sol";
import {IEpochRewards} from "../../contracts/interfaces/IEpochRewards.sol";
import {PlainToken} from "../../contracts/testing/PlainToken.sol";
import {DisputeHouse} from "./DisputeHouse.sol";

/// @title People who post right and greedy roots, challenge, claim and wait. Trees have one leaf: the root is the leaf.
contract RootsHandler is DisputeHouse {
    uint256 private constant MAX_ROUNDS = 24;

    EpochRewards internal rewards;
    PlainToken public token;
    uint256 public funded;
    uint256 public paidOut;
    /// @notice Roots that were taken though they promised more than had come in by then: later funds would hide it.
    uint256 public greedyRoots;
    /// @dev What the leaf of a round gives to whom.
    mapping(uint256 index => address) private _accountOf;
    mapping(uint256 index => uint256) private _amountOf;
    uint256 private _time = 1_700_000_000;
    address private immutable _test = msg.sender;

    /// @dev What only the test does, at the end.
    modifier onlyTest() {
        if (msg.sender == _test) _;
    }

    constructor() {
        vm.warp(_time);
        rewards = new EpochRewards(deployHouse(), ROOT_BOND, keccak256("formula"));
        token = new PlainToken();
        token.mint(address(this), type(uint128).max);
        token.approve(address(rewards), type(uint256).max);
    }

    function fund(uint64 amount, bool direct) external {
        if (direct) token.transfer(address(rewards), amount);
        else rewards.fund(address(token), amount);
        if (direct) rewards.sync(address(token));
        funded += amount;
    }

    /// @dev A greedy root's leaf gives more than the totals it was posted with, and those may be more than came in.
    function post(uint256 who, uint96 amount, bool greedy) external {
        uint256 index = rewards.totalRounds(0);
        if (index >= MAX_ROUNDS) return;
        address account = accountAt(who % 4);
        uint256 total = bound(amount, 0, greedy ? 2 * funded : funded);
        uint256 leafTotal = greedy ? total + bound(amount, 1, 1e18) : total;
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(account, address(token), leafTotal))));
        address[] memory currencies = new address[](1);
        currencies[0] = address(token);
        uint256[] memory totals = new uint256[](1);
        totals[0] = total;
        uint32 epoch = rewards.currentEpoch() - 1;
        vm.deal(DAVE, ROOT_BOND);
        vm.prank(DAVE);
        rewards.post{value: ROOT_BOND}(epoch, leaf, keccak256("inputs"), currencies, totals);
        if (total > funded) ++greedyRoots;
        _accountOf[index] = account;
        _amountOf[index] = leafTotal;
    }

    function challenge(uint256 seed) external {
        vm.deal(CAROL, ROOT_BOND);
        vm.prank(CAROL);
        rewards.challenge{value: ROOT_BOND}(0, pick(seed), keccak256("reason"));
    }

    function startArbitration(uint256 seed) external {
        rewards.startArbitration(0, pick(seed));
    }

    /// @dev The arbitrator's word, whatever it is.
    function rule(uint256 seed, uint8 ruling) external {
        uint256 caseId = rewards.roundOf(0, pick(seed)).caseId;
        vm.prank(address(committee));
        rewards.rule(caseId, ruling % 4);
    }

    function poke(uint256 seed) external {
        rewards.poke(0, pick(seed));
    }

    function claim(uint256 seed) external {
        uint256 index = pick(seed);
        rewards.claim(0, index, _accountOf[index], address(token), _amountOf[index], new bytes32[](0));
    }

    function release(uint256 who) external {
        _release(accountAt(who % 4));
    }

    function withdraw(uint256 who) external {
        _withdraw(accountAt(who % 4));
    }

    function wait(uint32 period) external {
        _warp(bound(period, 1 hours, 10 days));
    }

    function endEverything() external onlyTest {
        for (uint256 round = 0; round < 3; ++round) {
            _warp(31 days);
            for (uint256 i = 0; i < rewards.totalRounds(0); ++i) {
                IBondedRoots.RoundStatus status = rewards.roundOf(0, i).status;
                if (status < IBondedRoots.RoundStatus.Accepted) rewards.poke(0, i);
            }
        }
        _warp(365 days);
        for (uint256 i = 0; i < 4; ++i) _release(accountAt(i));
        for (uint256 i = 0; i < 4; ++i) _withdraw(accountAt(i));
    }

    /// @dev Given out by claims, allowed by roots, funded.
    function books() external view returns (uint256 given, uint256 allowed, uint256 counted) {
        return (
            rewards.givenOf(0, address(token)),
            rewards.allowedOf(0, address(token)),
            rewards.fundedOf(address(token))
        );
    }

    function tokenBooks() external view returns (uint256 held, uint256 owed) {
        held = token.balanceOf(address(rewards));
        owed = funded - rewards.givenOf(0, address(token));
        for (uint256 i = 0; i < 4; ++i) {
            owed += rewards.creditOf(accountAt(i), address(token)) + _locked(accountAt(i));
        }
    }

    function bondBooks() external view returns (uint256 held, uint256 owed) {
        held = address(rewards).balance;
        for (uint256 i = 0; i < 4; ++i) owed += rewards.creditOf(accountAt(i), COIN);
        for (uint256 i = 0; i < rewards.totalRounds(0); ++i) owed += rewards.roundOf(0, i).pot;
    }

    function openRounds() external view returns (uint256 count) {
        for (uint256 i = 0; i < rewards.totalRounds(0); ++i) {
            if (rewards.roundOf(0, i).status < IBondedRoots.RoundStatus.Accepted) ++count;
        }
    }

    function accountAt(uint256 index) public pure returns (address) {
        return [ALICE, BOB, CAROL, DAVE][index];
    }

    function _locked(address account) private view returns (uint256 sum) {
        IEpochRewards.Tranche[] memory tranches = rewards.tranchesOf(account, address(token));
        for (uint256 i = 0; i < tranches.length; ++i) sum += tranches[i].amount - tranches[i].released;
    }

    function _release(address account) private {
        uint256 count = rewards.tranchesOf(account, address(token)).length;
        uint256[] memory all = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) all[i] = i;
        rewards.release(account, address(token), all);
    }

    function _withdraw(address account) private {
        vm.prank(account);
        paidOut += rewards.withdraw(address(token));
        vm.prank(account);
        rewards.withdraw(COIN);
    }

    function pick(uint256 seed) private view returns (uint256) {
        uint256 count = rewards.totalRounds(0);
        return count == 0 ? 0 : seed % count;
    }

    function _warp(uint256 period) private {
        _time = (block.timestamp > _time ? block.timestamp : _time) + period;
        vm.warp(_time);
    }
}
