// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DatasetPool} from "../../contracts/incentives/DatasetPool.sol";
import {IBondedRoots} from "../../contracts/interfaces/IBondedRoots.sol";
import {DisputeHouse} from "./DisputeHouse.sol";

/// @title Two pools in one contract, with members, lists, roots and challenges; and the books of both together.
contract PoolHandler is DisputeHouse {
    uint256 private constant MAX_ROUNDS = 12;

    DatasetPool internal pool;
    uint256[2] public poolIds;
    uint256 public paidOut;
    mapping(uint256 poolId => mapping(uint256 index => address)) private _accountOf;
    mapping(uint256 poolId => mapping(uint256 index => uint256)) private _amountOf;
    /// @dev Part of the first of two payees, ppm, of the list posted in a round.
    mapping(uint256 poolId => mapping(uint256 index => uint24)) private _partOf;
    uint256 private _time = 1_700_000_000;
    address private immutable _test = msg.sender;

    /// @dev What only the test does, at the end.
    modifier onlyTest() {
        if (msg.sender == _test) _;
    }

    constructor() {
        vm.warp(_time);
        pool = new DatasetPool(deployHouse(), ROOT_BOND);
        for (uint256 i = 0; i < 2; ++i) {
            uint256 id = registerWork(DAVE, uint64(i + 1), 6);
            poolIds[i] = id;
            vm.prank(DAVE);
            works.approve(address(pool), id);
            vm.prank(DAVE);
            pool.deposit(id, DAVE, 100_000, new address[](0), new uint256[](0));
            _join(id, ALICE);
            _join(id, BOB);
        }
    }

    function pay(uint256 which, uint64 amount) external {
        payWork(poolIds[which % 2], bound(amount, 1, type(uint64).max));
    }

    function collect(uint256 which) external {
        pool.collect(poolIds[which % 2], COIN);
    }

    function collectFor(uint256 which, uint256 seed) external {
        uint256 id = poolIds[which % 2];
        (address[] memory payees, uint24[] memory ppm) = _list(_partOf[id][pick(id, seed)]);
        pool.collectFor(id, COIN, payees, ppm);
    }

    /// @dev A greedy root's leaf gives more than its totals, and those may be more than came in.
    function postRoot(uint256 which, uint96 amount, bool greedy, bool toBob) external {
        uint256 id = poolIds[which % 2];
        uint256 index = pool.totalRounds(id);
        if (index >= MAX_ROUNDS) return;
        uint256 total = bound(amount, 0, (greedy ? 2 : 1) * pool.collectedOf(id, COIN));
        uint256 leafTotal = greedy ? total + 1 + amount : total;
        address account = toBob ? BOB : ALICE;
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(account, COIN, leafTotal))));
        uint256[] memory totals = new uint256[](1);
        totals[0] = total;
        vm.deal(DAVE, ROOT_BOND);
        vm.prank(DAVE);
        pool.postRoot{value: ROOT_BOND}(id, leaf, keccak256("manifest"), new address[](1), totals);
        _accountOf[id][index] = account;
        _amountOf[id][index] = leafTotal;
    }

    function postPayees(uint256 which, uint24 part) external {
        uint256 id = poolIds[which % 2];
        uint256 index = pool.totalRounds(id);
        if (index >= MAX_ROUNDS) return;
        uint24 first = uint24(bound(part, 0, 1_000_000));
        (address[] memory payees, uint24[] memory ppm) = _list(first);
        vm.deal(DAVE, ROOT_BOND);
        vm.prank(DAVE);
        pool.postPayees{value: ROOT_BOND}(id, payees, ppm, keccak256("manifest"));
        _partOf[id][index] = first;
    }

    function challenge(uint256 which, uint256 seed) external {
        uint256 id = poolIds[which % 2];
        vm.deal(CAROL, ROOT_BOND);
        vm.prank(CAROL);
        pool.challenge{value: ROOT_BOND}(id, pick(id, seed), keccak256("reason"));
    }

    function startArbitration(uint256 which, uint256 seed) external {
        uint256 id = poolIds[which % 2];
        pool.startArbitration(id, pick(id, seed));
    }

    function rule(uint256 which, uint256 seed, uint8 ruling) external {
        uint256 id = poolIds[which % 2];
        uint256 caseId = pool.roundOf(id, pick(id, seed)).caseId;
        vm.prank(address(committee));
        pool.rule(caseId, ruling % 4);
    }

    function poke(uint256 which, uint256 seed) external {
        uint256 id = poolIds[which % 2];
        pool.poke(id, pick(id, seed));
    }

    function claim(uint256 which, uint256 seed) external {
        uint256 id = poolIds[which % 2];
        uint256 index = pick(id, seed);
        pool.claim(id, index, _accountOf[id][index], COIN, _amountOf[id][index], new bytes32[](0));
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
            for (uint256 i = 0; i < 2 * MAX_ROUNDS; ++i) {
                uint256 id = poolIds[i % 2];
                if (i / 2 >= pool.totalRounds(id)) continue;
                if (pool.roundOf(id, i / 2).status < IBondedRoots.RoundStatus.Accepted) pool.poke(id, i / 2);
            }
        }
        for (uint256 i = 0; i < 4; ++i) _withdraw(accountAt(i));
    }

    /// @dev Each pool gives out at most what was collected for it.
    function books(uint256 which) external view returns (uint256 given, uint256 allowed, uint256 collected) {
        uint256 id = poolIds[which];
        return (pool.givenOf(id, COIN), pool.allowedOf(id, COIN), pool.collectedOf(id, COIN));
    }

    function coinBooks() external view returns (uint256 held, uint256 owed) {
        held = address(pool).balance;
        for (uint256 i = 0; i < 4; ++i) owed += pool.creditOf(accountAt(i), COIN);
        for (uint256 i = 0; i < 2; ++i) {
            uint256 id = poolIds[i];
            owed += pool.collectedOf(id, COIN) - pool.givenOf(id, COIN);
            for (uint256 j = 0; j < pool.totalRounds(id); ++j) owed += pool.roundOf(id, j).pot;
        }
    }

    function openRounds() external view returns (uint256 count) {
        for (uint256 i = 0; i < 2; ++i) {
            for (uint256 j = 0; j < pool.totalRounds(poolIds[i]); ++j) {
                if (pool.roundOf(poolIds[i], j).status < IBondedRoots.RoundStatus.Accepted) ++count;
            }
        }
    }

    function accountAt(uint256 index) public pure returns (address) {
        return [ALICE, BOB, CAROL, DAVE][index];
    }

    /// @dev In ascending order of address.
    function _list(uint24 first) private pure returns (address[] memory payees, uint24[] memory ppm) {
        payees = new address[](2);
        ppm = new uint24[](2);
        (payees[0], payees[1]) = (BOB, ALICE);
        (ppm[0], ppm[1]) = (first, 1_000_000 - first);
    }

    function _join(uint256 id, address account) private {
        vm.prank(account);
        pool.join(id, 50_000, keccak256(abi.encode(account)));
        vm.prank(DAVE);
        pool.admit(id, account);
    }

    function _withdraw(address account) private {
        vm.prank(account);
        paidOut += pool.withdraw(COIN);
    }

    function pick(uint256 id, uint256 seed) private view returns (uint256) {
        uint256 count = pool.totalRounds(id);
        return count == 0 ? 0 : seed % count;
    }

    function _warp(uint256 period) private {
        _time = (block.timestamp > _time ? block.timestamp : _time) + period;
        vm.warp(_time);
    }
}
