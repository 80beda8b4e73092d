// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Jobs for generation nodes: escrow, accept, submit, check, settle, and an end for every job.
/// @notice Every state other than the three final ones has a deadline after which anybody can move the job on: `poke` here, or
/// `draw`, `tally` and `close` of the job checks for jobs that are Checking or Disputed.
/// Verification classes: 0 review by the requester, whose silence settles; 1 bit-exact and 2 tolerance, where a silent or
/// refusing requester has the result checked by verifiers; 3 arbitrator, where the requester's silence goes to the arbitrator.
interface IJobMarket {
    /// @dev Final: Settled, Refunded, Split. Checking came after them: verifiers (class 1 and 2) decide; Disputed: the arbitrator.
    enum Status {
        None,
        Posted,
        Accepted,
        Submitted,
        Disputed,
        Settled,
        Refunded,
        Split,
        Checking
    }

    /// @notice How a check or an arbitration ended.
    enum Outcome {
        Right,
        Wrong,
        Undecided
    }

    /// @param modelWork Work id of the model to run; its share of the price is paid to it at settlement.
    /// @param operator Only this operator may accept; zero = any.
    /// @param currency ERC-20 address, or zero for the chain's coin.
    /// @param price Escrowed, smallest units; greater than 0. Classes 1 and 2 escrow the verifiers' pay as well (`escrowFor`).
    /// @param specDigest SHA-256 of the job's specification (a raw IPFS block).
    /// @param acceptWithin Seconds from posting to the latest acceptance (60 s to 30 d).
    /// @param submitWithin Seconds from acceptance to the latest submission (10 s to 30 d).
    /// @param reviewWithin Seconds from submission in which the requester may settle or dispute (10 s to 30 d).
    /// @param verification Class, 0 to 3.
    /// @param coinRate What 1e18 smallest units of the currency are worth to the requester, wei: the operator's stake goes by it. 0 =
    /// unknown (class 0 and 3 then lock the registry's minimum stake; 1 and 2 refuse). Not read for the chain's coin.
    /// @param referrer Who brought the job: gets half of the protocol's share. Zero = nobody.
    struct NewJob {
        uint64 modelWork;
        address operator;
        address currency;
        uint96 price;
        bytes32 specDigest;
        uint32 acceptWithin;
        uint32 submitWithin;
        uint32 reviewWithin;
        uint8 verification;
        uint128 coinRate;
        address referrer;
    }

    /// @dev Hashes of output and receipt are in `JobSubmitted`, and the specification's after the submission in `JobPosted`; `isResult`
    /// checks them.
    /// @param deadline Block time at which the present state times out. Of a job that is Checking, see the job checks.
    /// @param lockedStake Operator's stake held by this job, wei.
    /// @param modelShare Model's share of the price, ppm, as it was when the job was posted.
    /// @param specDigest Of the specification, until the submission; then zero.
    /// @param resultDigest `resultDigestOf` specification, output and receipt, from the submission on.
    /// @param protocolShare Protocol's share of the price, ppm, as it was when the job was posted.
    /// @param tier Tier by which the job is checked (class 1 and 2): 0, 1 or 2.
    /// @param checkFee Escrowed beside the price for verifiers; goes back when none worked.
    struct Job {
        address requester;
        address operator;
        address currency;
        uint96 price;
        uint64 modelWork;
        uint24 modelShare;
        uint8 verification;
        Status status;
        uint40 deadline;
        uint32 submitWithin;
        uint32 reviewWithin;
        uint128 lockedStake;
        bytes32 specDigest;
        bytes32 resultDigest;
        uint24 protocolShare;
        uint8 tier;
        uint256 checkFee;
        address referrer;
    }

    event ModelShareSet(uint256 indexed modelWork, uint24 share);
    event ProtocolShareSet(uint24 share);
    /// @param fromBalance Part of the escrow taken from the requester's balance; the rest came with the call.
    /// @param escrow Price and, in class 1 and 2, the verifiers' pay.
    event JobPosted(
        uint256 indexed jobId,
        address indexed requester,
        uint256 indexed modelWork,
        address operator,
        address currency,
        uint96 price,
        uint24 modelShare,
        bytes32 specDigest,
        uint8 verification,
        uint40 deadline,
        uint256 escrow,
        uint256 fromBalance
    );
    event JobAccepted(uint256 indexed jobId, address indexed operator, uint40 deadline);
    event JobSubmitted(
        uint256 indexed jobId,
        address indexed operator,
        bytes32 outputHash,
        bytes32 receiptDigest,
        uint40 deadline
    );
    event JobDisputed(uint256 indexed jobId, bytes32 reasonDigest, uint40 deadline);
    /// @notice Verifiers may look at the job now. `certain`: they will; else a draw decides whether.
    event JobChecking(uint256 indexed jobId, bool certain, bytes32 reasonDigest);
    event JobSettled(uint256 indexed jobId, address indexed operator, uint256 operatorAmount, uint256 modelAmount);
    event JobRefunded(uint256 indexed jobId, address indexed requester, uint256 amount, uint256 slashed);
    event JobSplit(uint256 indexed jobId, uint256 requesterAmount, uint256 operatorAmount);
    /// @notice Added to an account's balance. For jobs settled together one amount for all of an operator in a row, with the
    /// first job's id.
    event Credited(address indexed account, address indexed currency, uint256 amount, uint256 indexed jobId);
    /// @notice Added to an account's balance by itself.
    event Deposited(address indexed account, address indexed currency, uint256 amount);
    /// @notice A token refused the ledger: the model's part waits here for `payModel`.
    event ModelOwed(uint256 indexed modelWork, address indexed currency, uint256 amount, uint256 indexed jobId);
    event ModelPaid(uint256 indexed modelWork, address indexed currency, uint256 amount);
    event Withdrawn(address indexed account, address indexed currency, address indexed to, uint256 amount);

