// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DisputeModule} from "../../contracts/disputes/DisputeModule.sol";
import {ICommitteeArbitrator} from "../../contracts/interfaces/ICommitteeArbitrator.sol";
import {IDisputeModule} from "../../contracts/interfaces/IDisputeModule.sol";
import {DisputeHouse, VmRoll} from "./DisputeHouse.sol";

/// @title A crowd that pays works, disputes them, judges and waits; and the books that a bystander would keep.
contract DisputeHandler is DisputeHouse {
    uint256 private constant JURORS = 6;
    uint256 private constant MAX_DISPUTES = 12;
    bytes32 private constant SALT = "salt";

    DisputeModule internal disputes;
    uint256[3] public workIds;
    /// @dev Owner's share of what was paid to a work, all time, and that and his claims when the hold began.
    mapping(uint256 workId => uint256) public earned;
    mapping(uint256 workId => uint256) public claimed;
    mapping(uint256 workId => uint256) public earnedAtHold;
    mapping(uint256 workId => uint256) public dueAtHold;
    mapping(uint256 workId => uint256) public claimedAtHold;
    mapping(uint256 workId => bool) public everLien;
    uint256 private _time = 1_700_000_000;
    uint256 private _block = 100;

    address private immutable _test = msg.sender;

    /// @dev What only the test does, at the end.
    modifier onlyTest() {
        if (msg.sender == _test) _;
    }

    constructor() {
        vm.warp(_time);
        VmRoll(address(vm)).roll(_block);
        disputes = new DisputeModule(deployHouse(), MINIMUM_BOND);
        workIds[0] = registerWork(ALICE, 0xffff0000ffff0000, 1);
        workIds[1] = registerWork(BOB, 0xffff0000ffff00ff, 1);
        workIds[2] = registerChild(workIds[0], 200_000, CAROL);
        for (uint256 i = 0; i < JURORS; ++i) {
            vm.deal(juror(i), 5 ether);
            vm.prank(juror(i));
            committee.stake{value: 1 ether}();
        }
    }

    function pay(uint256 which, uint64 amount) external {
        uint256 workId = workIds[which % 3];
        uint256 sum = bound(amount, 1, 10 ether);
        uint256 owed = works.stackOf(workId) * sum;
        payWork(workId, sum);
        // Rounded in the works' favour: the bound below stays one from above.
        earned[workId] += sum - owed / 1_000_000;
    }

    function claim(uint256 which) external {
        uint256 workId = workIds[which % 3];
        claimed[workId] += ledger.claim(workId, COIN);
    }

    /// @dev What an ancestor earns from a child, held or not.
    function pull() external {
        uint256 before = ledger.accountOf(workIds[0], COIN).earned;
        ledger.pull(workIds[2], 0, COIN);
        earned[workIds[0]] += ledger.accountOf(workIds[0], COIN).earned - before;
    }

    function open(uint256 which, uint24 ppm) external {
        if (disputes.totalDisputes() >= MAX_DISPUTES) return;
        IDisputeModule.NewDispute memory asked;
        bool near = which % 2 == 0;
        asked.claim = near ? IDisputeModule.Claim.NearDuplicate : IDisputeModule.Claim.MissingParent;
        asked.effects = near ? 3 : 1;
        asked.jurors = 3;
        asked.lienPpm = uint24(bound(ppm, 1, 1_000_000));
        asked.workId = uint64(near ? workIds[1] : workIds[2]);
        asked.otherWork = uint64(near ? workIds[0] : workIds[1]);
        asked.arbitrator = address(committee);
        asked.currencies = new address[](1);
        uint256 bond = disputes.bondOf(asked);
        uint256 due = ledger.claimable(asked.workId, COIN);
        vm.deal(DAVE, bond);
        vm.prank(DAVE);
        uint256 id = disputes.open{value: bond}(asked);
        if (!disputes.disputeOf(id).holds) return;
        earnedAtHold[asked.workId] = earned[asked.workId];
        claimedAtHold[asked.workId] = claimed[asked.workId];
        dueAtHold[asked.workId] = due;
    }

    function answer(uint256 seed) external {
        uint256 id = pick(seed);
        if (id == 0) return;
        IDisputeModule.DisputeRecord memory dispute = disputes.disputeOf(id);
        vm.deal(dispute.respondent, dispute.bond);
        vm.prank(dispute.respondent);
        disputes.answer{value: dispute.bond}(id);
    }

    function startArbitration(uint256 seed) external {
        uint256 id = pick(seed);
        if (id != 0) disputes.startArbitration(id);
    }

    function draw(uint8 blocks) external {
        _roll(bound(blocks, 1, 300));
        committee.draw();
    }

    function vote(uint256 seed, uint8 choices) external {
        uint256 count = committee.totalCases();
        if (count == 0) return;
        uint256 caseId = 1 + (seed % count);
        address[] memory panel = committee.panelOf(caseId);
        for (uint256 i = 0; i < panel.length; ++i) {
            bytes32 commitment = committee.commitmentOf(caseId, panel[i], (choices >> (2 * i)) % 3, SALT);
            vm.prank(panel[i]);
            committee.commitVote(caseId, commitment);
        }
        for (uint256 i = 0; i < panel.length; ++i) {
            // One in four stays away.
            if ((choices >> (2 * i)) % 4 == 3) continue;
            vm.prank(panel[i]);
            committee.revealVote(caseId, (choices >> (2 * i)) % 3, SALT);
        }
    }

    function executeCase(uint256 seed) external {
        uint256 count = committee.totalCases();
        if (count != 0) committee.execute(1 + (seed % count));
    }

    function execute(uint256 seed) external {
        uint256 id = pick(seed);
        if (id == 0) return;
        IDisputeModule.DisputeRecord memory dispute = disputes.disputeOf(id);
        disputes.execute(id, dispute.effects);
        everLien[dispute.workId] = true;
    }

    function poke(uint256 seed) external {
        uint256 id = pick(seed);
        if (id != 0) disputes.poke(id);
    }

    function release(uint256 seed) external {
        uint256 id = pick(seed);
        if (id != 0) disputes.release(id);
    }

    function moveStake(uint256 which, uint64 amount, bool more) external {
        address account = juror(which % JURORS);
        uint96 sum = uint96(bound(amount, 1, 1 ether));
        if (more) vm.deal(account, account.balance + sum);
        vm.prank(account);
        if (more) committee.stake{value: sum}();
        else committee.startLeaving(sum);
    }

    function withdraw(uint256 which) external {
        address account = which % 2 == 0 ? DAVE : juror(which % JURORS);
        vm.prank(account);
        disputes.withdraw();
        vm.prank(account);
        committee.withdraw();
    }

    function wait(uint32 period) external {
        _warp(bound(period, 1 hours, 20 days));
    }

    /// @dev With time and pokes alone, by anybody.
    function endEverything() external onlyTest {
        for (uint256 round = 0; round < 4; ++round) {
            _warp(31 days);
            // I11: nothing waits for the end of a pause.
            works.pause();
            licenses.pause();
            _roll(4);
            for (uint256 i = 0; i < 2 * MAX_DISPUTES; ++i) {
                try committee.draw() {
                    _roll(4);
                } catch {
                    break;
                }
            }
            for (uint256 id = 1; id <= committee.totalCases(); ++id) _try(address(committee), _execute(id));
            for (uint256 id = 1; id <= disputes.totalDisputes(); ++id) {
                _try(address(disputes), abi.encodeCall(disputes.poke, (id)));
                _try(address(disputes), abi.encodeCall(disputes.release, (id)));
            }
        }
        for (uint256 i = 0; i < JURORS; ++i) _leave(juror(i));
        for (uint256 i = 0; i < 4; ++i) _withdrawAll([ALICE, BOB, CAROL, DAVE][i]);
        for (uint256 i = 0; i < JURORS; ++i) _withdrawAll(juror(i));
    }

    /// @dev Disputes' balance, and the credits and pots that it is owed as.
    function disputeBooks() external view returns (uint256 held, uint256 owed) {
        held = address(disputes).balance;
        for (uint256 i = 0; i < 4; ++i) owed += disputes.creditOf([ALICE, BOB, CAROL, DAVE][i]);
        for (uint256 id = 1; id <= disputes.totalDisputes(); ++id) owed += disputes.disputeOf(id).pot;
    }

    function committeeBooks() external view returns (uint256 held, uint256 owed, uint256 locked, uint256 byPanels) {
        held = address(committee).balance;
        for (uint256 i = 0; i < JURORS; ++i) {
            ICommitteeArbitrator.Juror memory seat = committee.jurorOf(juror(i));
            owed += uint256(seat.stake) + seat.leaving + committee.creditOf(juror(i));
            locked += seat.locked;
        }
        for (uint256 i = 0; i < 4; ++i) owed += committee.creditOf([ALICE, BOB, CAROL, DAVE][i]);
        owed += committee.creditOf(address(disputes));
        for (uint256 id = 1; id <= committee.totalCases(); ++id) {
            ICommitteeArbitrator.Case memory judged = committee.caseOf(id);
            if (judged.phase == ICommitteeArbitrator.Phase.Executed) continue;
            owed += judged.fee;
            byPanels += committee.panelOf(id).length * SEAT_STAKE;
        }
    }

    /// @dev What is held, and the owner's share of what arrived since: the most that may be.
    function holdBooks(uint256 which) external view returns (uint256 held, uint256 since) {
        uint256 workId = workIds[which];
        if (ledger.heldUntil(workId) == 0) return (0, 0);
        held = ledger.heldAmount(workId, COIN);
        since = earned[workId] - earnedAtHold[workId];
    }

    /// @dev What was due when the hold began, and what of it was claimed since or still can be. Liens of earlier rulings take part
    /// in what comes later only, so they change nothing here.
    function dueBooks(uint256 which) external view returns (uint256 before, uint256 kept) {
        uint256 workId = workIds[which];
        if (ledger.heldUntil(workId) == 0 || everLien[workId]) return (0, 0);
        before = dueAtHold[workId];
        kept = ledger.claimable(workId, COIN) + claimed[workId] - claimedAtHold[workId];
    }

    function openDisputes() external view returns (uint256 count) {
        for (uint256 id = 1; id <= disputes.totalDisputes(); ++id) {
            if (disputes.disputeOf(id).status != IDisputeModule.Status.Ended) ++count;
        }
    }

    function openCases() external view returns (uint256 count) {
        for (uint256 id = 1; id <= committee.totalCases(); ++id) {
            if (committee.caseOf(id).phase != ICommitteeArbitrator.Phase.Executed) ++count;
        }
    }

    function heldWorks() external view returns (uint256 count) {
        for (uint256 i = 0; i < 3; ++i) {
            if (ledger.heldUntil(workIds[i]) != 0) ++count;
        }
    }

    function pick(uint256 seed) private view returns (uint256) {
        uint256 count = disputes.totalDisputes();
        return count == 0 ? 0 : 1 + (seed % count);
    }

    function juror(uint256 index) private pure returns (address) {
        return address(uint160(0x10000 + index));
    }

    function _leave(address account) private {
        uint96 all = committee.jurorOf(account).stake;
        if (all == 0) return;
        vm.prank(account);
        committee.startLeaving(all);
    }

    function _withdrawAll(address account) private {
        _warp(8 days);
        vm.prank(account);
        committee.withdrawStake();
        vm.prank(account);
        committee.withdraw();
        vm.prank(account);
        disputes.withdraw();
    }

    /// @dev The runner keeps time and block of a call that failed, which this contract then does not know: never go back.
    function _warp(uint256 period) private {
        _time = (block.timestamp > _time ? block.timestamp : _time) + period;
        vm.warp(_time);
    }

    function _roll(uint256 blocks) private {
        _block = (block.number > _block ? block.number : _block) + blocks;
        VmRoll(address(vm)).roll(_block);
    }

    function _execute(uint256 caseId) private view returns (bytes memory) {
        return abi.encodeCall(committee.execute, (caseId));
    }

    function _try(address target, bytes memory data) private {
        // A step that is not due is refused, which is none of our business here.
        // solhint-disable-next-line avoid-low-level-calls
        (bool done, ) = target.call(data);
        done;
    }
}
