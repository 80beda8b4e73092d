// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IArbitrable} from "./IArbitrable.sol";
import {IEvidence} from "./IEvidence.sol";

/// @title Disputes over works, licenses and results, decided by an arbitrator that is pinned when a dispute is opened.
/// @notice What a dispute can do is fixed here: hold revenue that arrives after it was opened (45 days, the owner's share only),
/// and after a ruling for the claimant put a lien on the owner's share, block new licenses, revoke named licenses, free
/// the content hash of an exact duplicate, slash an operator. Nothing else.
interface IDisputeModule is IArbitrable, IEvidence {
    enum Claim {
        None,
        ExactDuplicate,
        NearDuplicate,
        LicenseBreach,
        MissingParent,
        ResultFraud
    }

    /// @dev Opened: waits for an answer. Answered: waits for the arbitrator to be asked. Arbitrating: waits for the ruling.
    /// Ruled: for the claimant, effects wait to be executed. Ended: nothing is left but pulling credits.
    enum Status {
        None,
        Opened,
        Answered,
        Arbitrating,
        Ruled,
        Ended
    }

    /// @param claim What is claimed; not `None`, and `ExactDuplicate` only by its own function.
    /// @param effects What the claimant asks for, bits: 1 lien, 2 block new licenses, 4 revoke licenses, 8 free the content
    /// hash, 16 slash the operator. Each claim allows its own.
    /// @param jurors How many jurors the arbitrator should ask, an odd number; the cost is in the bond.
    /// @param lienPpm Part of the owner's share asked for, ppm; 1_000_000 = all of it. Zero without a lien.
    /// @param workId The work complained of; zero for a mere license breach and for result fraud.
    /// @param otherWork The work that was copied, licensed or left out, which a lien pays; zero for exact duplicates and fraud.
    /// @param jobId The job of a fraudulent result, else zero.
    /// @param slashAmount Stake asked for, wei, else zero.
    /// @param arbitrator One of the list.
    /// @param currencies Whose revenue is held meanwhile, at most 8.
    /// @param licenseIds Licenses to revoke, at most 16, of `otherWork` and of one holder.
    struct NewDispute {
        Claim claim;
        uint8 effects;
        uint8 jurors;
        uint24 lienPpm;
        uint64 workId;
        uint64 otherWork;
        uint64 jobId;
        uint96 slashAmount;
        address arbitrator;
        address[] currencies;
        uint256[] licenseIds;
    }

    /// @param claimant Who opened it.
    /// @param respondent Owner, license holder or operator when it was opened; later who answered.
    /// @param deadline Block time of the step that comes next (`poke` after it).
    /// @param effects Effects that are not executed yet.
    /// @param ruling 0 none, or refused, 1 for the claimant, 2 for the respondent.
    /// @param holds Whether the dispute holds revenue of the work.
    /// @param bond What each side puts in, wei.
    /// @param pot What both sides put in, less what was paid to the arbitrator, wei; zero when it was given out.
    struct DisputeRecord {
        address claimant;
        uint40 deadline;
        Claim claim;
        Status status;
        uint8 effects;
        uint8 ruling;
        uint8 jurors;
        bool holds;
        address respondent;
        uint96 bond;
        address arbitrator;
        uint96 pot;
        uint64 workId;
        uint64 otherWork;
        uint64 jobId;
        uint40 openedAt;
        uint24 lienPpm;
        uint96 slashAmount;
        uint256 caseId;
    }

    event DisputeOpened(
        uint256 indexed disputeId,
        uint256 indexed workId,
        address indexed claimant,
        Claim claim,
        uint256 otherWork,
        address respondent,
        address arbitrator,
        uint256 bond,
        uint8 effects,
        uint40 answerBy,
        bool holds
    );
    event DisputeAnswered(uint256 indexed disputeId, address indexed respondent, uint40 askBy);
    event ArbitrationStarted(uint256 indexed disputeId, address indexed arbitrator, uint256 caseId, uint256 cost);
    /// @param byDefault True if nobody answered.
    event DisputeRuled(uint256 indexed disputeId, uint256 ruling, bool byDefault);
    event EffectsExecuted(uint256 indexed disputeId, uint8 effects);
    event HoldReleased(uint256 indexed disputeId, uint256 indexed workId);
    event DisputeEnded(uint256 indexed disputeId, uint256 ruling);
    event Credited(address indexed account, uint256 amount, uint256 indexed disputeId);
    event Withdrawn(address indexed account, address indexed to, uint256 amount);
    event ArbitratorSet(address indexed arbitrator, bool listed);
    event BondRuleSet(uint96 minimum, uint24 ppm, uint96 cap);
    event RevenueMarked(uint256 indexed workId, uint128 direct);

