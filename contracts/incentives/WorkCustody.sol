// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ILicenseToken} from "../interfaces/ILicenseToken.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {IWorkCustody} from "../interfaces/IWorkCustody.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {Addresses} from "../libraries/Wiring.sol";

/// @title Owns works for others, and brings in what the ledger owes their owner.
/// @notice The steward's part is narrow: offers and metadata. He can't move a work or its money. The ledger pays a work in this
/// custody only when this contract itself asks, so all that arrives is counted.
abstract contract WorkCustody is IWorkCustody, ERC2771Context, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 public constant MAX_CURRENCIES = 8;

    IWorkRegistry internal immutable _works;
    IRoyaltyLedger internal immutable _ledger;
    ILicenseToken internal immutable _licenses;

    mapping(uint256 workId => address) public stewardOf;
    mapping(uint256 workId => bool) public isHeld;

    modifier onlySteward(uint256 workId) {
        _requireSteward(workId);
        _;
    }

    constructor(Addresses memory house) {
        _works = IWorkRegistry(house.works);
        _ledger = IRoyaltyLedger(house.ledger);
        _licenses = ILicenseToken(house.licenses);
    }

    receive() external payable {
        if (msg.sender != address(_ledger)) revert WorkCustodyNotLedger(msg.sender);
    }

    /// @inheritdoc IWorkCustody
    function setOffer(
        uint256 workId,
        ILicenseToken.Terms calldata terms,
        ILicenseToken.OfferParams calldata offer
    ) external onlySteward(workId) returns (uint256 offerId) {
        _beforeOffer(workId, terms, offer);
        offerId = _licenses.setOffer(workId, terms, offer);
        _afterOffer(workId, offerId);
    }

    /// @inheritdoc IWorkCustody
    function closeOffer(uint256 workId, uint256 offerId) external onlySteward(workId) {
        if (_licenses.offerOf(offerId).workId != workId) revert WorkCustodyNotSteward(workId, _msgSender());
        _licenses.closeOffer(offerId);
    }

    /// @inheritdoc IWorkCustody
    function setMetadata(uint256 workId, bytes32 metadataDigest) external onlySteward(workId) {
        _works.setMetadata(workId, metadataDigest);
    }

    /// @dev Pays the depositor what was earned in these currencies until now, then takes the work from him.
    function _takeWork(uint256 workId, address steward, address[] calldata currencies) internal {
        address depositor = _msgSender();
        if (_registry().ownerOf(workId) != depositor) revert WorkCustodyNotOwner(workId, depositor);
        if (currencies.length > MAX_CURRENCIES) revert WorkCustodyTooManyCurrencies(currencies.length);
        if (_ledger.splitOf(workId) != 0) revert WorkCustodyHasSplit(workId);
        for (uint256 i = 0; i < currencies.length; ++i) _ledger.claim(workId, currencies[i]);
        isHeld[workId] = true;
        emit WorkDeposited(workId, depositor, steward);
        _setSteward(workId, steward);
        _registry().transferFrom(depositor, address(this), workId);
    }

    /// @dev Gives the work to somebody; it has no steward any more.
    function _giveWork(uint256 workId, address to) internal {
        isHeld[workId] = false;
        _setSteward(workId, address(0));
        _registry().transferFrom(address(this), to, workId);
    }

    /// @dev Brings in what the ledger owes the owner. Returns what arrived, which a token may have made less.
    function _fetch(uint256 workId, address currency) internal returns (uint256 amount) {
        if (!isHeld[workId]) revert WorkCustodyNotHeld(workId);
        uint256 before = _balance(currency);
        _ledger.claim(workId, currency);
        amount = _balance(currency) - before;
        emit Collected(workId, currency, amount);
    }

    function _send(address currency, address to, uint256 amount) internal {
        if (currency == address(0)) Address.sendValue(payable(to), amount);
        else IERC20(currency).safeTransfer(to, amount);
    }

    function _setSteward(uint256 workId, address steward) internal {
        stewardOf[workId] = steward;
        emit StewardSet(workId, steward);
    }

    function _balance(address currency) internal view returns (uint256) {
        return currency == address(0) ? address(this).balance : IERC20(currency).balanceOf(address(this));
    }

    function _registry() internal view returns (IERC721) {
        return IERC721(address(_works));
    }

    /// @dev What must hold before the steward offers licenses.
    // solhint-disable-next-line no-empty-blocks
    function _beforeOffer(
        uint256 workId,
        ILicenseToken.Terms calldata terms,
        ILicenseToken.OfferParams calldata offer
    ) internal virtual {}

    // solhint-disable-next-line no-empty-blocks
    function _afterOffer(uint256 workId, uint256 offerId) internal virtual {}

    function _requireSteward(uint256 workId) private view {
        address caller = _msgSender();
        if (caller == address(0) || stewardOf[workId] != caller) revert WorkCustodyNotSteward(workId, caller);
    }
}
