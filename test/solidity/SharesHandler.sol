// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {WorkShares} from "../../contracts/incentives/WorkShares.sol";
import {Addresses} from "../../contracts/libraries/Wiring.sol";
import {DisputeHouse} from "./DisputeHouse.sol";

/// @title Holders who trade, grant, collect and claim; and a ledger of what each should have got, kept another way.
contract SharesHandler is DisputeHouse {
    uint256 private constant HOLDERS = 4;
    uint256 private constant UNITS = 1_000_000;
    uint256 private constant MAX_GRANTS = 8;

    WorkShares internal shares;
    uint256 public immutable workId;
    uint256 public immutable otherId;
    /// @notice Collected from the ledger, all time, and paid to holders, of both works.
    uint256 public collected;
    uint256 public paidOut;
    /// @dev Of the first work, in millionths: what each account's units should have earned, counted at each collection.
    mapping(address account => uint256) public fairShare;
    mapping(address account => uint256) public got;
    uint256 private _time = 1_700_000_000;
    address private immutable _test = msg.sender;

    /// @dev What only the test does, at the end.
    modifier onlyTest() {
        if (msg.sender == _test) _;
    }

    constructor() {
        vm.warp(_time);
        Addresses memory house = deployHouse();
        shares = new WorkShares(house);
        workId = registerWork(ALICE, 1, 1);
        otherId = registerWork(BOB, 2, 1);
        _deposit(workId, ALICE);
        _deposit(otherId, BOB);
    }

    function pay(uint64 amount, bool other) external {
        payWork(other ? otherId : workId, bound(amount, 1, type(uint64).max));
    }

    function collect(bool other) external {
        uint256 id = other ? otherId : workId;
        uint256 amount = shares.collect(id, COIN);
        collected += amount;
        if (other) return;
        for (uint256 i = 0; i < accountCount(); ++i) {
            address account = accountAt(i);
            fairShare[account] += shares.balanceOf(account, id) * amount;
        }
    }

    function transfer(uint256 from, uint256 to, uint24 units) external {
        address sender = accountAt(from % HOLDERS);
        address receiver = accountAt(to % HOLDERS);
        uint256 amount = bound(units, 0, shares.balanceOf(sender, workId));
        vm.prank(sender);
        shares.transfer(receiver, workId, amount);
    }

    function grant(uint256 from, uint256 to, uint24 units, uint32 cliff, uint32 duration) external {
        if (shares.totalGrants() >= MAX_GRANTS) return;
        address granter = accountAt(from % HOLDERS);
        uint32 period = uint32(bound(duration, 1, 365 days));
        uint32 amount = uint32(bound(units, 1, shares.balanceOf(granter, workId)));
        uint32 until = uint32(bound(cliff, 0, period));
        vm.prank(granter);
        shares.grant(workId, accountAt(to % HOLDERS), amount, uint40(_time), until, period);
    }

    function releaseGrant(uint256 seed) external {
        if (shares.totalGrants() != 0) shares.releaseGrant(1 + (seed % shares.totalGrants()));
    }

    function revokeGrant(uint256 seed, bool both) external {
        if (shares.totalGrants() == 0) return;
        uint256 id = 1 + (seed % shares.totalGrants());
        address granter = shares.grantOf(id).granter;
        address beneficiary = shares.grantOf(id).beneficiary;
        vm.prank(granter);
        shares.agreeToRevoke(id);
        if (!both) return;
        vm.prank(beneficiary);
        shares.agreeToRevoke(id);
    }

    function claim(uint256 which) external {
        _claim(which % accountCount());
    }

    function wait(uint32 period) external {
        _time = (block.timestamp > _time ? block.timestamp : _time) + bound(period, 1, 90 days);
        vm.warp(_time);
    }

    function claimEverything() external onlyTest {
        for (uint256 i = 0; i < accountCount(); ++i) _claim(i);
        paidOut += shares.claim(otherId, COIN, BOB);
    }

    function totalClaimable() external view returns (uint256 sum) {
        for (uint256 i = 0; i < accountCount(); ++i) sum += shares.claimable(workId, COIN, accountAt(i));
        sum += shares.claimable(otherId, COIN, BOB);
    }

    function held() external view returns (uint256) {
        return address(shares).balance;
    }

    function totalUnits() external view returns (uint256 sum) {
        for (uint256 i = 0; i < accountCount(); ++i) sum += shares.balanceOf(accountAt(i), workId);
    }

    /// @dev What the account has had and can have, and its fair share, in whole units of money.
    function fairness(uint256 index) external view returns (uint256 has, uint256 fair) {
        address account = accountAt(index);
        return (got[account] + shares.claimable(workId, COIN, account), fairShare[account] / UNITS);
    }

    function accountCount() public view returns (uint256) {
        return HOLDERS + shares.totalGrants();
    }

    /// @dev Holders, then the accounts of grants.
    function accountAt(uint256 index) public view returns (address) {
        if (index >= HOLDERS) return shares.grantAccount(index - HOLDERS + 1);
        return [ALICE, BOB, CAROL, DAVE][index];
    }

    function _claim(uint256 index) private {
        address account = accountAt(index);
        uint256 amount =
            index < HOLDERS ? shares.claim(workId, COIN, account) : shares.claimGrant(index - HOLDERS + 1, COIN);
        got[account] += amount;
        paidOut += amount;
    }

    function _deposit(uint256 id, address owner) private {
        address[] memory currencies = new address[](1);
        vm.prank(owner);
        works.approve(address(shares), id);
        vm.prank(owner);
        shares.deposit(id, owner, currencies);
    }
}
