// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The only contract that holds revenue of works.
/// @notice The absolute-edge rule. Work w has stack S(w) = sum over parents p of (share + S(p)). Its base is what was
/// paid to it directly plus what passed to it from children. Pulling edge c -> p for the part d of c's base that was
/// not pulled yet adds d to passed(p), undiminished, and floor(share * d) (as a difference of cumulative floors) to p's own
/// earnings from children. The owner's entitlement is
/// direct - ceil(direct * S(w)) + earned from children - claimed. Gas per call does not depend on depth.
/// A relative edge adds only its share to S(c); what crosses it, floor(share * d), enters p as if p had been paid directly, so
/// p's ancestors get their part of that.
interface IRoyaltyLedger {
    /// @param direct Paid to the work itself, smallest units, all time.
    /// @param passed Bases that crossed edges from children, and those of payments to the ancestors alone, all time.
    /// @param earned Work's own shares of its children's bases, all time.
    /// @param claimed Paid out to the owner, all time.
    struct Account {
        uint128 direct;
        uint128 passed;
        uint128 earned;
        uint128 claimed;
    }

    /// @notice A part of a work's owner-share that a ruling gave away.
    /// @param ppm Part of what the owner is due from the lien's start on.
    /// @param beneficiaryWork Work that is paid; 0 when it is an account.
    /// @param beneficiary Account that is credited when it is no work.
    /// @param heard True if an arbitrator ruled. Such liens come first; others, of disputes that nobody answered, share what those leave.
    struct Lien {
        uint24 ppm;
        uint64 beneficiaryWork;
        address beneficiary;
        bool heard;
    }

    /// @param purpose 0 gift, 1 license, 2 generation job (paid to the model's work), 3 sale, 4 lien, 5 pool, 6 resale of the work
    /// itself (only what `PaidUpstream` has no room for: works without ancestors).
    /// @param ref License id, job id, or by a lien the work it lies on, by purpose.
    event Paid(
        uint256 indexed workId,
        address indexed currency,
        address indexed payer,
        uint256 amount,
        uint8 purpose,
        uint256 ref
    );
    /// @notice Paid to the work's ancestors alone, such as the royalty of a resale.
    /// @param base Added to `passed`: what the work would have to earn for its ancestors to be due `amount`.
    event PaidUpstream(
        uint256 indexed workId,
        address indexed currency,
        address indexed payer,
        uint256 amount,
        uint256 base,
        uint256 ref
    );
    /// @param delta Part of the child's base that crossed.
    /// @param earned Parent's share of it: its own earning over an absolute edge, direct revenue over a relative one.
    event Pulled(
        uint256 indexed childId,
        uint256 indexed parentId,
        address indexed currency,
        uint256 delta,
        uint256 earned
    );
    event Claimed(uint256 indexed workId, address indexed currency, address indexed to, uint256 amount);

    event SplitSet(uint256 indexed workId, bytes28 splitHash);
    /// @notice A split work's revenue up to `total`, all time, was credited to its payees.
    event SplitClaimed(uint256 indexed workId, address indexed currency, uint256 total);
    event Credited(address indexed account, address indexed currency, uint256 amount, uint256 workId);
    event Withdrawn(address indexed account, address indexed currency, address indexed to, uint256 amount);
    event Held(uint256 indexed workId, uint40 until, address[] currencies);
    event Released(uint256 indexed workId);
    event LienAdded(
        uint256 indexed workId,
        uint256 indexed index,
        uint24 ppm,
        uint256 indexed beneficiaryWork,
        address beneficiary,
        bool heard
    );
    /// @param gross What the owner was due, all time, when the lien began to count in this currency.
    event LienStarted(uint256 indexed workId, uint256 indexed index, address indexed currency, uint256 gross);
    event LienSettled(uint256 indexed workId, uint256 indexed index, address indexed currency, uint256 amount);

