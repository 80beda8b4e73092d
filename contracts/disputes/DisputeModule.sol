// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {NewIds} from "../access/NewIds.sol";
import {IArbitrable} from "../interfaces/IArbitrable.sol";
import {IArbitrator} from "../interfaces/IArbitrator.sol";
import {IDisputeModule} from "../interfaces/IDisputeModule.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {ILicenseToken} from "../interfaces/ILicenseToken.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";
import {DisputeClaims} from "./DisputeClaims.sol";

/// @title Disputes, with bonds in the chain's coin.
/// @notice Immutable. Roles list arbitrators and set the bond of disputes to come; an open dispute keeps what it was opened with.
/// A claim is never true because somebody made it: an older commitment, or fingerprints that lie close, only open a dispute, and
/// the other side answers it with a bond. Who stays silent loses; who is answered needs the arbitrator.
/// @dev A ruling is only recorded, which can't fail; effects are executed by anyone afterwards, one by one.
/// Longest way: 7 days to answer, 7 to ask, 30 to rule, so every hold (45 days) outlives its dispute.
/// @custom:invariant I13 what a dispute holds arrived after it was opened, and no ancestor's share is held; the balance is the
/// sum of credits and pots; every dispute ends by pokes alone (test/solidity/DisputeInvariant.t.sol).
contract DisputeModule is IDisputeModule, NewIds, ERC2771Context, ReentrancyGuardTransient {
    uint8 public constant LIEN = 1;
    uint8 public constant BLOCK = 2;
    uint8 public constant REVOKE = 4;
    uint8 public constant CLEAR = 8;
    uint8 public constant SLASH = 16;

    uint256 public constant ANSWER_PERIOD = 7 days;
    uint256 public constant OWN_ANSWER_PERIOD = 3 days;
    uint256 public constant RESULT_ANSWER_PERIOD = 3 days;
    uint256 public constant RESULT_OWN_ANSWER_PERIOD = 1 days;
    uint256 public constant ASK_PERIOD = 7 days;
    uint256 public constant ARBITRATION_PERIOD = 30 days;
    uint256 public constant EXECUTION_PERIOD = 30 days;
    /// @notice No work is held again before this much time went by, so at most half of the time; a dispute that was
    /// won, or that nobody took to the arbitrator, lifts it.
    uint256 public constant HOLD_INTERVAL = 90 days;
    /// @dev Longest way of a result's dispute, 70 days, and some for who pokes late: no stake is kept longer.
    uint256 private constant STAKE_PERIOD = 90 days;
    uint256 public constant MARK_INTERVAL = 90 days;
    uint256 public constant MAX_CURRENCIES = 8;
    uint256 public constant MAX_EVIDENCE = 512;
    /// @notice Parts per million in a whole.
    uint256 public constant PPM = 1_000_000;
    uint256 private constant CHOICES = 2;
    uint8 private constant FOR_CLAIMANT = 1;

    struct BondRule {
        uint96 minimum;
        uint96 cap;
        uint24 ppm;
    }

    /// @dev What a work had earned at the last mark and the one before.
    struct Marks {
        uint128 last;
        uint128 previous;
        uint40 markedAt;
    }

    /// @notice Checks what the chain can check of a claim; made by this contract.
    DisputeClaims public immutable claims;
    IWorkRegistry private immutable _works;
    IRoyaltyLedger private immutable _ledger;
    ILicenseToken private immutable _licenses;
    IJobMarket private immutable _jobMarket;
    IOperatorRegistry private immutable _operators;
    uint96 private immutable _firstMinimum;

    BondRule public bondRule;
    mapping(address arbitrator => bool) public isListed;
    mapping(address account => uint256 amount) public creditOf;
    mapping(uint256 workId => uint256 disputeId) public holderOf;
    mapping(uint256 workId => uint40) public nextHoldAt;
    mapping(uint256 jobId => uint256 disputeId) public disputeOfJob;
    mapping(uint256 workId => Marks) private _marks;
    mapping(uint256 disputeId => DisputeRecord) private _disputes;
    mapping(uint256 disputeId => uint256[]) private _namedLicenses;
    mapping(address arbitrator => mapping(uint256 caseId => uint256 disputeId)) private _disputeOfCase;

    /// @param minimumBond First minimum of a bond, wei; later ones stay within 1/100 to 100 times.
    constructor(
        Addresses memory house,
        uint96 minimumBond
    ) AccessManaged(house.authority) ERC2771Context(house.withSig) {
        Wiring.requireSame(address(this), house.disputes);
        claims = new DisputeClaims(house);
        _works = IWorkRegistry(house.works);
        _ledger = IRoyaltyLedger(house.ledger);
        _licenses = ILicenseToken(house.licenses);
        _jobMarket = IJobMarket(house.jobMarket);
        _operators = IOperatorRegistry(house.operators);
        _firstMinimum = minimumBond;
        bondRule = BondRule({minimum: minimumBond, cap: 100 * minimumBond, ppm: 50_000});
        isListed[house.arbitrator] = true;
        emit ArbitratorSet(house.arbitrator, true);
        _describe();
    }

    /// @inheritdoc IDisputeModule
    function open(NewDispute calldata dispute) external payable nonReentrant returns (uint256 disputeId) {
        if (dispute.claim == Claim.None || dispute.claim == Claim.ExactDuplicate) {
            revert DisputeModuleBadClaim(dispute.claim);
        }
        return _open(dispute);
    }

    /// @inheritdoc IDisputeModule
    function openExactDuplicate(
        NewDispute calldata dispute,
        bytes32 root,
        bytes32 salt,
        bytes32[] calldata proof
    ) external payable nonReentrant returns (uint256 disputeId) {
        if (dispute.claim != Claim.ExactDuplicate) revert DisputeModuleBadClaim(dispute.claim);
        claims.requireOlderCommitment(dispute.workId, _msgSender(), root, salt, proof);
        return _open(dispute);
    }

    /// @inheritdoc IDisputeModule
    function answer(uint256 disputeId) external payable {
        DisputeRecord storage dispute = _inStatus(disputeId, Status.Opened);
        _requireBefore(disputeId, dispute.deadline);
        if (msg.value != dispute.bond) revert DisputeModuleWrongBond(dispute.bond, msg.value);
        address account = _msgSender();
        _requireTurn(disputeId, dispute, account);
        dispute.respondent = account;
        dispute.status = Status.Answered;
        dispute.pot += dispute.bond;
        dispute.deadline = uint40(block.timestamp + ASK_PERIOD);
        emit DisputeAnswered(disputeId, account, dispute.deadline);
    }

    /// @inheritdoc IDisputeModule
    function startArbitration(uint256 disputeId) external nonReentrant {
        DisputeRecord storage dispute = _inStatus(disputeId, Status.Answered);
        _requireBefore(disputeId, dispute.deadline);
        IArbitrator arbitrator = IArbitrator(dispute.arbitrator);
        bytes memory data = _extraData(dispute.jurors, dispute.claimant, dispute.respondent);
        uint256 cost = arbitrator.arbitrationCost(data);
        // The winner gets at least his own bond back, whatever the arbitrator asks for now.
        if (cost > dispute.bond) revert DisputeModuleWrongBond(cost, dispute.bond);
        dispute.status = Status.Arbitrating;
        dispute.deadline = uint40(block.timestamp + ARBITRATION_PERIOD);
        dispute.pot -= uint96(cost);
        uint256 caseId = arbitrator.createDispute{value: cost}(CHOICES, data);
        dispute.caseId = caseId;
        _disputeOfCase[address(arbitrator)][caseId] = disputeId;
        emit ArbitrationStarted(disputeId, address(arbitrator), caseId, cost);
        emit Dispute(arbitrator, caseId, uint256(dispute.claim), disputeId);
    }

    /// @inheritdoc IDisputeModule
    function submitEvidence(uint256 disputeId, string calldata uri) external {
        DisputeRecord storage dispute = _existing(disputeId);
        if (dispute.status == Status.Ruled || dispute.status == Status.Ended) {
            revert DisputeModuleWrongStatus(disputeId, dispute.status);
        }
        if (bytes(uri).length > MAX_EVIDENCE) revert DisputeModuleLongEvidence(bytes(uri).length);
        emit Evidence(IArbitrator(dispute.arbitrator), disputeId, _msgSender(), uri);
    }

    /// @inheritdoc IArbitrable
    function rule(uint256 caseId, uint256 ruling) external {
        uint256 disputeId = _disputeOfCase[msg.sender][caseId];
        if (disputeId == 0) revert DisputeModuleNotArbitrator(msg.sender, caseId);
        DisputeRecord storage dispute = _inStatus(disputeId, Status.Arbitrating);
        _requireBefore(disputeId, dispute.deadline);
        emit Ruling(IArbitrator(msg.sender), caseId, ruling);
        _rule(disputeId, dispute, ruling > CHOICES ? 0 : uint8(ruling), false);
    }

    /// @inheritdoc IDisputeModule
    function poke(uint256 disputeId) external {
        DisputeRecord storage dispute = _existing(disputeId);
        Status status = dispute.status;
        if (status == Status.Ended || block.timestamp <= dispute.deadline) revert DisputeModuleNothingDue(disputeId);
        if (status == Status.Opened) _rule(disputeId, dispute, FOR_CLAIMANT, true);
        else if (status == Status.Ruled) _end(disputeId, dispute);
        else {
            // Nobody asked the arbitrator, who would have been paid from the bonds: as if there had been no dispute. Else an owner who
            // disputes his own work, through another account, would keep it free of holds for nothing.
            if (status == Status.Answered && dispute.holds) delete nextHoldAt[dispute.workId];
            _rule(disputeId, dispute, 0, false);
        }
    }

    /// @inheritdoc IDisputeModule
    function execute(uint256 disputeId, uint8 effects) external nonReentrant {
        DisputeRecord storage dispute = _inStatus(disputeId, Status.Ruled);
        uint8 left = dispute.effects;
        if (effects == 0 || effects & ~left != 0) revert DisputeModuleEffectsLeft(disputeId, left);
        left &= ~effects;
        dispute.effects = left;
        if (left == 0) _end(disputeId, dispute);
        emit EffectsExecuted(disputeId, effects);
        if (effects & LIEN != 0) _addLien(disputeId, dispute);
        if (effects & BLOCK != 0) _licenses.setBlocked(dispute.workId, true);
        if (effects & REVOKE != 0) _revoke(disputeId);
        if (effects & CLEAR != 0) _works.clearContentFor(dispute.workId, dispute.claimant);
        if (effects & SLASH != 0) {
            _operators.slashByRuling(_jobOperator(dispute.jobId), dispute.slashAmount, dispute.claimant);
        }
        // After the lien, which reaches what is held.
        if (left == 0) _release(disputeId, dispute);
    }

    /// @inheritdoc IDisputeModule
    function release(uint256 disputeId) external nonReentrant {
        DisputeRecord storage dispute = _existing(disputeId);
        if (!_needsNoHold(dispute) || !dispute.holds) revert DisputeModuleNothingDue(disputeId);
        _release(disputeId, dispute);
    }

    /// @inheritdoc IDisputeModule
    function mark(uint256 workId) external {
        Marks storage marks = _marks[workId];
        if (marks.markedAt != 0 && block.timestamp < marks.markedAt + MARK_INTERVAL) {
            revert DisputeModuleMarkTooSoon(workId, uint40(marks.markedAt + MARK_INTERVAL));
        }
        uint128 direct = _directRevenue(workId);
        marks.previous = marks.last;
        marks.last = direct;
        marks.markedAt = uint40(block.timestamp);
        emit RevenueMarked(workId, direct);
    }

    /// @inheritdoc IDisputeModule
    function withdraw() external nonReentrant returns (uint256 amount) {
        return _withdraw(_msgSender());
    }

    /// @inheritdoc IDisputeModule
    function withdrawTo(address to) external nonReentrant returns (uint256 amount) {
        return _withdraw(to);
    }

    /// @inheritdoc IDisputeModule
    function setArbitrator(address arbitrator, bool listed) external restricted {
        isListed[arbitrator] = listed;
        emit ArbitratorSet(arbitrator, listed);
    }

    /// @inheritdoc IDisputeModule
    function setBondRule(uint96 minimum, uint24 ppm, uint96 cap) external restricted {
        uint256 least = uint256(minimum) * 10;
        uint256 most = uint256(minimum) * 1_000;
        bool far = uint256(minimum) * 100 < _firstMinimum || minimum > uint256(_firstMinimum) * 100;
        if (far || ppm > 100_000 || cap < least || cap > most) revert DisputeModuleBadBondRule();
        bondRule = BondRule({minimum: minimum, cap: cap, ppm: ppm});
        emit BondRuleSet(minimum, ppm, cap);
    }

    /// @inheritdoc IDisputeModule
    function disputeOf(uint256 disputeId) external view returns (DisputeRecord memory) {
        return _existing(disputeId);
    }

    /// @inheritdoc IDisputeModule
    function licensesOf(uint256 disputeId) external view returns (uint256[] memory) {
        return _namedLicenses[disputeId];
    }

    /// @inheritdoc IDisputeModule
    function totalDisputes() external view returns (uint256) {
        return _idCount();
    }

    /// @inheritdoc IDisputeModule
    function bondOf(NewDispute calldata dispute) public view returns (uint256) {
        BondRule memory bond = bondRule;
        uint256 revenue = dispute.workId == 0 ? 0 : recentRevenue(dispute.workId);
        uint256 amount = Math.max(bond.minimum, Math.min(bond.cap, (revenue * bond.ppm) / PPM));
        uint256 cost = IArbitrator(dispute.arbitrator).arbitrationCost(
            _extraData(dispute.jurors, address(0), address(0))
        );
        // The bond pays the arbitrator in any case, and the stake that a fraudulent result should cost.
        return Math.max(Math.max(amount, cost), dispute.slashAmount);
    }

    /// @inheritdoc IDisputeModule
    function recentRevenue(uint256 workId) public view returns (uint256) {
        return _directRevenue(workId) - _marks[workId].previous;
    }

    function _open(NewDispute calldata asked) private returns (uint256 disputeId) {
        if (!isListed[asked.arbitrator]) revert DisputeModuleUnlistedArbitrator(asked.arbitrator);
        address respondent = claims.check(asked, _msgSender());
        uint256 bond = bondOf(asked);
        if (msg.value != bond) revert DisputeModuleWrongBond(bond, msg.value);
        disputeId = _newId();
        _store(disputeId, asked, respondent, uint96(bond));
        bool holds = _hold(disputeId, asked);
        emit DisputeOpened(
            disputeId,
            asked.workId,
            _msgSender(),
            asked.claim,
            asked.otherWork,
            respondent,
            asked.arbitrator,
            bond,
            asked.effects,
            _disputes[disputeId].deadline,
            holds
        );
    }

    function _store(uint256 disputeId, NewDispute calldata asked, address respondent, uint96 bond) private {
        DisputeRecord storage stored = _disputes[disputeId];
        bool result = asked.claim == Claim.ResultFraud;
        stored.claimant = _msgSender();
        stored.deadline = uint40(block.timestamp + (result ? RESULT_ANSWER_PERIOD : ANSWER_PERIOD));
        stored.claim = asked.claim;
        stored.status = Status.Opened;
        stored.effects = asked.effects;
        stored.jurors = asked.jurors;
        stored.respondent = respondent;
        stored.bond = bond;
        stored.arbitrator = asked.arbitrator;
        stored.pot = bond;
        stored.workId = asked.workId;
        stored.otherWork = asked.otherWork;
        stored.jobId = asked.jobId;
        stored.openedAt = uint40(block.timestamp);
        stored.lienPpm = asked.lienPpm;
        stored.slashAmount = asked.slashAmount;
        if (asked.licenseIds.length != 0) _namedLicenses[disputeId] = asked.licenseIds;
        if (result) _keepStake(disputeId, asked.jobId, respondent, asked.slashAmount);
    }

    /// @dev Once a job, or the same result could cost more than it was paid. Stake that could leave meanwhile stays.
    function _keepStake(uint256 disputeId, uint256 jobId, address operator, uint128 amount) private {
        if (disputeOfJob[jobId] != 0) revert DisputeModuleJobDisputed(jobId, disputeOfJob[jobId]);
        disputeOfJob[jobId] = disputeId;
        _operators.lockForDispute(disputeId, operator, amount, uint40(block.timestamp + STAKE_PERIOD));
    }

    /// @dev Without currencies, or while another dispute may hold the work or did so recently, it goes on without a hold.
    function _hold(uint256 disputeId, NewDispute calldata asked) private returns (bool) {
        uint256 count = asked.currencies.length;
        if (count > MAX_CURRENCIES) revert DisputeModuleTooMany(count, MAX_CURRENCIES);
        if (count == 0 || asked.workId == 0 || block.timestamp < nextHoldAt[asked.workId]) return false;
        uint256 holder = holderOf[asked.workId];
        if (holder != 0 && _ledger.heldUntil(asked.workId) != 0) {
            if (!_needsNoHold(_disputes[holder])) return false;
            _release(holder, _disputes[holder]);
        }
        nextHoldAt[asked.workId] = uint40(block.timestamp + HOLD_INTERVAL);
        holderOf[asked.workId] = disputeId;
        _disputes[disputeId].holds = true;
        _ledger.hold(asked.workId, asked.currencies);
        return true;
    }

    /// @dev First the respondent or who owns the work by now, then anybody: contracts that hold works can't answer.
    function _requireTurn(uint256 disputeId, DisputeRecord storage dispute, address account) private view {
        if (account == dispute.respondent) return;
        if (dispute.workId != 0 && account == _ownerOf(dispute.workId)) return;
        uint256 own = dispute.claim == Claim.ResultFraud ? RESULT_OWN_ANSWER_PERIOD : OWN_ANSWER_PERIOD;
        if (account == dispute.claimant || block.timestamp <= dispute.openedAt + own) {
            revert DisputeModuleNotYourTurn(disputeId, account);
        }
    }

    /// @dev Gives out the pot. For the claimant effects follow; else the dispute is over.
    function _rule(uint256 disputeId, DisputeRecord storage dispute, uint8 ruling, bool byDefault) private {
        uint256 pot = dispute.pot;
        bool answered = dispute.status != Status.Opened;
        dispute.pot = 0;
        dispute.ruling = ruling;
        emit DisputeRuled(disputeId, ruling, byDefault);
        if (ruling == 0) {
            _credit(dispute.claimant, pot / 2, disputeId);
            _credit(dispute.respondent, pot - pot / 2, disputeId);
        } else if (ruling == FOR_CLAIMANT || !answered) {
            _credit(dispute.claimant, pot, disputeId);
        } else {
            _credit(dispute.respondent, pot, disputeId);
        }
        if (ruling == FOR_CLAIMANT) {
            dispute.status = Status.Ruled;
            dispute.deadline = uint40(block.timestamp + EXECUTION_PERIOD);
            // A work that was disputed rightly can be held again at once.
            if (dispute.holds) delete nextHoldAt[dispute.workId];
        } else {
            _end(disputeId, dispute);
        }
    }

    function _end(uint256 disputeId, DisputeRecord storage dispute) private {
        dispute.status = Status.Ended;
        dispute.deadline = 0;
        emit DisputeEnded(disputeId, dispute.ruling);
        if (dispute.jobId != 0 && dispute.claim == Claim.ResultFraud) _operators.releaseForDispute(disputeId);
    }

    /// @dev Over, or its lien, which reaches what is held, is laid.
    function _needsNoHold(DisputeRecord storage dispute) private view returns (bool) {
        return dispute.status == Status.Ended || (dispute.status == Status.Ruled && dispute.effects & LIEN == 0);
    }

    /// @dev A hold that a later dispute took over is not this one's any more.
    function _release(uint256 disputeId, DisputeRecord storage dispute) private {
        if (!dispute.holds) return;
        dispute.holds = false;
        uint256 workId = dispute.workId;
        if (holderOf[workId] != disputeId) return;
        delete holderOf[workId];
        emit HoldReleased(disputeId, workId);
        _ledger.release(workId);
    }

    /// @dev What earlier rulings gave away stays theirs: who is given all gets all of the rest. An arbitrator's ruling comes before
    /// disputes that nobody answered: an owner could have had those opened himself.
    function _addLien(uint256 disputeId, DisputeRecord storage dispute) private {
        address beneficiary = dispute.otherWork == 0 ? dispute.claimant : address(0);
        bool heard = _disputeOfCase[dispute.arbitrator][dispute.caseId] == disputeId;
        IRoyaltyLedger.Lien[] memory liens = _ledger.liensOf(dispute.workId);
        uint256 left = PPM;
        for (uint256 i = 0; i < liens.length; ++i) {
            if (liens[i].heard == heard) left -= liens[i].ppm;
        }
        uint24 ppm = uint24(Math.min(left, dispute.lienPpm));
        _ledger.addLien(dispute.workId, ppm, dispute.otherWork, beneficiary, heard);
    }

    /// @dev A license that ended by itself, or by another ruling, is passed over.
    function _revoke(uint256 disputeId) private {
        uint256[] storage licenseIds = _namedLicenses[disputeId];
        for (uint256 i = 0; i < licenseIds.length; ++i) {
            if (_licenses.isActive(licenseIds[i])) _licenses.revoke(licenseIds[i]);
        }
    }

    function _credit(address account, uint256 amount, uint256 disputeId) private {
        if (amount == 0) return;
        creditOf[account] += amount;
        emit Credited(account, amount, disputeId);
    }

    function _withdraw(address to) private returns (uint256 amount) {
        address account = _msgSender();
        amount = creditOf[account];
        if (amount == 0) return 0;
        creditOf[account] = 0;
        emit Withdrawn(account, to, amount);
        (bool sent, ) = to.call{value: amount}("");
        if (!sent) revert DisputeModuleTransferFailed(to);
    }

    function _extraData(uint8 jurors, address claimant, address respondent) private pure returns (bytes memory) {
        return abi.encode(uint256(jurors), claimant, respondent);
    }

    function _jobOperator(uint256 jobId) private view returns (address) {
        return _jobMarket.jobOf(jobId).operator;
    }

    function _directRevenue(uint256 workId) private view returns (uint128) {
        return _ledger.accountOf(workId, address(0)).direct;
    }

    function _ownerOf(uint256 workId) private view returns (address) {
        return IERC721(address(_works)).ownerOf(workId);
    }

    function _existing(uint256 disputeId) private view returns (DisputeRecord storage found) {
        found = _disputes[disputeId];
        if (found.status == Status.None) revert DisputeModuleUnknownDispute(disputeId);
    }

    function _inStatus(uint256 disputeId, Status status) private view returns (DisputeRecord storage found) {
        found = _existing(disputeId);
        if (found.status != status) revert DisputeModuleWrongStatus(disputeId, found.status);
    }

    function _requireBefore(uint256 disputeId, uint40 deadline) private view {
        if (block.timestamp > deadline) revert DisputeModuleTooLate(disputeId, deadline);
    }

    /// @dev What viewers show for each claim (ERC-1497), as data so that no server is needed.
    function _describe() private {
        string[5] memory questions = [
            "The claimant committed to the same bytes before this work's priority. Was he entitled to register them?",
            "Is the work a copy of the older work?",
            "Did the holder break the terms of the named licenses?",
            "Is the work derived from the work that it does not name as a parent?",
            "Is the operator's result not what the job asked for?"
        ];
        for (uint256 i = 0; i < questions.length; ++i) {
            emit MetaEvidence(
                i + 1,
                string.concat(
                    'data:application/json,{"question":"',
                    questions[i],
                    '","rulingOptions":{"type":"single-select","titles":["Yes","No"]}}'
                )
            );
        }
    }

    /// @dev The signer of a relayed call, else the caller.
    function _msgSender() internal view override(Context, ERC2771Context) returns (address) {
        return ERC2771Context._msgSender();
    }

    function _msgData() internal view override(Context, ERC2771Context) returns (bytes calldata) {
        return ERC2771Context._msgData();
    }

    function _contextSuffixLength() internal view override(Context, ERC2771Context) returns (uint256) {
        return ERC2771Context._contextSuffixLength();
    }
}
