// SPDX-License-Identifier: CC0-1.0
pragma solidity ^0.8.28;

/// @title The functions of ERC-5218, NFT rights management, that read (https://eips.ethereum.org/EIPS/eip-5218).
/// @notice Its functions that write don't fit: here a license is issued by a sale and revoked by a ruling, by nobody's will.
interface IERC5218Reads {
    /// @notice Whether a license is active; false for unknown and revoked ones.
    function isLicenseActive(uint256 licenseId) external view returns (bool);

    /// @notice Id of the token (work) that the license is to.
    function getLicenseTokenId(uint256 licenseId) external view returns (uint256);

    /// @notice Id of the license that this one descends from; 0 for a root.
    function getParentLicenseId(uint256 licenseId) external view returns (uint256);

    function getLicenseHolder(uint256 licenseId) external view returns (address);

    /// @notice Address of the license's text.
    function getLicenseURI(uint256 licenseId) external view returns (string memory);

    /// @notice Who can revoke the license.
    function getLicenseRevoker(uint256 licenseId) external view returns (address);
}
