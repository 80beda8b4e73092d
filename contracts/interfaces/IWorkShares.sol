// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Shares in works: the owner's share of a deposited work, in a million units that can be transferred (ERC-6909).
/// @notice The id of a unit is the work's. Income goes to who holds units when it is collected, exactly: what does not divide
/// among units stays with each holder for the next time.
interface IWorkShares {
    /// @param workId The work.
    /// @param granter Who gave the units, and gets back what did not vest if both sides agree to revoke.
    /// @param beneficiary Who gets them, and the income of all of them from the start.
    /// @param units Given in all.
    /// @param released Of those, moved to the beneficiary.
    /// @param start Block time from which they vest, linearly.
    /// @param cliff Seconds from the start before anything vests.
    /// @param duration Seconds from the start until all has vested.
    /// @param granterRevokes Whether the granter agreed to revoke.
    /// @param beneficiaryRevokes Whether the beneficiary did.
    struct Grant {
        uint64 workId;
        uint32 units;
        uint32 released;
        uint40 start;
        uint32 cliff;
        uint32 duration;
        address granter;
        address beneficiary;
        bool granterRevokes;
        bool beneficiaryRevokes;
    }

    event CurrencyAdded(uint256 indexed workId, address indexed currency);
    event IncomeClaimed(
        uint256 indexed workId,
        address indexed currency,
        address indexed holder,
        address to,
        uint256 amount
    );
    event GrantMade(
        uint256 indexed grantId,
        uint256 indexed workId,
        address indexed beneficiary,
        address granter,
        uint32 units,
        uint40 start,
        uint32 cliff,
        uint32 duration
    );
    event GrantReleased(uint256 indexed grantId, uint256 units);
    event GrantRevocationAgreed(uint256 indexed grantId, address indexed party);
    event GrantRevoked(uint256 indexed grantId, uint256 units);
    event WorkRedeemed(uint256 indexed workId, address indexed holder, address indexed to);

    error WorkSharesUnknownCurrency(uint256 workId, address currency);
    error WorkSharesNotMajority(uint256 workId, address caller);
    error WorkSharesNotAllUnits(uint256 workId, uint256 units);
    error WorkSharesBadGrant();
    error WorkSharesUnknownGrant(uint256 grantId);
    error WorkSharesNotParty(uint256 grantId, address caller);

    /// @notice Takes the caller's work (approve this contract first) and gives him all of its units.
    /// @param steward Who may set its offers and metadata.
    /// @param currencies Whose income is shared out, at most 8; what they earned until now is paid to the caller first.
    function deposit(uint256 workId, address steward, address[] calldata currencies) external;

    /// @notice Gives the work back to who holds all of its units, which end. Income collected before stays claimable.
    function redeem(uint256 workId, address to) external;

    /// @notice Shares out another currency's income. Only the steward; at most 8 in all.
    function addCurrency(uint256 workId, address currency) external;

    /// @notice Changes the steward. The steward himself, or who holds more than half of the units.
    function setSteward(uint256 workId, address steward) external;

    /// @notice Sets the part of a generation's price that a model's work asks. Only the steward.
    function setModelShare(uint256 workId, uint24 share) external;

    /// @notice Brings in what the ledger owes the work and shares it out among units as they are held now. Anyone.
    function collect(uint256 workId, address currency) external returns (uint256 amount);

    /// @notice Pays a holder what his units earned. Anyone.
    function claim(uint256 workId, address currency, address holder) external returns (uint256 amount);

    /// @notice As `claim`, the caller's own, to an address of his choice.
    function claimTo(uint256 workId, address currency, address to) external returns (uint256 amount);

    /// @notice Moves the caller's units into a grant for somebody.
    function grant(
        uint256 workId,
        address beneficiary,
        uint32 units,
        uint40 start,
        uint32 cliff,
        uint32 duration
    ) external returns (uint256 grantId);

    /// @notice Moves what has vested to the beneficiary. Anyone.
    function releaseGrant(uint256 grantId) external returns (uint256 units);

    /// @notice Pays the income of a grant's units to its beneficiary. Anyone.
    function claimGrant(uint256 grantId, address currency) external returns (uint256 amount);

    /// @notice Agrees to end a grant. It ends when both sides agreed: what vested goes to the beneficiary, the rest back.
    function agreeToRevoke(uint256 grantId) external;

    function currenciesOf(uint256 workId) external view returns (address[] memory);

    /// @notice What `claim` would pay now, not counting what was not collected.
    function claimable(uint256 workId, address currency, address holder) external view returns (uint256);

    function grantOf(uint256 grantId) external view returns (Grant memory);

    /// @notice The account that holds a grant's units: nobody's, made from its number.
    function grantAccount(uint256 grantId) external pure returns (address);

    /// @notice Units of a grant that have vested until now, incl. those released.
    function vestedOf(uint256 grantId) external view returns (uint256);
}
