// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title What a ruling may do to licenses. Only the dispute module.
interface ILicenseRulings {
    function setBlocked(uint256 workId, bool blocked) external;

    function revoke(uint256 licenseId) external;
}

/// @title What a ruling may do to an operator. Only the dispute module.
interface IOperatorRulings {
    function slashByRuling(address operator, uint128 amount, address beneficiary) external returns (uint256 taken);
}
