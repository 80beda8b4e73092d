// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {EdgeMode} from "../../contracts/libraries/EdgeMode.sol";
import {CoreHouse} from "./CoreHouse.sol";

/// @title A graph that grows deep and wide, and what each operation on it costs at least and at most.
/// @dev Each step is a transaction of its own, so that what it reads first is cold each time. Only like is compared with like: accounts
/// that have been paid, edges that have been crossed, owners who have works.
contract GasHandler is CoreHouse {
    uint256 private constant DEPTH = 40;
    uint256 private constant CHILDREN = 40;
    uint256 private constant MAX_WORKS = 160;
    address private constant OWNER = address(0xA11CE);

    struct Range {
        uint256 least;
        uint256 most;
    }

    Range private _register;
    Range private _pay;
    Range private _pull;
    /// @dev By work: its parent. Kept here so that the handler reads nothing of the contracts before it measures.
    mapping(uint256 workId => uint256) private _parentOf;
    uint256 private _count;

    /// @dev A contract sends no transactions, but a fuzzer may pick one of ours as the sender: its address would be warm, and a call
    /// to it cheaper by 2,500.
    modifier fromAccounts() {
        if (msg.sender.code.length == 0) _;
    }

    receive() external payable {}

    constructor() {
        deployCore();
        vm.deal(address(this), type(uint96).max);
        _count = registerRoot(OWNER, 1);
        for (uint256 i = 0; i < DEPTH; ++i) _derive(_count);
        for (uint256 i = 0; i < CHILDREN; ++i) _derive(1);
        // Everybody has been paid and every edge crossed once, from the youngest up.
        for (uint256 id = _count; id > 0; --id) _warm(id);
    }

    /// @dev Anywhere in the graph: under the deepest work, or one more child of the one that has most.
    function register(uint256 parentSeed) external fromAccounts {
        if (_count == MAX_WORKS) return;
        uint256 parent = 1 + (parentSeed % _count);
        uint256 used = _derive(parent);
        _note(_register, used);
        _warm(_count);
    }

    function pay(uint256 workSeed) external fromAccounts {
        uint256 workId = 1 + (workSeed % _count);
        uint256 before = gasleft();
        ledger.pay{value: 1_000_000}(workId, COIN, 1_000_000);
        _note(_pay, before - gasleft());
    }

    function pull(uint256 workSeed) external fromAccounts {
        uint256 workId = 1 + (workSeed % _count);
        if (_parentOf[workId] == 0) return;
        uint256 before = gasleft();
        uint256 moved = ledger.pull(workId, 0, COIN);
        uint256 used = before - gasleft();
        // With nothing to pull it stops early, which costs less.
        if (moved != 0) _note(_pull, used);
    }

    function ranges() external view returns (Range memory onRegister, Range memory onPay, Range memory onPull) {
        return (_register, _pay, _pull);
    }

    function _derive(uint256 parent) private returns (uint256 used) {
        uint256[] memory licenseIds = new uint256[](1);
        licenseIds[0] = licenses.issue(parent, 1_000, EdgeMode.ABSOLUTE);
        vm.prank(OWNER);
        uint256 before = gasleft();
        _count = works.registerDerivative(newWork(_count + 1), licenseIds);
        used = before - gasleft();
        _parentOf[_count] = parent;
    }

    function _warm(uint256 workId) private {
        ledger.pay{value: 1_000_000}(workId, COIN, 1_000_000);
        if (_parentOf[workId] != 0) ledger.pull(workId, 0, COIN);
    }

    function _note(Range storage range, uint256 used) private {
        if (range.least == 0 || used < range.least) range.least = used;
        if (used > range.most) range.most = used;
    }
}
