// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The only contract that holds revenue of works.
/// @notice The absolute-edge rule. Work w has stack S(w) = sum over parents p of (share + S(p)). Its base is what was
/// paid to it directly plus what passed to it from children. Pulling edge c -> p for the part d of c's base that was
/// not pulled yet adds d to passed(p), undiminished, and floor(share * d) (as a difference of cumulative floors) to p's own
/// earnings from children. The owner's entitlement is
/// direct - ceil(direct * S(w)) + earned from children - claimed. Gas per call does not depend on depth.
interface IRoyaltyLedger {
    /// @param direct Paid to the work itself, smallest units, all time.
    /// @param passed Bases that crossed edges from children, all time.
    /// @param earned Work's own shares of its children's bases, all time.
    /// @param claimed Paid out to the owner, all time.
    struct Account {
        uint128 direct;
        uint128 passed;
        uint128 earned;
        uint128 claimed;
    }

    /// @param purpose 0 gift, 1 license, 2 generation job (paid to the model's work), 3 sale.
    /// @param ref License id or job id, by purpose.
    event Paid(
        uint256 indexed workId,
        address indexed currency,
        address indexed payer,
        uint256 amount,
        uint8 purpose,
        uint256 ref
    );
    event Pulled(
        uint256 indexed childId,
        uint256 indexed parentId,
        address indexed currency,
        uint256 delta,
        uint256 earned
    );
    event Claimed(uint256 indexed workId, address indexed currency, address indexed to, uint256 amount);

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

    /// @notice Pays a work. Chain's coin: `currency` zero and `msg.value == amount`. ERC-20: taken from the caller; what
    /// arrived is credited.
    function pay(uint256 workId, address currency, uint256 amount) external payable;

    /// @notice As `pay`, on behalf of `payer`, by the license token or the job market. An ERC-20 amount is taken from
    /// `payer`, who must have approved this contract.
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

    /// @notice Pays the work's entitlement to its current owner. Anyone. Does nothing when nothing is due.
    function claim(uint256 workId, address currency) external returns (uint256 amount);

    /// @notice As `claim`, to an address of the owner's choice. Only the owner.
    function claimTo(uint256 workId, address currency, address to) external returns (uint256 amount);

    /// @notice Claims many works of any owners in one call; at most 64.
    function claimMany(uint256[] calldata workIds, address currency) external;

    /// @notice What `claim` would pay now, not counting edges that nobody pulled yet.
    function claimable(uint256 workId, address currency) external view returns (uint256);

    /// @notice What `pull` would move over an edge now.
    function pullable(uint256 childId, uint256 edgeIndex, address currency) external view returns (uint256 delta);

    /// @notice Whether a contract may pay for others (`payFrom`): those of the set that sell something, for ever the same.
    function isPayer(address module) external view returns (bool);

    function accountOf(uint256 workId, address currency) external view returns (Account memory);
}
