// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IArbitrable} from "./IArbitrable.sol";

/// @title Checks of submitted jobs: verifiers drawn by stake, hidden verdicts, and the arbitrator above them.
/// @notice A check of class 1 or 2 is asked for by the job market, when the requester was silent (a draw then decides whether it
/// takes place) or refused the result (then it does). Three verifiers run the job again and commit to what they got; when all
/// commitments are in, they reveal. Two of three decide. The loser may escalate to the arbitrator, with a bond.
/// Everything here has a deadline, and after it anybody can go on: `draw`, `tally`, `close`.
interface IJobChecks is IArbitrable {
    /// @dev Requested: waits for its draw. Drawn: verifiers commit, then reveal. Decided: the loser may escalate. Stuck: waits for
    /// somebody to bring it before the arbitrator. Arbitrated: waits for the ruling. Closed: the job has ended. Ruled: there is a
    /// ruling, which took more gas to execute than the arbitrator gave: anybody can `close` now.
    enum Stage {
        None,
        Requested,
        Drawn,
        Decided,
        Stuck,
        Arbitrated,
        Closed,
        Ruled
    }

    /// @param requester Of the job.
    /// @param stage Where the check is.
    /// @param tier Operator's, by which the chance of a check goes.
    /// @param verification Class of the job.
    /// @param certain Verifiers are drawn whatever the draw says.
    /// @param disputed The requester refused the result.
    /// @param round 0, or 1 after verifiers came to no majority.
    /// @param right What the verifiers decided, when Decided or escalated.
    /// @param ruling The arbitrator's, once there is one: 1 the operator is right, 2 the requester, 0 refused to arbitrate.
    /// @param operator Of the job.
    /// @param deadline Drawn: end of the commitments; Decided, Stuck, Arbitrated: end of that stage. Block time.
    /// @param drawBlock Block whose hash draws.
    /// @param disputeId The arbitrator's number, when Arbitrated.
    /// @param escalator Who paid the bond, when a decision was escalated.
    /// @param outputHash What the operator submitted; known from the first `tally` on.
    /// @param bond Of the escalator, without the arbitrator's cost, wei.
    struct Check {
        address requester;
        Stage stage;
        uint8 tier;
        uint8 verification;
        bool certain;
        bool disputed;
        uint8 round;
        bool right;
        uint8 ruling;
        address operator;
        uint40 deadline;
        uint48 drawBlock;
        uint256 disputeId;
        address escalator;
        uint96 bond;
        bytes32 outputHash;
    }

    /// @param round In which it was drawn.
    /// @param commitment keccak256(abi.encode(jobId, round, verifier, verdict, salt)); zero until committed.
    /// @param verdict SHA-256 of the output as the verifier got it; in class 2 the operator's own hash when within tolerance.
    struct Vote {
        address verifier;
        uint8 round;
        bool revealed;
        bytes32 commitment;
        bytes32 verdict;
    }

    event CheckRequested(uint256 indexed jobId, uint256 drawBlock, bool certain);
    /// @notice The draw decided against a check, or too few verifiers are there: the operator is paid.
    event CheckNotDrawn(uint256 indexed jobId);
    event CheckDrawn(uint256 indexed jobId, uint8 round, address[] verifiers, uint40 commitUntil, uint40 revealUntil);
    event VerdictCommitted(uint256 indexed jobId, address indexed verifier, bytes32 commitment);
    event VerdictRevealed(uint256 indexed jobId, address indexed verifier, bytes32 verdict);
    event CheckDecided(uint256 indexed jobId, bool right, uint40 escalateUntil);
    /// @notice The arbitrator's word is known, and nothing can change it; `CheckClosed` says when it is executed.
    event CheckRuled(uint256 indexed jobId, uint256 ruling);
    event CheckStuck(uint256 indexed jobId, uint40 referUntil);
    event CheckArbitrated(uint256 indexed jobId, uint256 indexed disputeId, address indexed payer, uint40 ruleUntil);
    /// @param outcome 0 right, 1 wrong, 2 undecided (`IJobMarket.Outcome`).
    event CheckClosed(uint256 indexed jobId, uint8 outcome);
    event VerifierPenalized(uint256 indexed jobId, address indexed verifier, uint256 amount, bool absent);
    event Credited(address indexed account, uint256 amount, uint256 indexed jobId);
    event Withdrawn(address indexed account, address indexed to, uint256 amount);

