// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IWorkRegistry} from "../../contracts/interfaces/IWorkRegistry.sol";
import {PlainToken} from "../../contracts/testing/PlainToken.sol";
import {House} from "./House.sol";

/// @title Random people doing random things with the ledger, and a ghost that counts what went in and out.
contract LedgerHandler is House {
    uint256 private constant OWNERS = 5;
    uint256 private constant MAX_WORKS = 40;

    PlainToken public token;
    /// @notice Paid in and claimed, all time, by currency.
    mapping(address currency => uint256) public paidIn;
    mapping(address currency => uint256) public paidOut;

    address private immutable _test = msg.sender;

    /// @dev What only the test does, at the end.
    modifier onlyTest() {
        if (msg.sender == _test) _;
    }

    receive() external payable {}

    constructor() {
        deployHouse();
        token = new PlainToken();
        token.mint(address(this), type(uint128).max);
        token.approve(address(ledger), type(uint256).max);
        for (uint256 i = 0; i < 3; ++i) registerRoot(_owner(i), 1);
    }

    function registerWork(uint256 ownerSeed) external {
        if (works.totalWorks() < MAX_WORKS) registerRoot(_owner(ownerSeed), 1);
    }

    /// @dev One to three different parents among the works there are, with shares that keep the stack within bounds.
    function registerDerivative(
        uint256 ownerSeed,
        uint256[3] calldata parentSeeds,
        uint24[3] calldata shares
    ) external {
        uint256 total = works.totalWorks();
        if (total >= MAX_WORKS) return;
        address owner = _owner(ownerSeed);
        uint256[] memory chosen = new uint256[](3);
        uint256 count;
        uint256 stack;
        for (uint256 i = 0; i < 3; ++i) {
            uint256 parent = bound(parentSeeds[i], 1, total);
            // A third of all edges is free, so that edges without money occur too.
            uint24 share = shares[i] % 3 == 0 ? 0 : uint24(bound(shares[i], 0, 250_000));
            bool taken = (count > 0 && _parentOf(chosen[0]) == parent) || (count > 1 && _parentOf(chosen[1]) == parent);
            uint256 more = share + works.stackOf(parent);
            if (taken || stack + more > PPM) continue;
            stack += more;
            chosen[count++] = freeLicense(parent, share, owner);
        }
        if (count == 0) return;
        uint256[] memory licenseIds = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) licenseIds[i] = chosen[i];
        vm.prank(owner);
        works.registerDerivative(newWork(total + 1, 1), licenseIds);
    }

    function pay(uint256 workSeed, uint96 amount, bool inToken) external {
        uint256 workId = bound(workSeed, 1, works.totalWorks());
        // Small sums, whose rounding matters most, as often as large ones.
        uint256 sum = amount % 2 == 0 ? 1 + (amount % 5_000) : 1 + uint256(amount);
        address currency = inToken ? address(token) : COIN;
        if (!inToken) vm.deal(address(this), sum);
        ledger.pay{value: inToken ? 0 : sum}(workId, currency, sum);
        paidIn[currency] += sum;
    }

    function pull(uint256 workSeed, uint256 edgeSeed, bool inToken) external {
        uint256 workId = bound(workSeed, 1, works.totalWorks());
        uint256 edges = works.edgesOf(workId).length;
        if (edges == 0) return;
        ledger.pull(workId, bound(edgeSeed, 0, edges - 1), inToken ? address(token) : COIN);
    }

    function claim(uint256 workSeed, bool inToken) external {
        uint256 workId = bound(workSeed, 1, works.totalWorks());
        address currency = inToken ? address(token) : COIN;
        paidOut[currency] += ledger.claim(workId, currency);
    }

    function transferWork(uint256 workSeed, uint256 ownerSeed) external {
        uint256 workId = bound(workSeed, 1, works.totalWorks());
        address from = works.ownerOf(workId);
        vm.prank(from);
        works.transferFrom(from, _owner(ownerSeed), workId);
    }

    /// @notice Pulls every edge, children first, so that all that is owed becomes claimable.
    function pullEverything(address currency) external onlyTest {
        for (uint256 id = works.totalWorks(); id > 0; --id) {
            uint256 edges = works.edgesOf(id).length;
            for (uint256 i = 0; i < edges; ++i) ledger.pull(id, i, currency);
        }
    }

    /// @notice Claims everything of everyone.
    function claimEverything(address currency) external onlyTest {
        for (uint256 id = 1; id <= works.totalWorks(); ++id) paidOut[currency] += ledger.claim(id, currency);
    }

    function held(address currency) external view returns (uint256) {
        return currency == COIN ? address(ledger).balance : token.balanceOf(address(ledger));
    }

    /// @notice What the ledger owes in all: to owners now, and over edges that nobody pulled yet.
    /// @dev Money still to cross an edge is (share + parentStack) of its pullable base, and of what the works below have yet to
    /// send through the child; walking children first makes the sum exact up to rounding down.
    function owed(address currency) external view returns (uint256 sum) {
        uint256 total = works.totalWorks();
        uint256[] memory incoming = new uint256[](total + 1);
        for (uint256 id = total; id > 0; --id) {
            sum += ledger.claimable(id, currency);
            IWorkRegistry.Edge[] memory edges = works.edgesOf(id);
            for (uint256 i = 0; i < edges.length; ++i) {
                if (edges[i].share == 0 && edges[i].parentStack == 0) continue;
                uint256 delta = ledger.pullable(id, i, currency) + incoming[id];
                sum += (delta * edges[i].share) / PPM;
                incoming[edges[i].parent] += delta;
            }
        }
    }

    function totalClaimable(address currency) external view returns (uint256 sum) {
        for (uint256 id = 1; id <= works.totalWorks(); ++id) sum += ledger.claimable(id, currency);
    }

    function edgeCount() external view returns (uint256 count) {
        for (uint256 id = 1; id <= works.totalWorks(); ++id) count += works.edgesOf(id).length;
    }

    function workCount() external view returns (uint256) {
        return works.totalWorks();
    }

    function _parentOf(uint256 licenseId) private view returns (uint256) {
        return licenses.licenseOf(licenseId).workId;
    }

    function _owner(uint256 seed) private pure returns (address) {
        return address(uint160(0xBEEF00 + (seed % OWNERS)));
    }
}
