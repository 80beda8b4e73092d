// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILicenseToken} from "./ILicenseToken.sol";

/// @title What is common to contracts that own works for many: a steward looks after a work's offers and metadata.
interface IWorkCustody {
    event WorkDeposited(uint256 indexed workId, address indexed depositor, address indexed steward);
    event StewardSet(uint256 indexed workId, address indexed steward);
    event Collected(uint256 indexed workId, address indexed currency, uint256 amount);

    error WorkCustodyNotOwner(uint256 workId, address caller);
    error WorkCustodyNotSteward(uint256 workId, address caller);
    error WorkCustodyNotHeld(uint256 workId);
    /// @notice A work whose income the ledger splits has no owner's share to hold.
    error WorkCustodyHasSplit(uint256 workId);
    error WorkCustodyTooManyCurrencies(uint256 count);
    error WorkCustodyNotLedger(address sender);

    /// @notice Offers licenses, as the work's owner. Only the steward.
    function setOffer(
        uint256 workId,
        ILicenseToken.Terms calldata terms,
        ILicenseToken.OfferParams calldata offer
    ) external returns (uint256 offerId);

    /// @notice Ends an offer of the work. Only the steward.
    function closeOffer(uint256 workId, uint256 offerId) external;

    /// @notice Points the work at new metadata. Only the steward.
    function setMetadata(uint256 workId, bytes32 metadataDigest) external;

    /// @notice Whether the work was deposited and not given back.
    function isHeld(uint256 workId) external view returns (bool);

    function stewardOf(uint256 workId) external view returns (address);
}
