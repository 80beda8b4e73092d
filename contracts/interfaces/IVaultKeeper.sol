// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILicenseToken} from "./ILicenseToken.sol";

/// @title What is common to contracts that hold works for many: the work lies in a vault, a steward looks after its offers.
interface IVaultKeeper {
    event WorkDeposited(uint256 indexed workId, address indexed depositor, address indexed vault, address steward);
    event StewardSet(uint256 indexed workId, address indexed steward);
    event Collected(uint256 indexed workId, address indexed currency, uint256 amount);

    error VaultKeeperNotOwner(uint256 workId, address caller);
    error VaultKeeperNotSteward(uint256 workId, address caller);
    error VaultKeeperNotHeld(uint256 workId);
    /// @notice A work whose income the ledger splits has no owner's share to hold.
    error VaultKeeperHasSplit(uint256 workId);
    error VaultKeeperTooManyCurrencies(uint256 count);
    error VaultKeeperNotVault(address sender);

    /// @notice Offers licenses, as the work's owner. Only the steward.
    function setOffer(
        uint256 workId,
        ILicenseToken.Terms calldata terms,
        ILicenseToken.OfferParams calldata offer
    ) external returns (uint256 offerId);

    /// @notice Ends an offer. Only the steward.
    function closeOffer(uint256 workId, uint256 offerId) external;

    /// @notice Points the work at new metadata. Only the steward.
    function setMetadata(uint256 workId, bytes32 metadataDigest) external;

    /// @notice Where a deposited work lies, or will: the owner that the register names.
    function vaultOf(uint256 workId) external view returns (address);

    function stewardOf(uint256 workId) external view returns (address);
}
