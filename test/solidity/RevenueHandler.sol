// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRoyaltyLedger} from "../../contracts/interfaces/IRoyaltyLedger.sol";
import {IWorkRegistry} from "../../contracts/interfaces/IWorkRegistry.sol";
import {EdgeMode} from "../../contracts/libraries/EdgeMode.sol";
import {PlainToken} from "../../contracts/testing/PlainToken.sol";
import {CoreHouse} from "./CoreHouse.sol";

/// @title Random people, payees, rulings and pauses around the ledger, and ghosts that remember what must stay true.
/// @dev Longer than a file should be: the ghosts of one crowd belong together.
contract RevenueHandler is CoreHouse {
    uint256 private constant OWNERS = 4;
    uint256 private constant MAX_WORKS = 12;
    uint256 private constant MAX_DAYS = 30;

    PlainToken public token;
    /// @notice Paid in and out, all time, by currency.
    mapping(address currency => uint256) public paidIn;
    mapping(address currency => uint256) public paidOut;
    /// @notice I3: set when something other than a claim lowered what a work can claim.
    bool public lowered;
    /// @notice I13: set when a hold kept back more than what came after it, or longer than it may.
    bool public overheld;
    /// @notice I5: hash of a work's edges and stack when it was registered.
    mapping(uint256 workId => bytes32) public edgesHash;
    /// @notice Paid to the work itself, by people and liens, all time.
    mapping(uint256 workId => mapping(address currency => uint256)) public paidDirectly;
    /// @notice Base that payments for a work's ancestors alone made, all time.
    mapping(uint256 workId => mapping(address currency => uint256)) public paidUpstream;
    /// @notice Such payments, each of which may leave a unit behind.
    uint256 public upstreamPayments;

    mapping(uint256 workId => address[]) private _payees;
    mapping(uint256 workId => uint24[]) private _ppm;
    mapping(uint256 workId => mapping(address currency => uint256)) private _grossAtHold;
    mapping(uint256 workId => uint256) private _heldSince;
    mapping(uint256 workId => mapping(address currency => uint256)) private _claimableBefore;
    uint256 private _contents;

    address private immutable _test = msg.sender;

    /// @dev What only the test does, at the end.
    modifier onlyTest() {
        if (msg.sender == _test) _;
    }

    /// @dev For everything but claims: nobody may have less than before.
    modifier lowersNothing() {
        uint256 count = works.totalWorks();
        _remember(count);
        _;
        for (uint256 id = 1; id <= count; ++id) {
            if (ledger.claimable(id, COIN) < _claimableBefore[id][COIN]) lowered = true;
            if (ledger.claimable(id, address(token)) < _claimableBefore[id][address(token)]) lowered = true;
        }
        _watchHolds();
    }

    receive() external payable {}

    constructor() {
        deployCore();
        token = new PlainToken();
        token.mint(address(this), type(uint128).max);
        token.approve(address(ledger), type(uint256).max);
        for (uint256 i = 0; i < 3; ++i) registerRoot(_owner(i), ++_contents);
        // One shared, one under a lien, and a free remix of a work that owes: every run has some of each.
        _split(2, 2, 400_000);
        ledger.addLien(3, 300_000, 0, _owner(0), true);
        _derive(1, 500_000);
        _derive(4, 0);
        _derive(5, 0);
        _derive(5, 0);
    }

    /// @dev A root, alone or shared by two or three.
    function registerWork(uint256 ownerSeed, uint8 payees, uint24 share) external lowersNothing {
        if (works.totalWorks() >= MAX_WORKS) return;
        uint256 id = registerRoot(_owner(ownerSeed), ++_contents);
        if (payees % 2 == 0) _split(id, payees, share);
    }

    /// @dev One to three different parents, each by an absolute or a relative edge.
    function registerDerivative(
        uint256 ownerSeed,
        uint256[3] calldata parentSeeds,
        uint24[3] calldata shares,
        uint8 modes
    ) external lowersNothing {
        uint256 total = works.totalWorks();
        if (total >= MAX_WORKS) return;
        uint256[] memory chosen = new uint256[](3);
        uint256[] memory parents = new uint256[](3);
        uint256 count;
        uint256 stack;
        for (uint256 i = 0; i < 3; ++i) {
            uint256 parent = bound(parentSeeds[i], 1, total);
            uint24 share = shares[i] % 3 == 0 ? 0 : uint24(bound(shares[i], 0, 250_000));
            uint8 mode = (modes >> i) & 1;
            bool taken = (count > 0 && parents[0] == parent) || (count > 1 && parents[1] == parent);
            uint256 more = share + (mode == EdgeMode.ABSOLUTE ? works.stackOf(parent) : 0);
            if (taken || stack + more > PPM) continue;
            stack += more;
            parents[count] = parent;
            chosen[count++] = licenses.issue(parent, share, mode);
        }
        if (count == 0) return;
        uint256[] memory licenseIds = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) licenseIds[i] = chosen[i];
        vm.prank(_owner(ownerSeed));
        uint256 id = works.registerDerivative(newWork(++_contents), licenseIds);
        edgesHash[id] = _edgesHash(id);
    }

    function pay(uint256 workSeed, uint96 amount, bool inToken) external lowersNothing {
        uint256 workId = _work(workSeed);
        // Small sums, whose rounding matters most, more often than large ones; single units most of all.
        uint256 sum = amount % 3 == 0 ? 1 : 1 + (amount % 3 == 1 ? amount % 5_000 : uint256(amount));
        address currency = _currency(inToken);
        if (!inToken) vm.deal(address(this), sum);
        ledger.pay{value: inToken ? 0 : sum}(workId, currency, sum);
        paidIn[currency] += sum;
        paidDirectly[workId][currency] += sum;
    }

    /// @dev For the ancestors alone, as the royalty of a resale; to a root it is a payment.
    function payUpstream(uint256 workSeed, uint96 amount, bool inToken) external lowersNothing {
        uint256 workId = _work(workSeed);
        uint256 sum = amount % 3 == 0 ? 1 : 1 + (amount % 3 == 1 ? amount % 5_000 : uint256(amount));
        address currency = _currency(inToken);
        if (!inToken) vm.deal(address(this), sum);
        ledger.payUpstream{value: inToken ? 0 : sum}(workId, currency, sum);
        paidIn[currency] += sum;
        uint256 stack = works.stackOf(workId);
        if (stack == 0) {
            paidDirectly[workId][currency] += sum;
            return;
        }
        uint256 base = (sum * PPM) / stack;
        if (base > type(uint96).max) {
            base = type(uint96).max;
            paidDirectly[workId][currency] += sum - (base * stack + PPM - 1) / PPM;
        }
        paidUpstream[workId][currency] += base;
        ++upstreamPayments;
    }

    function pull(uint256 workSeed, uint256 edgeSeed, bool inToken) external lowersNothing {
        uint256 workId = _work(workSeed);
        uint256 edges = works.edgesOf(workId).length;
        if (edges == 0) return;
        ledger.pull(workId, bound(edgeSeed, 0, edges - 1), _currency(inToken));
    }

    /// @dev By anybody: to the owner, or to the balances of payees, who may take them out at once.
    function claim(uint256 workSeed, bool inToken, bool takeOut) external {
        _claim(_work(workSeed), _currency(inToken));
        for (uint256 i = 0; takeOut && i < OWNERS; ++i) _withdraw(_owner(i), _currency(inToken));
    }

    function withdraw(uint256 ownerSeed, bool inToken) external lowersNothing {
        _withdraw(_owner(ownerSeed), _currency(inToken));
    }

    function changeSplit(uint256 workSeed, uint8 payees, uint24 share) external lowersNothing {
        uint256 workId = _work(workSeed);
        if (_payees[workId].length > 0) _split(workId, payees, share);
    }

    function hold(uint256 workSeed, bool coin, bool inToken) external lowersNothing {
        uint256 workId = _work(workSeed);
        address[] memory currencies = new address[]((coin ? 1 : 0) + (inToken ? 1 : 0));
        if (coin) currencies[0] = COIN;
        if (inToken) currencies[currencies.length - 1] = address(token);
        ledger.hold(workId, currencies);
        _heldSince[workId] = block.timestamp;
        _grossAtHold[workId][COIN] = _gross(workId, COIN);
        _grossAtHold[workId][address(token)] = _gross(workId, address(token));
    }

    function release(uint256 workSeed) external lowersNothing {
        ledger.release(_work(workSeed));
    }

    function addLien(
        uint256 workSeed,
        uint24 ppm,
        uint256 beneficiarySeed,
        bool toWork,
        bool heard
    ) external lowersNothing {
        uint256 beneficiary = _work(beneficiarySeed);
        ledger.addLien(
            _work(workSeed),
            uint24(bound(ppm, 1, 400_000)),
            toWork ? beneficiary : 0,
            _owner(beneficiarySeed),
            heard
        );
    }

    function touch(uint256 workSeed, bool inToken) external lowersNothing {
        ledger.touch(_work(workSeed), _currency(inToken));
    }

    function settleLien(uint256 workSeed, uint256 indexSeed, bool inToken) external lowersNothing {
        uint256 workId = _work(workSeed);
        uint256 count = ledger.liensOf(workId).length;
        if (count > 0) _settleLien(workId, bound(indexSeed, 0, count - 1), _currency(inToken));
    }

    function transferWork(uint256 workSeed, uint256 ownerSeed) external lowersNothing {
        uint256 workId = _work(workSeed);
        address from = works.ownerOf(workId);
        vm.prank(from);
        works.transferFrom(from, _owner(ownerSeed), workId);
    }

    /// @dev By ruling the content is free again; somebody registers it anew.
    function supersede(uint256 workSeed, uint256 ownerSeed, bool again) external lowersNothing {
        uint256 workId = _work(workSeed);
        IWorkRegistry.Work memory work = works.workOf(workId);
        works.clearContentFor(workId, _owner(ownerSeed));
        if (!again || works.totalWorks() >= MAX_WORKS) return;
        vm.prank(_owner(ownerSeed));
        works.register(
            IWorkRegistry.NewWork(work.contentHash, work.fingerprint, work.metadataDigest, bytes32(0), 0, 1)
        );
    }

    function wait(uint8 time) external lowersNothing {
        vm.warp(block.timestamp + bound(time, 1, MAX_DAYS) * 1 days);
    }

    function pause() external lowersNothing {
        works.pause();
    }

    function pauseEverything() external onlyTest {
        // A pause can't follow another at once.
        vm.warp(block.timestamp + 15 days);
        works.pause();
    }

    /// @notice Ends all holds and pulls every edge, children first, until liens move nothing more either.
    function settleEverything(address currency) external onlyTest {
        uint256 total = works.totalWorks();
        for (uint256 id = 1; id <= total; ++id) ledger.release(id);
        for (uint256 round = 0; round < 3 * total; ++round) {
            uint256 moved;
            for (uint256 id = total; id > 0; --id) {
                for (uint256 i = 0; i < ledger.liensOf(id).length; ++i) moved += _settleLien(id, i, currency);
                uint256 edges = works.edgesOf(id).length;
                for (uint256 i = 0; i < edges; ++i) moved += ledger.pull(id, i, currency);
            }
            if (moved == 0) return;
        }
    }

    /// @notice Claims and withdraws everything of everyone.
    function payEverybody(address currency) external onlyTest {
        for (uint256 id = 1; id <= works.totalWorks(); ++id) _claim(id, currency);
        for (uint256 i = 0; i < OWNERS; ++i) _withdraw(_owner(i), currency);
    }

    function held(address currency) public view returns (uint256) {
        return currency == COIN ? address(ledger).balance : token.balanceOf(address(ledger));
    }

    /// @notice What the ledger owes at least: to owners and payees, held or not, to liens, to balances, and over edges that nobody
    /// pulled yet. Rounded down at each edge, where the ledger's cumulative floors may come to a unit more.
    function owed(address currency) external view returns (uint256 sum) {
        uint256 total = works.totalWorks();
        uint256[] memory passing = new uint256[](total + 1);
        uint256[] memory entering = new uint256[](total + 1);
        for (uint256 id = total; id > 0; --id) {
            sum += ledger.claimable(id, currency) + ledger.heldAmount(id, currency);
            for (uint256 i = 0; i < ledger.liensOf(id).length; ++i) sum += ledger.lienDue(id, i, currency);
            // What enters directly belongs to the owner but for the stack.
            sum += (entering[id] * (PPM - works.stackOf(id))) / PPM;
            IWorkRegistry.Edge[] memory edges = works.edgesOf(id);
            for (uint256 i = 0; i < edges.length; ++i) {
                if (edges[i].share == 0 && edges[i].parentStack == 0) continue;
                uint256 delta = ledger.pullable(id, i, currency) + passing[id] + entering[id];
                uint256 part = (delta * edges[i].share) / PPM;
                if (edges[i].mode == EdgeMode.RELATIVE) {
                    entering[edges[i].parent] += part;
                } else {
                    sum += part;
                    passing[edges[i].parent] += delta;
                }
            }
        }
        for (uint256 i = 0; i < OWNERS; ++i) sum += ledger.balanceOf(_owner(i), currency);
    }

    /// @notice After everything was pulled: accounts are what the payments alone make them, in whatever order all happened.
    function accountsFollowFromPayments(address currency) external view returns (bool) {
        uint256 total = works.totalWorks();
        uint256[] memory direct = new uint256[](total + 1);
        uint256[] memory passed = new uint256[](total + 1);
        uint256[] memory earned = new uint256[](total + 1);
        for (uint256 id = total; id > 0; --id) {
            direct[id] += paidDirectly[id][currency];
            passed[id] += paidUpstream[id][currency];
            IRoyaltyLedger.Account memory account = ledger.accountOf(id, currency);
            if (account.direct != direct[id] || account.passed != passed[id] || account.earned != earned[id])
                return false;
            IWorkRegistry.Edge[] memory edges = works.edgesOf(id);
            for (uint256 i = 0; i < edges.length; ++i) {
                if (edges[i].share == 0 && edges[i].parentStack == 0) continue;
                uint256 base = direct[id] + passed[id];
                uint256 part = (base * edges[i].share) / PPM;
                if (edges[i].mode == EdgeMode.RELATIVE) {
                    direct[edges[i].parent] += part;
                } else {
                    passed[edges[i].parent] += base;
                    earned[edges[i].parent] += part;
                }
            }
        }
        return true;
    }

    function totalClaimable(address currency) external view returns (uint256 sum) {
        for (uint256 id = 1; id <= works.totalWorks(); ++id) sum += ledger.claimable(id, currency);
    }

    /// @notice Units that rounding may leave behind: one for each work, edge, lien, payee and payment for ancestors, and those of each split's past.
    function dustBound() external view returns (uint256 units) {
        units = upstreamPayments;
        for (uint256 id = 1; id <= works.totalWorks(); ++id) {
            units += 2 + works.edgesOf(id).length + ledger.liensOf(id).length + 64 * _payees[id].length;
        }
    }

    /// @notice I5: stacks within the whole, parents before children, edges as they were set.
    function graphIsSound() external view returns (bool) {
        for (uint256 id = 1; id <= works.totalWorks(); ++id) {
            IWorkRegistry.Edge[] memory edges = works.edgesOf(id);
            uint256 stack;
            for (uint256 i = 0; i < edges.length; ++i) {
                if (edges[i].parent >= id || edges[i].parent == 0) return false;
                stack += edges[i].share + edges[i].parentStack;
            }
            if (stack != works.stackOf(id) || stack > PPM) return false;
            if (edges.length > 0 && edgesHash[id] != _edgesHash(id)) return false;
        }
        return true;
    }

    /// @notice I8: a live work is the one that its content names, and no content names a superseded work.
    function contentsAreUnique() external view returns (bool) {
        for (uint256 id = 1; id <= works.totalWorks(); ++id) {
            IWorkRegistry.Work memory work = works.workOf(id);
            uint256 named = works.workByContent(work.contentHash);
            if (work.superseded ? named == id : named != id) return false;
        }
        return true;
    }

    function _remember(uint256 count) private {
        for (uint256 id = 1; id <= count; ++id) {
            _claimableBefore[id][COIN] = ledger.claimable(id, COIN);
            _claimableBefore[id][address(token)] = ledger.claimable(id, address(token));
        }
    }

    function _watchHolds() private {
        for (uint256 id = 1; id <= works.totalWorks(); ++id) {
            uint256 until = ledger.heldUntil(id);
            if (until != 0 && until > _heldSince[id] + 45 days) overheld = true;
            for (uint256 i = 0; i < 2; ++i) {
                address currency = _currency(i == 1);
                uint256 kept = ledger.heldAmount(id, currency);
                if (kept == 0) continue;
                if (until == 0 || kept > _gross(id, currency) - _grossAtHold[id][currency]) overheld = true;
            }
        }
    }

    function _split(uint256 workId, uint8 seed, uint24 share) private {
        uint256 count = 2 + ((seed / 2) % 2);
        address[] memory payees = new address[](count);
        uint24[] memory ppm = new uint24[](count);
        uint24 first = uint24(bound(share, 1, PPM - 2));
        for (uint256 i = 0; i < count; ++i) payees[i] = _owner(i + (seed % (OWNERS - count + 1)));
        ppm[0] = first;
        ppm[1] = count == 2 ? uint24(PPM) - first : 1;
        if (count == 3) ppm[2] = uint24(PPM) - first - 1;
        _payees[workId] = payees;
        _ppm[workId] = ppm;
        ledger.setSplit(workId, bytes28(keccak256(abi.encode(payees, ppm))));
    }

    function _derive(uint256 parent, uint24 share) private {
        uint256[] memory licenseIds = new uint256[](1);
        licenseIds[0] = licenses.issue(parent, share, EdgeMode.ABSOLUTE);
        vm.prank(_owner(parent));
        uint256 id = works.registerDerivative(newWork(++_contents), licenseIds);
        edgesHash[id] = _edgesHash(id);
    }

    function _claim(uint256 workId, address currency) private {
        if (_payees[workId].length > 0) ledger.claimSplit(workId, currency, _payees[workId], _ppm[workId]);
        else paidOut[currency] += ledger.claim(workId, currency);
    }

    function _withdraw(address account, address currency) private {
        vm.prank(account);
        paidOut[currency] += ledger.withdraw(currency);
    }

    function _settleLien(uint256 workId, uint256 index, address currency) private returns (uint256 amount) {
        amount = ledger.settleLien(workId, index, currency);
        uint256 beneficiaryWork = ledger.liensOf(workId)[index].beneficiaryWork;
        if (beneficiaryWork != 0) paidDirectly[beneficiaryWork][currency] += amount;
    }

    function _gross(uint256 workId, address currency) private view returns (uint256) {
        IRoyaltyLedger.Account memory account = ledger.accountOf(workId, currency);
        uint256 owedUp = (uint256(account.direct) * works.stackOf(workId) + PPM - 1) / PPM;
        return account.direct - owedUp + account.earned;
    }

    function _edgesHash(uint256 workId) private view returns (bytes32) {
        return keccak256(abi.encode(works.edgesOf(workId), works.stackOf(workId)));
    }

    function _work(uint256 seed) private view returns (uint256) {
        return bound(seed, 1, works.totalWorks());
    }

    function _currency(bool inToken) private view returns (address) {
        return inToken ? address(token) : COIN;
    }

    function _owner(uint256 seed) private pure returns (address) {
        return address(uint160(0xBEEF00 + (seed % OWNERS)));
    }
}
