// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IArbitrator} from "../interfaces/IArbitrator.sol";
import {IJobChecks} from "../interfaces/IJobChecks.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {JobClass} from "../libraries/JobClass.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";

/// @title Checks of submitted jobs, and the way to the arbitrator.
/// @notice Immutable and without roles. Holds only escalation bonds and what is credited here; prices and the verifiers' pay are the
/// job market's.
/// A verifier who is silent, or not of the final outcome's opinion, loses a quarter of the minimum stake: a silent verifier never
/// pays anybody's result. Verifiers' pay comes from what the requester escrowed for it: from a silent one because it was for
/// him to look, from one who refuses a good result because he was wrong; a wrong result's stake makes up for it.
/// @custom:invariant I9 every check can reach Closed by `draw`, `tally` and `close`; I10 the balance is all credits and bonds
/// (test/solidity/JobMarketInvariant.t.sol).
contract JobChecks is IJobChecks, ERC2771Context, ReentrancyGuardTransient {
    uint256 public constant VERIFIERS = 3;
    uint256 public constant MAJORITY = 2;
    /// @notice Blocks between a request and the block that draws.
    uint256 public constant DRAW_DELAY = 2;
    uint40 public constant COMMIT_WINDOW = 6 hours;
    uint40 public constant REVEAL_WINDOW = 6 hours;
    uint40 public constant ESCALATION_WINDOW = 1 days;
    /// @notice Seconds the arbitrator has, and seconds to bring a stuck job before him.
    uint40 public constant ARBITRATION_PERIOD = 30 days;
    /// @notice Of an absent verifier's penalty, ppm, to who tallies.
    uint256 public constant BOUNTY = 50_000;
    uint256 public constant PPM = 1_000_000;
    uint256 private constant CHOICES = 2;
    /// @dev The arbitrator's smallest panel, which `arbitrationCost` of no data is for.
    uint256 private constant JURORS = 3;
    uint256 private constant RULED_RIGHT = 1;
    uint256 private constant RULED_WRONG = 2;

    IJobMarket public immutable jobMarket;
    IOperatorRegistry public immutable operatorRegistry;
    IArbitrator public immutable arbitrator;
    /// @notice Gets the verifiers' penalties.
    address public immutable rewards;
    /// @notice What a silent or outvoted verifier loses, wei.
    uint128 public immutable penalty;
    uint256 private immutable _minimumBond;

    mapping(address account => uint256 amount) public creditOf;
    mapping(uint256 jobId => Check) private _checks;
    mapping(uint256 jobId => Vote[]) private _votes;
    mapping(uint256 disputeId => uint256 jobId) private _jobOfDispute;

    modifier onlyJobMarket() {
        if (msg.sender != address(jobMarket)) revert JobChecksNotJobMarket(msg.sender);
        _;
    }

    /// @param minimumStake The operator registry's, wei.
    constructor(Addresses memory house, uint128 minimumStake) ERC2771Context(house.withSig) {
        Wiring.requireSame(address(this), house.jobChecks);
        jobMarket = IJobMarket(house.jobMarket);
        operatorRegistry = IOperatorRegistry(house.operators);
        arbitrator = IArbitrator(house.arbitrator);
        rewards = house.rewards;
        penalty = minimumStake / 4;
        _minimumBond = minimumStake;
    }

    /// @notice Takes verifiers' penalties.
    receive() external payable {
        if (msg.sender != address(operatorRegistry)) revert JobChecksWrongValue(0, msg.value);
    }

    /// @inheritdoc IJobChecks
    function open(
        uint256 jobId,
        address requester,
        address operator,
        uint8 verification,
        uint8 tier,
        bool disputed
    ) external onlyJobMarket {
        Check storage check = _new(jobId, requester, operator, verification);
        check.tier = tier;
        check.disputed = disputed;
        _request(jobId, check, disputed);
    }

    /// @inheritdoc IJobChecks
    function openDispute(
        uint256 jobId,
        address requester,
        address operator,
        uint8 verification
    ) external payable onlyJobMarket nonReentrant returns (uint40 deadline) {
        Check storage check = _new(jobId, requester, operator, verification);
        return _arbitrate(jobId, check, requester, msg.value);
    }

    /// @inheritdoc IJobChecks
    function awaitReferral(
        uint256 jobId,
        address requester,
        address operator,
        uint8 verification
    ) external onlyJobMarket returns (uint40 deadline) {
        return _stick(jobId, _new(jobId, requester, operator, verification));
    }

    /// @inheritdoc IJobChecks
    function draw(uint256 jobId) external nonReentrant {
        Check storage check = _inStage(jobId, Stage.Requested);
        uint256 drawBlock = check.drawBlock;
        if (block.number <= drawBlock) revert JobChecksTooEarly(jobId, drawBlock + 1);
        bytes32 hash = blockhash(drawBlock);
        // Forgotten. A new chance would let who dislikes a draw wait for another one.
        if (hash == 0) return _request(jobId, check, true);
        uint256 seed = uint256(keccak256(abi.encode(hash, jobId, check.round)));
        if (!check.certain && seed % PPM >= JobClass.chanceOf(check.tier)) return _closeUndrawn(jobId, check);
        address[] memory drawn = operatorRegistry.drawVerifiers(seed, VERIFIERS, _excluded(jobId, check));
        if (drawn.length == 0) {
            // Nobody there to check: the operator is not to blame, but a requester who refused must be heard.
            if (check.disputed || check.round > 0) _stick(jobId, check);
            else _closeUndrawn(jobId, check);
            return;
        }
        uint40 commitUntil = _in(COMMIT_WINDOW);
        check.stage = Stage.Drawn;
        check.deadline = commitUntil;
        for (uint256 i = 0; i < VERIFIERS; ++i) _votes[jobId].push(Vote(drawn[i], check.round, false, 0, 0));
        emit CheckDrawn(jobId, check.round, drawn, commitUntil, commitUntil + REVEAL_WINDOW);
    }

    /// @inheritdoc IJobChecks
    function commit(uint256 jobId, bytes32 commitment) external {
        Check storage check = _inStage(jobId, Stage.Drawn);
        if (block.timestamp > check.deadline) revert JobChecksTooLate(jobId, check.deadline);
        if (commitment == 0) revert JobChecksBadCommitment();
        Vote storage vote = _voteOf(jobId, check.round, _msgSender());
        if (vote.commitment != 0) revert JobChecksAlreadyCommitted(jobId, _msgSender());
        vote.commitment = commitment;
        emit VerdictCommitted(jobId, _msgSender(), commitment);
        // Nobody is left to be influenced by a revealed verdict.
        if (_allCommitted(jobId)) check.deadline = uint40(block.timestamp);
    }

    /// @inheritdoc IJobChecks
    function reveal(uint256 jobId, bytes32 verdict, bytes32 salt) external {
        Check storage check = _inStage(jobId, Stage.Drawn);
        uint40 commitUntil = check.deadline;
        if (block.timestamp <= commitUntil) revert JobChecksTooEarly(jobId, uint256(commitUntil) + 1);
        if (block.timestamp > commitUntil + REVEAL_WINDOW) revert JobChecksTooLate(jobId, commitUntil + REVEAL_WINDOW);
        Vote storage vote = _voteOf(jobId, check.round, _msgSender());
        if (vote.revealed || vote.commitment != commitmentOf(jobId, check.round, _msgSender(), verdict, salt)) {
            revert JobChecksBadReveal(jobId, _msgSender());
        }
        vote.revealed = true;
        vote.verdict = verdict;
        emit VerdictRevealed(jobId, _msgSender(), verdict);
    }

    /// @inheritdoc IJobChecks
    function tally(uint256 jobId, bytes32 specDigest, bytes32 outputHash, bytes32 receiptDigest) external nonReentrant {
        Check storage check = _inStage(jobId, Stage.Drawn);
        if (!jobMarket.isResult(jobId, specDigest, outputHash, receiptDigest)) revert JobChecksNotResult(jobId);
        check.outputHash = outputHash;
        (uint256 revealed, uint256 right, uint256 wrong) = _count(jobId, check.verification, outputHash);
        uint40 revealUntil = check.deadline + REVEAL_WINDOW;
        if (revealed < VERIFIERS && block.timestamp <= revealUntil) {
            revert JobChecksTooEarly(jobId, uint256(revealUntil) + 1);
        }
        if (right >= MAJORITY || wrong >= MAJORITY) {
            check.stage = Stage.Decided;
            check.right = right >= MAJORITY;
            check.deadline = _in(ESCALATION_WINDOW);
            emit CheckDecided(jobId, check.right, check.deadline);
        } else if (check.round == 0) {
            check.round = 1;
            _request(jobId, check, true);
        } else {
            _stick(jobId, check);
        }
        if (revealed < VERIFIERS) _penalizeAbsent(jobId);
    }

    /// @inheritdoc IJobChecks
    function escalate(uint256 jobId) external payable nonReentrant {
        Check storage check = _inStage(jobId, Stage.Decided);
        if (block.timestamp > check.deadline) revert JobChecksTooLate(jobId, check.deadline);
        if (_msgSender() != (check.right ? check.requester : check.operator)) {
            revert JobChecksNotLoser(jobId, _msgSender());
        }
        uint256 total = escalationBond();
        if (msg.value < total) revert JobChecksWrongValue(total, msg.value);
        uint256 bond = total - arbitrationCost();
        check.escalator = _msgSender();
        check.bond = uint96(bond);
        _arbitrate(jobId, check, _msgSender(), msg.value - bond);
    }

    /// @inheritdoc IJobChecks
    function refer(uint256 jobId) external payable nonReentrant {
        Check storage check = _inStage(jobId, Stage.Stuck);
        if (block.timestamp > check.deadline) revert JobChecksTooLate(jobId, check.deadline);
        _arbitrate(jobId, check, _msgSender(), msg.value);
    }

    /// @notice Takes the arbitrator's ruling: 1 the operator is right, 2 the requester, 0 refused to arbitrate. A ruling that comes too
    /// late changes nothing, and fails not: the arbitrator's own business must not depend on it.
    function rule(uint256 disputeId, uint256 ruling) external nonReentrant {
        if (msg.sender != address(arbitrator)) revert JobChecksNotArbitrator(msg.sender);
        uint256 jobId = _jobOfDispute[disputeId];
        if (jobId == 0) revert JobChecksUnknownDispute(disputeId);
        emit Ruling(arbitrator, disputeId, ruling);
        Check storage check = _checks[jobId];
        if (check.stage != Stage.Arbitrated || block.timestamp > check.deadline) return;
        check.stage = Stage.Ruled;
        check.ruling = ruling > RULED_WRONG ? 0 : uint8(ruling);
        emit CheckRuled(jobId, ruling);
        // The arbitrator gives a bounded amount of gas, and six verifiers, or the job's token, may need more. The ruling stands
        // whatever happens here: else who made it dear to execute would turn it into no ruling at all.
        try this.closeRuled(jobId) {
            return;
            // solhint-disable-next-line no-empty-blocks
        } catch {}
    }

    /// @notice Executes a ruling within `rule`, undone alone when it fails. Only this contract.
    function closeRuled(uint256 jobId) external {
        if (msg.sender != address(this)) revert JobChecksNotArbitrator(msg.sender);
        _endRuled(jobId, _checks[jobId]);
    }

    /// @inheritdoc IJobChecks
    function close(uint256 jobId) external nonReentrant {
        Check storage check = _checks[jobId];
        Stage stage = check.stage;
        if (stage == Stage.Ruled) return _endRuled(jobId, check);
        if (stage != Stage.Decided && stage != Stage.Stuck && stage != Stage.Arbitrated) {
            revert JobChecksWrongStage(jobId, stage);
        }
        if (block.timestamp <= check.deadline) revert JobChecksTooEarly(jobId, uint256(check.deadline) + 1);
        if (stage != Stage.Decided) _end(jobId, check, IJobMarket.Outcome.Undecided);
        else _end(jobId, check, check.right ? IJobMarket.Outcome.Right : IJobMarket.Outcome.Wrong);
    }

    /// @inheritdoc IJobChecks
    function withdraw(address to) external nonReentrant returns (uint256 amount) {
        amount = creditOf[_msgSender()];
        if (amount == 0) return 0;
        creditOf[_msgSender()] = 0;
        emit Withdrawn(_msgSender(), to, amount);
        (bool sent, ) = to.call{value: amount}("");
        if (!sent) revert JobChecksTransferFailed(to);
    }

    /// @inheritdoc IJobChecks
    function checkOf(uint256 jobId) external view returns (Check memory) {
        return _checks[jobId];
    }

    /// @inheritdoc IJobChecks
    function votesOf(uint256 jobId) external view returns (Vote[] memory) {
        return _votes[jobId];
    }

    /// @inheritdoc IJobChecks
    function arbitrationCost() public view returns (uint256) {
        return arbitrator.arbitrationCost("");
    }

    /// @inheritdoc IJobChecks
    function escalationBond() public view returns (uint256) {
        return 2 * Math.max(arbitrationCost(), _minimumBond);
    }

    /// @inheritdoc IJobChecks
    function commitmentOf(
        uint256 jobId,
        uint8 round,
        address verifier,
        bytes32 verdict,
        bytes32 salt
    ) public pure returns (bytes32) {
        return keccak256(abi.encode(jobId, round, verifier, verdict, salt));
    }

    function _new(
        uint256 jobId,
        address requester,
        address operator,
        uint8 verification
    ) private returns (Check storage check) {
        check = _checks[jobId];
        check.requester = requester;
        check.operator = operator;
        check.verification = verification;
    }

    function _request(uint256 jobId, Check storage check, bool certain) private {
        uint48 drawBlock = uint48(block.number + DRAW_DELAY);
        check.stage = Stage.Requested;
        check.certain = certain;
        check.drawBlock = drawBlock;
        emit CheckRequested(jobId, drawBlock, certain);
    }

    function _stick(uint256 jobId, Check storage check) private returns (uint40 deadline) {
        deadline = _in(ARBITRATION_PERIOD);
        check.stage = Stage.Stuck;
        check.deadline = deadline;
        emit CheckStuck(jobId, deadline);
    }

    /// @dev The arbitrator is of the set, immutable, and called with all the gas there is: a failure of his must be the caller's, or who
    /// fears the ruling could make it fail.
    function _arbitrate(
        uint256 jobId,
        Check storage check,
        address payer,
        uint256 value
    ) private returns (uint40 deadline) {
        uint256 cost = arbitrationCost();
        if (value < cost) revert JobChecksWrongValue(cost, value);
        deadline = _in(ARBITRATION_PERIOD);
        check.stage = Stage.Arbitrated;
        check.deadline = deadline;
        if (value > cost) _credit(payer, value - cost, jobId);
        // No party sits on its own panel; and if none can be drawn, its cost comes back to the parties.
        bytes memory parties = abi.encode(JURORS, check.requester, check.operator);
        uint256 disputeId = arbitrator.createDispute{value: cost}(CHOICES, parties);
        check.disputeId = disputeId;
        _jobOfDispute[disputeId] = jobId;
        emit CheckArbitrated(jobId, disputeId, payer, deadline);
    }

    function _closeUndrawn(uint256 jobId, Check storage check) private {
        check.stage = Stage.Closed;
        emit CheckNotDrawn(jobId);
        jobMarket.endCheck(jobId, IJobMarket.Outcome.Right, new address[](0));
    }

    function _endRuled(uint256 jobId, Check storage check) private {
        uint256 ruling = check.ruling;
        if (ruling == RULED_RIGHT) _end(jobId, check, IJobMarket.Outcome.Right);
        else if (ruling == RULED_WRONG) _end(jobId, check, IJobMarket.Outcome.Wrong);
        else _end(jobId, check, IJobMarket.Outcome.Undecided);
    }

    /// @dev Pays the verifiers of the outcome's opinion, all who revealed when there is none, and takes the others' penalty.
    function _end(uint256 jobId, Check storage check, IJobMarket.Outcome outcome) private {
        check.stage = Stage.Closed;
        emit CheckClosed(jobId, uint8(outcome));
        _payBond(jobId, check, outcome);
        Vote[] storage votes = _votes[jobId];
        bytes32 outputHash = check.outputHash;
        address[] memory paid = new address[](votes.length);
        uint256 count;
        for (uint256 i = 0; i < votes.length; ++i) {
            if (!votes[i].revealed) continue;
            bool saysRight = votes[i].verdict == outputHash;
            if (outcome == IJobMarket.Outcome.Undecided || saysRight == (outcome == IJobMarket.Outcome.Right)) {
                paid[count++] = votes[i].verifier;
            } else {
                uint256 taken = _penalize(jobId, votes[i].verifier, false);
                if (taken > 0) _credit(rewards, taken, jobId);
            }
        }
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(paid, count)
        }
        jobMarket.endCheck(jobId, outcome, paid);
    }

    /// @dev Back to the escalator, unless the ruling confirms the verifiers.
    function _payBond(uint256 jobId, Check storage check, IJobMarket.Outcome outcome) private {
        uint256 bond = check.bond;
        if (bond == 0) return;
        check.bond = 0;
        bool confirmed = outcome == (check.right ? IJobMarket.Outcome.Right : IJobMarket.Outcome.Wrong);
        address other = check.right ? check.operator : check.requester;
        _credit(confirmed ? other : check.escalator, bond, jobId);
    }

    function _penalizeAbsent(uint256 jobId) private {
        Vote[] storage votes = _votes[jobId];
        uint256 bounty;
        uint256 rest;
        for (uint256 i = votes.length - VERIFIERS; i < votes.length; ++i) {
            if (votes[i].revealed) continue;
            uint256 taken = _penalize(jobId, votes[i].verifier, true);
            uint256 part = (taken * BOUNTY) / PPM;
            bounty += part;
            rest += taken - part;
        }
        if (bounty > 0) _credit(_msgSender(), bounty, jobId);
        if (rest > 0) _credit(rewards, rest, jobId);
    }

    function _penalize(uint256 jobId, address verifier, bool absent) private returns (uint256 taken) {
        taken = operatorRegistry.penalize(verifier, penalty);
        emit VerifierPenalized(jobId, verifier, taken, absent);
    }

    function _credit(address account, uint256 amount, uint256 jobId) private {
        creditOf[account] += amount;
        emit Credited(account, amount, jobId);
    }

    /// @dev In class 1 two must have got the same other output; in class 2 outputs differ from machine to machine, and two must have
    /// found the operator's out of tolerance.
    function _count(
        uint256 jobId,
        uint8 verification,
        bytes32 outputHash
    ) private view returns (uint256 revealed, uint256 right, uint256 wrong) {
        Vote[] storage votes = _votes[jobId];
        for (uint256 i = votes.length - VERIFIERS; i < votes.length; ++i) {
            if (!votes[i].revealed) continue;
            ++revealed;
            bytes32 verdict = votes[i].verdict;
            if (verdict == outputHash) {
                ++right;
                continue;
            }
            uint256 same = 1;
            for (uint256 j = votes.length - VERIFIERS; j < i; ++j) {
                if (!votes[j].revealed || votes[j].verdict == outputHash) continue;
                if (verification == JobClass.TOLERANCE || votes[j].verdict == verdict) ++same;
            }
            wrong = Math.max(wrong, same);
        }
    }

    function _excluded(uint256 jobId, Check storage check) private view returns (address[] memory excluded) {
        Vote[] storage votes = _votes[jobId];
        excluded = new address[](votes.length + 2);
        (excluded[0], excluded[1]) = (check.requester, check.operator);
        for (uint256 i = 0; i < votes.length; ++i) excluded[i + 2] = votes[i].verifier;
    }

    function _allCommitted(uint256 jobId) private view returns (bool) {
        Vote[] storage votes = _votes[jobId];
        for (uint256 i = votes.length - VERIFIERS; i < votes.length; ++i) {
            if (votes[i].commitment == 0) return false;
        }
        return true;
    }

    function _voteOf(uint256 jobId, uint8 round, address verifier) private view returns (Vote storage) {
        Vote[] storage votes = _votes[jobId];
        for (uint256 i = 0; i < votes.length; ++i) {
            if (votes[i].verifier == verifier && votes[i].round == round) return votes[i];
        }
        revert JobChecksNotVerifier(jobId, verifier);
    }

    function _in(uint40 period) private view returns (uint40) {
        return uint40(block.timestamp) + period;
    }

    function _inStage(uint256 jobId, Stage stage) private view returns (Check storage check) {
        check = _checks[jobId];
        if (check.stage != stage) revert JobChecksWrongStage(jobId, check.stage);
    }
}
