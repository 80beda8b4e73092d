// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title What a ruling may do to the ledger. Only the dispute module.
interface ILedgerRulings {
    function hold(uint256 workId, address[] calldata currencies) external;

    function release(uint256 workId) external;

    function addLien(uint256 workId, uint24 ppm, uint256 beneficiaryWork, address beneficiary) external;
}

/// @title What a ruling may do to the register, and the older commitment that it needs to see.
interface IRegistryRulings {
    function clearContent(uint256 workId) external;

    function priorityAt(uint256 workId) external view returns (uint40);

    function committedAt(
        bytes32 contentHash,
        address owner,
        bytes32 salt,
        bytes32[] calldata proof
    ) external view returns (uint40);
}

/// @title What a ruling may do to licenses. Only the dispute module.
interface ILicenseRulings {
    function setBlocked(uint256 workId, bool blocked) external;

    function revoke(uint256 licenseId) external;
}

/// @title What a ruling may do to an operator. Only the dispute module.
interface IOperatorRulings {
    function slashByRuling(address operator, uint256 amount, address beneficiary) external;
}

/// @title Works whose income the ledger splits among payees.
interface ISplits {
    function splitOf(uint256 workId) external view returns (bytes32);
}