    error RoyaltyLedgerUnknownWork(uint256 workId);
    error RoyaltyLedgerNothingPaid();
    error RoyaltyLedgerWrongValue(uint256 expected, uint256 received);
    error RoyaltyLedgerNotModule(address caller);
    error RoyaltyLedgerNotOwner(uint256 workId, address caller);
    error RoyaltyLedgerUnknownEdge(uint256 childId, uint256 index);
    error RoyaltyLedgerPathTooLong(uint256 hops);
    error RoyaltyLedgerBrokenPath(uint256 hop);
    error RoyaltyLedgerTooManyClaims(uint256 count);
    error RoyaltyLedgerTransferFailed(address to);
    error RoyaltyLedgerAmountTooLarge(uint256 amount);
    error RoyaltyLedgerTooManyPulls(uint256 count);
    /// @notice The work's revenue belongs to payees: `claimSplit`.
    error RoyaltyLedgerHasSplit(uint256 workId);
    error RoyaltyLedgerNotTheSplit(uint256 workId);
    /// @notice A contract of the set holds the token for others, and claims itself.
    error RoyaltyLedgerInCustody(uint256 workId, address custodian);
    error RoyaltyLedgerNotCoCreations(address caller);
    error RoyaltyLedgerNotDisputes(address caller);
    error RoyaltyLedgerAlreadyHeld(uint256 workId, uint40 until);
    error RoyaltyLedgerTooManyCurrencies(uint256 count);
    error RoyaltyLedgerTooManyLiens(uint256 workId);
    error RoyaltyLedgerBadLien(uint256 workId);
    error RoyaltyLedgerUnknownLien(uint256 workId, uint256 index);

    /// @notice Pays a work. Chain's coin: `currency` zero and `msg.value == amount`. ERC-20: taken from the caller; what
    /// arrived is credited.
    function pay(uint256 workId, address currency, uint256 amount) external payable;

    /// @notice Pays a work's ancestors, by the shares of its edges, and nothing to its owner: what is due of a resale. Coin and tokens
    /// as with `pay`. A work without ancestors gets it itself. One payment adds at most 2^96 - 1 to the work's base; what is beyond
    /// that is paid to the work.
    function payUpstream(uint256 workId, address currency, uint256 amount) external payable;