    error JobChecksNotJobMarket(address caller);
    error JobChecksNotArbitrator(address caller);
    error JobChecksWrongStage(uint256 jobId, Stage stage);
    error JobChecksTooEarly(uint256 jobId, uint256 notBefore);
    error JobChecksTooLate(uint256 jobId, uint40 deadline);
    error JobChecksNotVerifier(uint256 jobId, address caller);
    error JobChecksAlreadyCommitted(uint256 jobId, address verifier);
    error JobChecksBadCommitment();
    error JobChecksBadReveal(uint256 jobId, address verifier);
    error JobChecksNotResult(uint256 jobId);
    error JobChecksNotLoser(uint256 jobId, address caller);
    error JobChecksWrongValue(uint256 expected, uint256 received);
    error JobChecksUnknownDispute(uint256 disputeId);
    error JobChecksTransferFailed(address to);

    /// @notice Asks for a check of a job. Only the job market.
    /// @param disputed The requester refused the result: the check takes place. Else a draw decides.
    function open(
        uint256 jobId,
        address requester,
        address operator,
        uint8 verification,
        uint8 tier,
        bool disputed
    ) external;

    /// @notice Brings a job of class 0 or 3 before the arbitrator, at the requester's expense. Only the job market.
    function openDispute(
        uint256 jobId,
        address requester,
        address operator,
        uint8 verification
    ) external payable returns (uint40 deadline);

    /// @notice Leaves it to anybody to bring a job of class 3 before the arbitrator (`refer`). Only the job market.
    function awaitReferral(
        uint256 jobId,
        address requester,
        address operator,
        uint8 verification
    ) external returns (uint40 deadline);

    /// @notice Draws, two blocks after the request at the earliest: whether there is a check, and who checks. Anyone. Whoever waits until
    /// the chain has forgotten the block (256 blocks) wins nothing: the check is then certain, and this call asks for a later block.
    function draw(uint256 jobId) external;

    /// @notice Commits to a verdict. Only a drawn verifier, within the time to commit, once.
    /// @param commitment `commitmentOf` its verdict and a secret salt.
    function commit(uint256 jobId, bytes32 commitment) external;

    /// @notice Reveals a verdict, when all have committed or the time to commit is over. Only who committed to it.
    function reveal(uint256 jobId, bytes32 verdict, bytes32 salt) external;

    /// @notice Counts the verdicts, when all are revealed or the time is over. Anyone: who does it is paid a twentieth of what absent
    /// verifiers lose. No two verdicts the same: three others are drawn; again none: the job waits for the arbitrator.
    /// @param specDigest As in `JobPosted`; output and receipt as in `JobSubmitted`.
    function tally(uint256 jobId, bytes32 specDigest, bytes32 outputHash, bytes32 receiptDigest) external;

    /// @notice Brings a decision before the arbitrator. Only who lost by it, with `escalationBond` sent; what is more is credited.
    function escalate(uint256 jobId) external payable;

    /// @notice Brings a stuck job before the arbitrator. Anyone who pays his cost (`arbitrationCost`); what is more is credited.
    function refer(uint256 jobId) external payable;

    /// @notice Ends a check whose deadline has passed: a decision nobody escalated holds; without a ruling the price is split. A
    /// ruling that could not be executed at once is, at any time. Anyone.
    function close(uint256 jobId) external;

    /// @notice Pays out what the caller is owed here, in the chain's coin.
    function withdraw(address to) external returns (uint256 amount);

    function checkOf(uint256 jobId) external view returns (Check memory);

    /// @notice All verifiers drawn for a job, by round, and their verdicts.
    function votesOf(uint256 jobId) external view returns (Vote[] memory);

    function commitmentOf(
        uint256 jobId,
        uint8 round,
        address verifier,
        bytes32 verdict,
        bytes32 salt
    ) external pure returns (bytes32);

    /// @notice What the arbitrator asks for deciding about a job, wei.
    function arbitrationCost() external view returns (uint256);

    /// @notice What `escalate` takes, wei: twice the arbitrator's cost, or twice the minimum stake if that is more. The cost is spent;
    /// the rest comes back unless the ruling confirms the verifiers, when the other side gets it.
    function escalationBond() external view returns (uint256);

    function creditOf(address account) external view returns (uint256);
}