    error DisputeModuleBadClaim(Claim claim);
    error DisputeModuleBadEffects(Claim claim, uint8 effects);
    error DisputeModuleBadLien(uint24 ppm);
    error DisputeModuleUnknownWork(uint256 workId);
    /// @notice No commitment of the claimant's is older than the work's.
    error DisputeModuleNotOlder(uint40 claimed, uint40 priorityAt);
    /// @notice Fingerprints without a content unit, or of different kinds, can't be compared on chain.
    error DisputeModuleNotComparable(uint16 header, uint16 otherHeader);
    error DisputeModuleTooFar(uint256 distance, uint256 threshold);
    error DisputeModuleNotOwner(uint256 workId, address caller);
    error DisputeModuleBadLicenses(uint256 licenseId);
    error DisputeModuleTooMany(uint256 count, uint256 limit);
    error DisputeModuleBadJob(uint256 jobId);
    /// @notice A job's result is disputed once.
    error DisputeModuleJobDisputed(uint256 jobId, uint256 disputeId);
    error DisputeModuleUnlistedArbitrator(address arbitrator);
    error DisputeModuleWrongBond(uint256 expected, uint256 received);
    error DisputeModuleUnknownDispute(uint256 disputeId);
    error DisputeModuleWrongStatus(uint256 disputeId, Status status);
    error DisputeModuleTooLate(uint256 disputeId, uint40 deadline);
    error DisputeModuleNotYourTurn(uint256 disputeId, address caller);
    error DisputeModuleNothingDue(uint256 disputeId);
    error DisputeModuleNotArbitrator(address caller, uint256 caseId);
    error DisputeModuleEffectsLeft(uint256 disputeId, uint8 effects);
    error DisputeModuleBadBondRule();
    error DisputeModuleMarkTooSoon(uint256 workId, uint40 notBefore);
    error DisputeModuleLongEvidence(uint256 length);
    error DisputeModuleTransferFailed(address to);

    /// @notice Opens a dispute other than over an exact duplicate. `msg.value` must be `bondOf(dispute)`.
    /// A near duplicate needs both fingerprints on chain, with the same header and content units at most 12 bits apart.
    function open(NewDispute calldata dispute) external payable returns (uint256 disputeId);

    /// @notice Opens a dispute over the same bytes: the caller proves that he committed to them before the work's priority.
    /// @param root The committed root, and
    /// @param salt the salt of the caller's leaf in it.
    /// @param proof Merkle proof of the leaf.
    function openExactDuplicate(
        NewDispute calldata dispute,
        bytes32 root,
        bytes32 salt,
        bytes32[] calldata proof
    ) external payable returns (uint256 disputeId);

    /// @notice Matches the bond, in 7 days (3 for results). The respondent, or after 3 days (1 for results) anybody for him:
    /// the owner may be a contract. The work's present owner counts as respondent.
    function answer(uint256 disputeId) external payable;

    /// @notice Asks the arbitrator, who is paid from the bonds. Anyone, in 7 days after the answer.
    function startArbitration(uint256 disputeId) external;

    /// @notice Brings evidence. Anyone, while it is not ruled, as often as needed and with the same document in other disputes.
    /// @param uri Where the document is, at most 512 bytes.
    function submitEvidence(uint256 disputeId, string calldata uri) external;

    /// @notice Ends a step whose time is over. Anyone. No answer: the claimant wins. Arbitrator not asked or silent:
    /// what is left of the bonds goes back, half each. Effects not executed in 30 days are dropped.
    function poke(uint256 disputeId) external;

    /// @notice Executes effects of a ruling for the claimant, as bits of `NewDispute.effects`. Anyone, in any order: one that
    /// can't be executed does not hold up the others.
    function execute(uint256 disputeId, uint8 effects) external;

    /// @notice Ends the hold of a dispute that is over, or whose lien is set. Anyone.
    function release(uint256 disputeId) external;

    /// @notice Remembers what the work earned until now, at most once in 90 days; see `recentRevenue`. Anyone.
    function mark(uint256 workId) external;

    function withdraw() external returns (uint256 amount);

    function withdrawTo(address to) external returns (uint256 amount);

    /// @notice Lists or unlists an arbitrator for new disputes. Only MODULES; open disputes keep theirs.
    function setArbitrator(address arbitrator, bool listed) external;

    /// @notice Sets the bond of new disputes. Only PARAMS: the minimum within 1/100 to 100 times the first one, at most
    /// 100_000 ppm of recent revenue, capped at 10 to 1_000 minimums.
    function setBondRule(uint96 minimum, uint24 ppm, uint96 cap) external;

    /// @notice The bond of a dispute as it would be opened now, wei.
    function bondOf(NewDispute calldata dispute) external view returns (uint256);

    /// @notice Direct revenue of a work in the chain's coin since the last but one mark, wei: of the last 90 days and more, of
    /// all time if nobody marked it. Other currencies don't count, since their worth can't be known here.
    function recentRevenue(uint256 workId) external view returns (uint256);

    function disputeOf(uint256 disputeId) external view returns (DisputeRecord memory);

    function licensesOf(uint256 disputeId) external view returns (uint256[] memory);

    function totalDisputes() external view returns (uint256);

    function isListed(address arbitrator) external view returns (bool);

    function creditOf(address account) external view returns (uint256);
}