    /// @notice As `pay` in an ERC-20 with a permit (ERC-2612), signed by the caller for this contract. A permit that somebody
    /// used before in the caller's name does no harm.
    function payWithPermit(
        uint256 workId,
        address currency,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice As `pay` in an ERC-20 with an authorization (ERC-3009, `receiveWithAuthorization`) that `payer` signed. Anyone can
    /// send it: its nonce must be keccak256(abi.encode(workId, salt)), so the money can go to that work only.
    function payWithAuthorization(
        address payer,
        uint256 workId,
        address currency,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 salt,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice As `pay`, on behalf of `payer`, by a contract of the set (`isPayer`); with purpose 6 as `payUpstream`. An ERC-20 amount
    /// is taken from `payer`, who must have approved this contract.
    function payFrom(
        address payer,
        uint256 workId,
        address currency,
        uint256 amount,
        uint8 purpose,
        uint256 ref
    ) external payable;

    /// @notice Moves what is due over one edge of `childId`. Anyone.
    /// @return delta Part of the child's base that crossed.
    function pull(uint256 childId, uint256 edgeIndex, address currency) external returns (uint256 delta);

    /// @notice Pulls along a path, leaf first: `edgeIndexes[i]` is the edge of the i-th work, whose parent is the
    /// (i+1)-th. At most 32 hops.
    function pullPath(uint256 leafId, uint256[] calldata edgeIndexes, address currency) external;

    /// @notice Pulls edges of many works in one currency; at most 64. Children first, or parents miss what comes later.
    function pullMany(uint256[] calldata childIds, uint256[] calldata edgeIndexes, address currency) external;

    /// @notice Pays the work's entitlement to its current owner. Anyone. Does nothing when nothing is due. Not for a work with a
    /// split, nor one in custody of a contract of the set, which calls itself.
    function claim(uint256 workId, address currency) external returns (uint256 amount);

    /// @notice As `claim`, to an address of the owner's choice. Only the owner.
    function claimTo(uint256 workId, address currency, address to) external returns (uint256 amount);

    /// @notice Claims many works of any owners in one call; at most 64.
    function claimMany(uint256[] calldata workIds, address currency) external;

    /// @notice Credits a split work's revenue to the balances of its payees. Anyone; the arrays must be the split in force.
    /// However often it is called, each payee has got the same part of all the revenue, rounded down.
    /// @return amount Credited in all.
    function claimSplit(
        uint256 workId,
        address currency,
        address[] calldata payees,
        uint24[] calldata ppm
    ) external returns (uint256 amount);

    /// @notice Pays the caller's balance. Does nothing when it is empty.
    function withdraw(address currency) external returns (uint256 amount);

    /// @notice As `withdraw`, to an address of the caller's choice.
    function withdrawTo(address currency, address to) external returns (uint256 amount);

    /// @notice Says whose the revenue is: keccak256(abi.encode(payees, ppm)), shortened. Only `CoCreations`, which has the
    /// payees' signatures.
    function setSplit(uint256 workId, bytes28 splitHash) external;

    /// @notice Keeps back what the owner is due beyond this moment in up to 8 currencies, for 45 days or until `release`. What was
    /// due before, and what ancestors are due, is never held. One hold a work at a time. Only the dispute module.
    function hold(uint256 workId, address[] calldata currencies) external;

    /// @notice Ends a hold; nothing happens when there is none. Only the dispute module, after it added the liens of its ruling.
    function release(uint256 workId) external;

    /// @notice Gives a part of the owner-share away for ever: in currencies held now what arrived since the hold began, in others
    /// what arrives after `touch`. At most 8 liens a work, 4 of them not heard; the parts of either kind sum to at most the whole.
    /// Edges and stacks never change. Only the dispute module.
    /// @param beneficiaryWork Work that is paid as if directly, so its ancestors get their part; 0 for an account.
    /// @param beneficiary Account that is credited when `beneficiaryWork` is 0.
    /// @param heard True if an arbitrator ruled: it is paid before those that were not heard.
    function addLien(
        uint256 workId,
        uint24 ppm,
        uint256 beneficiaryWork,
        address beneficiary,
        bool heard
    ) external returns (uint256 index);

    /// @notice Starts a work's liens in a currency, from what has arrived by now. Anyone. Claims do it too.
    function touch(uint256 workId, address currency) external;

    /// @notice Pays what a lien is due to its beneficiary. Anyone.
    function settleLien(uint256 workId, uint256 index, address currency) external returns (uint256 amount);

    /// @notice An account's balance: credited by splits and liens, smallest units.
    function balanceOf(address account, address currency) external view returns (uint256);

    /// @notice The split in force, or 0 for a work whose revenue is its owner's.
    function splitOf(uint256 workId) external view returns (bytes28);

    /// @notice Until when the work's hold lasts; 0 when it has none.
    function heldUntil(uint256 workId) external view returns (uint40);

    /// @notice What the hold keeps back now.
    function heldAmount(uint256 workId, address currency) external view returns (uint256);

    function liensOf(uint256 workId) external view returns (Lien[] memory);

    /// @notice What `settleLien` would pay now.
    function lienDue(uint256 workId, uint256 index, address currency) external view returns (uint256);

    /// @notice What `claim`, or `claimSplit`, would pay now, not counting edges that nobody pulled yet.
    function claimable(uint256 workId, address currency) external view returns (uint256);

    /// @notice What `pull` would move over an edge now.
    function pullable(uint256 childId, uint256 edgeIndex, address currency) external view returns (uint256 delta);

    /// @notice Whether a contract may pay for others (`payFrom`): those of the set that sell something, for ever the same.
    function isPayer(address module) external view returns (bool);

    function accountOf(uint256 workId, address currency) external view returns (Account memory);
}
