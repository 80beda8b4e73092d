// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Stands in for the license token in tests of graphs: anybody makes a license of any parent, share and mode.
contract EdgeLicenses {
    struct EdgeLicense {
        uint256 workId;
        uint24 share;
        uint8 mode;
    }

    EdgeLicense[] private _licenses;

    function issue(uint256 workId, uint24 share, uint8 mode) external returns (uint256 licenseId) {
        _licenses.push(EdgeLicense(workId, share, mode));
        return _licenses.length;
    }

    function useFor(uint256 licenseId, address, uint256) external view returns (uint256, uint24, uint8) {
        EdgeLicense memory license = _licenses[licenseId - 1];
        return (license.workId, license.share, license.mode);
    }

    function issued() external view returns (uint256) {
        return _licenses.length;
    }
}
