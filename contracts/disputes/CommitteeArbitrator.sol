// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IArbitrable} from "../interfaces/IArbitrable.sol";
import {IArbitrator} from "../interfaces/IArbitrator.sol";
import {ICommitteeArbitrator} from "../interfaces/ICommitteeArbitrator.sol";
import {SeatTree} from "../libraries/SeatTree.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";

/// @title Jurors with stake, drawn by the hash of a block that nobody knew when the case was made.
/// @notice Immutable, without owner and without roles; its one function for others is to rule. One round, no appeal: who uses it
/// waits 30 days at most, and a larger panel can be asked for from the start.
/// The draw is one of the stakes as they are when its block comes: any change of stake first draws the panels that are due, so
/// that nobody who knows the hash can still move stake. A seat locks `seatStake`; who does not reveal loses all of it, who
/// votes against the majority half. That and the fee go to the majority.
/// @dev `extraData` is empty (3 jurors) or `abi.encode(uint256 jurors, address partyA, address partyB)`.
/// @custom:invariant the balance is the sum of stakes, leaving stakes, credits and fees of open cases
/// (test/solidity/CommitteeInvariant.t.sol).
contract CommitteeArbitrator is ICommitteeArbitrator, ERC2771Context, ReentrancyGuardTransient {
    using SeatTree for SeatTree.Tree;

    uint256 public constant MIN_PANEL = 3;
    uint256 public constant MAX_PANEL = 15;
    uint256 public constant COMMIT_PERIOD = 4 days;
    uint256 public constant REVEAL_PERIOD = 3 days;
    uint256 public constant LEAVING_PERIOD = 7 days;
    /// @notice Blocks between a case and the block that draws its panel.
    uint256 public constant DRAW_DELAY = 2;
    /// @notice Gas that the arbitrable gets to take its ruling.
    uint256 public constant RULE_GAS = 500_000;
    /// @dev The chain knows the hashes of this many blocks.
    uint256 private constant HASHES = 256;
    /// @dev Points drawn per juror wanted, at most: repeats and jurors without free stake are passed over.
    uint256 private constant DRAWS_PER_SEAT = 6;
    /// @dev So that a few jurors who may not sit, or one with most of the stake, seldom leave a small committee without a panel.
    uint256 private constant SPARE_DRAWS = 36;
    /// @dev Panels drawn by a change of stake before it goes on.
    uint256 private constant DRAWS_PER_CALL = 2;
    uint256 private constant NO_VOTE = type(uint8).max;

    /// @notice What a seat locks, and the least stake of a new juror, wei.
    uint96 public immutable seatStake;
    /// @notice What each juror of a panel costs, wei.
    uint96 public immutable jurorFee;

    uint256 public totalCases;
    mapping(address account => uint256 amount) public creditOf;
    /// @dev First case in the order of drawing that is not drawn yet, and the end of the order.
    uint64 private _nextDraw;
    uint64 private _drawsEnd;
    uint64 private _seats;
    SeatTree.Tree private _tree;
    mapping(uint256 seat => address juror) private _jurorAt;
    mapping(address juror => Juror) private _jurors;
    mapping(uint256 order => uint256 caseId) private _drawOrder;
    mapping(uint256 caseId => Case) private _cases;
    mapping(uint256 caseId => address[]) private _panels;
    mapping(uint256 caseId => mapping(address juror => bytes32 commitment)) private _commitments;
    /// @dev The choice plus one; 0 = not revealed.
    mapping(uint256 caseId => mapping(address juror => uint256 vote)) private _votes;

    /// @param seatStake_ See `seatStake`.
    /// @param jurorFee_ See `jurorFee`.
    constructor(Addresses memory house, uint96 seatStake_, uint96 jurorFee_) ERC2771Context(house.withSig) {
        Wiring.requireSame(address(this), house.arbitrator);
        seatStake = seatStake_;
        jurorFee = jurorFee_;
    }

    /// @inheritdoc ICommitteeArbitrator
    function stake() external payable {
        _drawDue();
        address account = _msgSender();
        Juror storage juror = _jurors[account];
        uint256 total = juror.stake + msg.value;
        if (total < seatStake) revert CommitteeArbitratorStakeTooLow(total, seatStake);
        if (juror.seat == 0) {
            if (_seats == SeatTree.SEATS) revert CommitteeArbitratorFull();
            juror.seat = ++_seats;
            _jurorAt[juror.seat] = account;
        }
        juror.stake = uint96(total);
        _weigh(juror);
        emit JurorStaked(account, msg.value, total);
    }

    /// @inheritdoc ICommitteeArbitrator
    function startLeaving(uint96 amount) external {
        _drawDue();
        Juror storage juror = _jurors[_msgSender()];
        uint256 free = juror.stake - juror.locked;
        if (amount == 0 || amount > free) revert CommitteeArbitratorNotEnoughFree(free, amount);
        juror.stake -= amount;
        juror.leaving += amount;
        juror.leavesAt = uint40(block.timestamp + LEAVING_PERIOD);
        _weigh(juror);
        emit JurorLeaving(_msgSender(), amount, juror.leavesAt);
    }

    /// @inheritdoc ICommitteeArbitrator
    function withdrawStake() external nonReentrant returns (uint256 amount) {
        Juror storage juror = _jurors[_msgSender()];
        if (block.timestamp < juror.leavesAt) revert CommitteeArbitratorStillLeaving(juror.leavesAt);
        amount = juror.leaving;
        juror.leaving = 0;
        emit JurorStakeWithdrawn(_msgSender(), amount);
        _send(_msgSender(), amount);
    }

    /// @inheritdoc IArbitrator
    function createDispute(uint256 choices, bytes calldata extraData) external payable returns (uint256 caseId) {
        if (choices == 0 || choices >= NO_VOTE) revert CommitteeArbitratorBadChoices(choices);
        (uint256 size, address partyA, address partyB) = _decode(extraData);
        uint256 cost = size * jurorFee;
        if (msg.value != cost) revert CommitteeArbitratorWrongValue(cost, msg.value);
        caseId = ++totalCases;
        Case storage opened = _cases[caseId];
        opened.arbitrable = msg.sender;
        opened.choices = uint8(choices);
        opened.size = uint8(size);
        opened.phase = Phase.Drawing;
        opened.fee = uint96(cost);
        opened.partyA = partyA;
        opened.partyB = partyB;
        _enqueue(caseId, opened);
        emit DisputeCreation(caseId, IArbitrable(msg.sender));
    }

    /// @inheritdoc ICommitteeArbitrator
    function draw() external nonReentrant returns (uint256 caseId) {
        caseId = _drawNext();
        if (caseId == 0) revert CommitteeArbitratorNoDrawDue();
        Case storage drawn = _cases[caseId];
        if (drawn.phase == Phase.Executed) _deliver(caseId, drawn);
    }

    /// @inheritdoc ICommitteeArbitrator
    function commitVote(uint256 caseId, bytes32 commitment) external {
        Case storage voted = _inPhase(caseId, Phase.Voting);
        if (block.timestamp > voted.commitUntil) revert CommitteeArbitratorTooLate(caseId);
        address juror = _msgSender();
        if (!_sits(caseId, juror)) revert CommitteeArbitratorNotOnPanel(caseId, juror);
        if (commitment == bytes32(0)) revert CommitteeArbitratorWrongReveal(caseId, juror);
        if (_commitments[caseId][juror] != bytes32(0)) revert CommitteeArbitratorAlreadyCommitted(caseId, juror);
        _commitments[caseId][juror] = commitment;
        voted.committed += 1;
        // Nothing is left to wait for: the reveal starts now.
        if (voted.committed == voted.size) {
            voted.commitUntil = uint40(block.timestamp);
            voted.revealUntil = uint40(block.timestamp + REVEAL_PERIOD);
        }
        emit VoteCommitted(caseId, juror);
    }

    /// @inheritdoc ICommitteeArbitrator
    function revealVote(uint256 caseId, uint256 choice, bytes32 salt) external {
        Case storage voted = _inPhase(caseId, Phase.Voting);
        if (voted.committed < voted.size && block.timestamp <= voted.commitUntil) {
            revert CommitteeArbitratorTooEarly(caseId);
        }
        if (block.timestamp > voted.revealUntil) revert CommitteeArbitratorTooLate(caseId);
        address juror = _msgSender();
        bytes32 commitment = _commitments[caseId][juror];
        if (
            commitment == bytes32(0) ||
            _votes[caseId][juror] != 0 ||
            choice > voted.choices ||
            commitment != commitmentOf(caseId, juror, choice, salt)
        ) revert CommitteeArbitratorWrongReveal(caseId, juror);
        _votes[caseId][juror] = choice + 1;
        voted.revealed += 1;
        emit VoteRevealed(caseId, juror, choice);
    }

    /// @inheritdoc ICommitteeArbitrator
    function execute(uint256 caseId) external nonReentrant {
        Case storage counted = _inPhase(caseId, Phase.Voting);
        if (counted.revealed < counted.size && block.timestamp <= counted.revealUntil) {
            revert CommitteeArbitratorTooEarly(caseId);
        }
        // Penalties change the weights that due draws go by.
        _drawDue();
        counted.phase = Phase.Executed;
        (uint256 ruling, uint256 votes, bool decided) = _count(caseId, counted);
        counted.ruling = uint8(ruling);
        emit CaseExecuted(caseId, ruling, votes, counted.size);
        _reward(caseId, counted, ruling, decided);
        _deliver(caseId, counted);
    }

    /// @inheritdoc ICommitteeArbitrator
    function deliver(uint256 caseId) external nonReentrant {
        Case storage ruled = _inPhase(caseId, Phase.Executed);
        if (ruled.delivered) revert CommitteeArbitratorAlreadyDelivered(caseId);
        _deliver(caseId, ruled);
    }

    /// @inheritdoc ICommitteeArbitrator
    function withdraw() external nonReentrant returns (uint256 amount) {
        return _withdraw(_msgSender());
    }

    /// @inheritdoc ICommitteeArbitrator
    function withdrawTo(address to) external nonReentrant returns (uint256 amount) {
        return _withdraw(to);
    }

    /// @inheritdoc IArbitrator
    function arbitrationCost(bytes calldata extraData) external view returns (uint256 cost) {
        (uint256 size, , ) = _decode(extraData);
        return size * jurorFee;
    }

    /// @inheritdoc IArbitrator
    function disputeStatus(uint256 caseId) external view returns (DisputeStatus) {
        return _existing(caseId).phase == Phase.Executed ? DisputeStatus.Solved : DisputeStatus.Waiting;
    }

    /// @inheritdoc IArbitrator
    function currentRuling(uint256 caseId) external view returns (uint256) {
        return _existing(caseId).ruling;
    }

    /// @inheritdoc ICommitteeArbitrator
    function jurorOf(address juror) external view returns (Juror memory) {
        return _jurors[juror];
    }

    /// @inheritdoc ICommitteeArbitrator
    function caseOf(uint256 caseId) external view returns (Case memory) {
        return _existing(caseId);
    }

    /// @inheritdoc ICommitteeArbitrator
    function panelOf(uint256 caseId) external view returns (address[] memory) {
        return _panels[caseId];
    }

    /// @inheritdoc ICommitteeArbitrator
    function commitmentOf(uint256 caseId, address juror, uint256 choice, bytes32 salt) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), caseId, juror, choice, salt));
    }

    function _decode(bytes calldata data) private pure returns (uint256 size, address partyA, address partyB) {
        if (data.length == 0) return (MIN_PANEL, address(0), address(0));
        (size, partyA, partyB) = abi.decode(data, (uint256, address, address));
        // An odd panel can't tie between two choices.
        if (size < MIN_PANEL || size > MAX_PANEL || size % 2 == 0) revert CommitteeArbitratorBadSize(size);
    }

    function _enqueue(uint256 caseId, Case storage opened) private {
        opened.drawBlock = uint64(block.number + DRAW_DELAY);
        _drawOrder[_drawsEnd++] = caseId;
    }

    /// @dev Before stakes change, panels that are due are drawn from them; the caller can do two, anybody the rest.
    function _drawDue() private {
        for (uint256 i = 0; i < DRAWS_PER_CALL; ++i) {
            if (_drawNext() == 0) return;
        }
        if (_isDrawDue()) revert CommitteeArbitratorDrawsDue(_drawOrder[_nextDraw]);
    }

    function _isDrawDue() private view returns (bool) {
        return _nextDraw < _drawsEnd && _cases[_drawOrder[_nextDraw]].drawBlock < block.number;
    }

    /// @dev Draws the panel of the first case in order, if its block is past. Returns the case, or 0.
    function _drawNext() private returns (uint256 caseId) {
        if (!_isDrawDue()) return 0;
        caseId = _drawOrder[_nextDraw];
        delete _drawOrder[_nextDraw++];
        Case storage drawn = _cases[caseId];
        if (block.number > drawn.drawBlock + HASHES) {
            _enqueue(caseId, drawn);
            emit DrawMoved(caseId, drawn.drawBlock);
            return caseId;
        }
        _seatPanel(caseId, drawn, blockhash(drawn.drawBlock));
    }

    /// @dev Points of the sum of stakes, one after another, until the panel is full or the draws are used up. A smaller panel is
    /// made odd; one that is too small is none, and the case ends with ruling 0.
    function _seatPanel(uint256 caseId, Case storage drawn, bytes32 seed) private {
        address[] memory panel = new address[](drawn.size);
        uint256 sum = _tree.total();
        uint256 found;
        for (uint256 i = 0; sum != 0 && found < panel.length && i < panel.length * DRAWS_PER_SEAT + SPARE_DRAWS; ++i) {
            address juror = _jurorAt[_tree.find(uint256(keccak256(abi.encode(seed, caseId, i))) % sum) + 1];
            if (_maySit(drawn, panel, found, juror)) panel[found++] = juror;
        }
        if (found % 2 == 0 && found != 0) --found;
        if (found < MIN_PANEL) {
            _endWithoutPanel(caseId, drawn);
            return;
        }
        for (uint256 i = 0; i < found; ++i) {
            _jurors[panel[i]].locked += seatStake;
            _panels[caseId].push(panel[i]);
            emit JurorDrawn(caseId, panel[i]);
        }
        drawn.size = uint8(found);
        drawn.phase = Phase.Voting;
        drawn.commitUntil = uint40(block.timestamp + COMMIT_PERIOD);
        drawn.revealUntil = uint40(block.timestamp + COMMIT_PERIOD + REVEAL_PERIOD);
        emit PanelDrawn(caseId, found, drawn.commitUntil, drawn.revealUntil);
    }

    function _maySit(
        Case storage drawn,
        address[] memory panel,
        uint256 found,
        address juror
    ) private view returns (bool) {
        if (juror == drawn.partyA || juror == drawn.partyB) return false;
        Juror storage candidate = _jurors[juror];
        if (candidate.stake - candidate.locked < seatStake) return false;
        for (uint256 i = 0; i < found; ++i) {
            if (panel[i] == juror) return false;
        }
        return true;
    }

    /// @dev Ruled 0 but not delivered here: a draw may happen inside another user's call. `deliver` brings it.
    function _endWithoutPanel(uint256 caseId, Case storage drawn) private {
        drawn.phase = Phase.Executed;
        drawn.size = 0;
        emit CaseExecuted(caseId, 0, 0, 0);
        _giveBack(caseId, drawn, drawn.fee);
        emit RulingUndelivered(caseId, drawn.arbitrable);
    }

    /// @dev A choice rules if more than half of the panel, present or not, voted for it.
    function _count(
        uint256 caseId,
        Case storage counted
    ) private view returns (uint256 ruling, uint256 votes, bool decided) {
        uint256[] memory tally = new uint256[](uint256(counted.choices) + 1);
        address[] storage panel = _panels[caseId];
        for (uint256 i = 0; i < panel.length; ++i) {
            uint256 vote = _votes[caseId][panel[i]];
            if (vote == 0) continue;
            uint256 sum = ++tally[vote - 1];
            if (sum * 2 > panel.length) return (vote - 1, _votesFor(caseId, panel, vote), true);
        }
    }

    function _votesFor(uint256 caseId, address[] storage panel, uint256 vote) private view returns (uint256 votes) {
        for (uint256 i = 0; i < panel.length; ++i) {
            if (_votes[caseId][panel[i]] == vote) ++votes;
        }
    }

    /// @dev The absent lose their seat's stake, the minority half of it. Fee and penalties go in equal parts to the majority, or
    /// to all who revealed if there was none, or back if nobody did.
    function _reward(uint256 caseId, Case storage counted, uint256 ruling, bool decided) private {
        address[] storage panel = _panels[caseId];
        uint256 pot = counted.fee;
        uint256 winners;
        for (uint256 i = 0; i < panel.length; ++i) {
            uint256 vote = _votes[caseId][panel[i]];
            uint256 penalty =
                vote == 0
                    ? seatStake
                    : decided && vote != ruling + 1
                        ? seatStake / 2
                        : 0;
            if (vote != 0 && (!decided || vote == ruling + 1)) ++winners;
            _unseat(caseId, panel[i], penalty);
            pot += penalty;
        }
        if (winners == 0) {
            _giveBack(caseId, counted, pot);
            return;
        }
        uint256 part = pot / winners;
        uint256 rest = pot - part * winners;
        for (uint256 i = 0; i < panel.length; ++i) {
            uint256 vote = _votes[caseId][panel[i]];
            if (vote == 0 || (decided && vote != ruling + 1)) continue;
            // What does not divide goes to the first of them.
            _credit(panel[i], part + rest, caseId);
            rest = 0;
        }
    }

    function _unseat(uint256 caseId, address account, uint256 penalty) private {
        Juror storage juror = _jurors[account];
        juror.locked -= seatStake;
        if (penalty == 0) return;
        juror.stake -= uint96(penalty);
        _weigh(juror);
        emit JurorPenalized(caseId, account, penalty);
    }

    /// @dev Half each to the parties that were named, else all to the arbitrable.
    function _giveBack(uint256 caseId, Case storage ended, uint256 amount) private {
        if (ended.partyA == address(0) || ended.partyB == address(0)) {
            _credit(ended.arbitrable, amount, caseId);
            return;
        }
        _credit(ended.partyA, amount / 2, caseId);
        _credit(ended.partyB, amount - amount / 2, caseId);
    }

    /// @dev The arbitrable can't block anything: it gets a bounded amount of gas, and its refusal is only noted.
    function _deliver(uint256 caseId, Case storage ruled) private {
        // Else the caller could make the arbitrable run out of gas by giving little.
        if (gasleft() < RULE_GAS + RULE_GAS / 63 + 20_000) revert CommitteeArbitratorTooLittleGas(RULE_GAS);
        bool delivered = _callRule(ruled.arbitrable, abi.encodeCall(IArbitrable.rule, (caseId, ruled.ruling)));
        ruled.delivered = delivered;
        if (!delivered) emit RulingUndelivered(caseId, ruled.arbitrable);
    }

    /// @dev In assembly so that nothing is copied of what the arbitrable returns, and an account without code is no failure.
    function _callRule(address arbitrable, bytes memory data) private returns (bool done) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            done := call(RULE_GAS, arbitrable, 0, add(data, 32), mload(data), 0, 0)
        }
    }

    /// @dev A juror whose stake is less than a seat's has no weight.
    function _weigh(Juror storage juror) private {
        _tree.set(juror.seat - 1, juror.stake < seatStake ? 0 : juror.stake);
    }

    function _credit(address account, uint256 amount, uint256 caseId) private {
        if (amount == 0) return;
        creditOf[account] += amount;
        emit Credited(account, amount, caseId);
    }

    function _withdraw(address to) private returns (uint256 amount) {
        address account = _msgSender();
        amount = creditOf[account];
        if (amount == 0) return 0;
        creditOf[account] = 0;
        emit Withdrawn(account, to, amount);
        _send(to, amount);
    }

    function _send(address to, uint256 amount) private {
        (bool sent, ) = to.call{value: amount}("");
        if (!sent) revert CommitteeArbitratorTransferFailed(to);
    }

    function _sits(uint256 caseId, address juror) private view returns (bool) {
        address[] storage panel = _panels[caseId];
        for (uint256 i = 0; i < panel.length; ++i) {
            if (panel[i] == juror) return true;
        }
        return false;
    }

    function _existing(uint256 caseId) private view returns (Case storage found) {
        found = _cases[caseId];
        if (found.phase == Phase.None) revert CommitteeArbitratorUnknownCase(caseId);
    }

    function _inPhase(uint256 caseId, Phase phase) private view returns (Case storage found) {
        found = _existing(caseId);
        if (found.phase != phase) revert CommitteeArbitratorWrongPhase(caseId, found.phase);
    }
}