    error JobMarketUnknownJob(uint256 jobId);
    error JobMarketWrongStatus(uint256 jobId, Status status);
    error JobMarketBadWindow(uint32 window);
    error JobMarketBadPrice();
    error JobMarketWrongValue(uint256 expected, uint256 received);
    error JobMarketUnknownModel(uint256 modelWork);
    error JobMarketBadVerification(uint8 verification);
    error JobMarketRateNeeded();
    error JobMarketNotRequester(uint256 jobId, address caller);
    error JobMarketNotOperator(uint256 jobId, address caller);
    error JobMarketNotChecks(address caller);
    error JobMarketNotModelOwner(uint256 modelWork, address caller);
    error JobMarketShareTooHigh(uint24 share);
    error JobMarketDeadlinePassed(uint256 jobId, uint40 deadline);
    error JobMarketNothingDue(uint256 jobId);
    error JobMarketTooManyJobs(uint256 count);
    error JobMarketTransferFailed(address to);

    /// @notice Sets the model's share of each future job's price, ppm (at most 500_000). Only the model work's owner.
    function setModelShare(uint256 modelWork, uint24 share) external;

    /// @notice Sets the protocol's share of each future job's price, ppm (at most 50_000). Restricted.
    function setProtocolShare(uint24 share) external;

    /// @notice Adds to the caller's balance, from which `post` takes first: coin sent, or ERC-20 taken from the caller; what arrived
    /// is credited.
    function deposit(address currency, uint256 amount) external payable;

    /// @notice Posts a job and escrows `escrowFor` it. In the chain's coin, what is sent is added to the caller's balance, which must
    /// then cover the escrow. In a token, the balance goes first, and only the rest is taken from the caller.
    function post(NewJob calldata job) external payable returns (uint256 jobId);

    /// @notice Takes a posted job back before anyone accepted it. Only the requester. The posting fee is kept.
    function cancel(uint256 jobId) external;

    /// @notice Accepts a job, locking stake worth a part of the price. A registered operator.
    function accept(uint256 jobId) external;

    /// @notice Submits the output's hash and the receipt. Only the accepting operator, before the deadline.
    function submit(uint256 jobId, bytes32 outputHash, bytes32 receiptDigest) external;

    /// @notice Pays operator and model. Only the requester while the review window is open; then `poke` does it.
    function settle(uint256 jobId) external;

    /// @notice Settles many submitted jobs of the caller; at most 64. Jobs in a row with one operator, or one model, and one currency
    /// are paid together.
    function settleMany(uint256[] calldata jobIds) external;

    /// @notice Refuses a submission within the review window. Only the requester. Class 1 and 2: verifiers check it, paid by
    /// the loser, and nothing is sent. Class 0 and 3: the arbitrator decides, and his cost is sent (`IJobChecks.arbitrationCost`); what
    /// is more is credited.
    function dispute(uint256 jobId, bytes32 reasonDigest) external payable;

    /// @notice Moves a job whose deadline has passed on: unaccepted -> refunded; unsubmitted -> refunded and slashed; unreviewed ->
    /// settled (class 0), checked (1, 2) or up to the arbitrator (3). Anyone: who pokes is paid the posting fee of an unaccepted job,
    /// and a twentieth of what an operator loses who submitted nothing.
    function poke(uint256 jobId) external;

    /// @notice Ends a job that was checked or arbitrated. Only the job checks.
    /// @param verifiers Whom to pay for checking, in equal parts of the check fee.
    function endCheck(uint256 jobId, Outcome outcome, address[] calldata verifiers) external;

    /// @notice Pays what `owedToModel` says into the ledger, for the model's work. Anyone. Does nothing when nothing is owed.
    function payModel(uint256 modelWork, address currency) external returns (uint256 amount);

    /// @notice Pays out what the caller is owed.
    function withdraw(address currency) external returns (uint256 amount);

    function withdrawTo(address currency, address to) external returns (uint256 amount);

    function jobOf(uint256 jobId) external view returns (Job memory);

    function totalJobs() external view returns (uint256);

    /// @notice An account's balance: what it can withdraw, or post jobs with.
    function creditOf(address account, address currency) external view returns (uint256);

    /// @notice A model's parts of jobs whose token refused the ledger when they were settled.
    function owedToModel(uint256 modelWork, address currency) external view returns (uint256);

    function modelShareOf(uint256 modelWork) external view returns (uint24);

    /// @notice Protocol's share of each future job's price, ppm.
    function protocolShare() external view returns (uint24);

    /// @notice Whether a job's submission was of this output and receipt for this specification, by their digests.
    function isResult(
        uint256 jobId,
        bytes32 specDigest,
        bytes32 outputHash,
        bytes32 receiptDigest
    ) external view returns (bool);

    /// @notice keccak256(abi.encode(specDigest, outputHash, receiptDigest)).
    function resultDigestOf(bytes32 spec, bytes32 output, bytes32 receipt) external pure returns (bytes32);

    /// @notice What `post` escrows: the price and, in class 1 and 2, three verifiers' pay, a half of the price each.
    function escrowFor(uint96 price, uint8 verification) external pure returns (uint256);

    /// @notice Stake that an operator of `tier` must lock for such a job, wei. `coinRate`: 1e18 for the chain's coin. Class 1 and 2: its worth over the chance of a check, so
    /// that chance x stake > price, and a fifth of its worth. Class 0 and 3: a fifth of its worth.
    function stakeFor(uint96 price, uint128 coinRate, uint8 verification, uint8 tier) external view returns (uint256);
}
