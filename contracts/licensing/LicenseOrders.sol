// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ILicenseOrders} from "../interfaces/ILicenseOrders.sol";
import {ILicenseToken} from "../interfaces/ILicenseToken.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";

/// @title Licenses sold by signed orders.
/// @notice Immutable, without roles, and holds nothing: it checks that the work's owner signed what the buyer brings, and has
/// the license token issue it. The signature binds chain, contract, work, seller, terms, price, supply, holder, time, nonce and
/// counter; it is never a key itself, so a second form of the same signature is worth nothing.
/// @dev Made by the license token, which trusts no other contract to have checked a signature.
/// @custom:invariant I12 an order sells at most its supply, on one chain, through one contract, and nothing once cancelled
/// (test/solidity/LicenseTokenInvariant.t.sol).
contract LicenseOrders is ILicenseOrders, EIP712, ERC2771Context, ReentrancyGuardTransient {
    bytes32 public constant TERMS_TYPEHASH = keccak256(
        "Terms(uint16 flags,uint24 derivativeShare,uint32 duration,bytes32 legalText,uint8 exclusivity,uint8 shareMode,uint32 territories,uint16 channels)"
    );
    bytes32 public constant LICENSE_ORDER_TYPEHASH = keccak256(
        "LicenseOrder(uint256 workId,address seller,Terms terms,address currency,uint96 price,uint24 shareOverride,uint32 supply,address holder,uint40 expiresAt,uint256 nonce,uint256 counter)Terms(uint16 flags,uint24 derivativeShare,uint32 duration,bytes32 legalText,uint8 exclusivity,uint8 shareMode,uint32 territories,uint16 channels)"
    );

    ILicenseToken public immutable licenseToken;
    IERC721 public immutable workRegistry;

    mapping(address seller => uint256) public counterOf;
    mapping(bytes32 orderHash => uint32) public soldOf;
    mapping(address seller => mapping(uint256 word => uint256 bits)) private _usedNonces;

    constructor(Addresses memory house) EIP712("Colophon", "1") ERC2771Context(house.withSig) {
        Wiring.requireSame(msg.sender, house.licenses);
        licenseToken = ILicenseToken(house.licenses);
        workRegistry = IERC721(house.works);
    }

    /// @inheritdoc ILicenseOrders
    function fill(
        LicenseOrder calldata order,
        bytes calldata signature,
        address holder,
        uint24 maxStack
    ) external payable nonReentrant returns (uint256 licenseId) {
        if (block.timestamp > order.expiresAt) revert LicenseOrdersExpired(order.expiresAt);
        if (order.holder != address(0) && order.holder != holder) revert LicenseOrdersWrongHolder(holder);
        uint256 value = order.currency == address(0) ? order.price : 0;
        if (msg.value != value) revert LicenseOrdersWrongPayment(value, msg.value);
        if (order.counter != counterOf[order.seller]) revert LicenseOrdersOldCounter(order.seller, order.counter);
        if (workRegistry.ownerOf(order.workId) != order.seller) {
            revert LicenseOrdersNotWorkOwner(order.workId, order.seller);
        }
        bytes32 orderHash = digestOf(order);
        _count(order, orderHash);
        if (!SignatureChecker.isValidSignatureNow(order.seller, orderHash, signature)) {
            revert LicenseOrdersBadSignature(order.seller);
        }
        licenseId = licenseToken.issueSigned{value: value}(_saleOf(order, holder, maxStack));
        emit OrderFilled(orderHash, licenseId, order.seller, order.nonce);
    }

    /// @inheritdoc ILicenseOrders
    function cancelNonce(uint256 nonce) external {
        if (nonceUsed(_msgSender(), nonce)) revert LicenseOrdersNonceUsed(_msgSender(), nonce);
        _useNonce(_msgSender(), nonce);
    }

    /// @inheritdoc ILicenseOrders
    function raiseCounter() external returns (uint256 counter) {
        counter = ++counterOf[_msgSender()];
        emit CounterRaised(_msgSender(), counter);
    }

    /// @inheritdoc ILicenseOrders
    function nonceUsed(address seller, uint256 nonce) public view returns (bool) {
        return _usedNonces[seller][nonce >> 8] & (1 << (nonce & 0xff)) != 0;
    }

    /// @inheritdoc ILicenseOrders
    function digestOf(LicenseOrder calldata order) public view returns (bytes32) {
        return
            _hashTypedDataV4(
                keccak256(
                    // In two halves: all at once is more than the stack holds.
                    bytes.concat(
                        abi.encode(
                            LICENSE_ORDER_TYPEHASH,
                            order.workId,
                            order.seller,
                            keccak256(abi.encode(TERMS_TYPEHASH, order.terms)),
                            order.currency,
                            order.price
                        ),
                        abi.encode(
                            order.shareOverride,
                            order.supply,
                            order.holder,
                            order.expiresAt,
                            order.nonce,
                            order.counter
                        )
                    )
                )
            );
    }

    /// @dev Counts one sale, and ends the order's nonce with the last.
    function _count(LicenseOrder calldata order, bytes32 orderHash) private {
        if (nonceUsed(order.seller, order.nonce)) revert LicenseOrdersNonceUsed(order.seller, order.nonce);
        if (order.supply == 0) return;
        uint32 sold = 1;
        if (order.supply > 1) {
            sold += soldOf[orderHash];
            soldOf[orderHash] = sold;
        }
        if (sold == order.supply) _useNonce(order.seller, order.nonce);
    }

    function _useNonce(address seller, uint256 nonce) private {
        _usedNonces[seller][nonce >> 8] |= 1 << (nonce & 0xff);
        emit NonceUsed(seller, nonce);
    }

    function _saleOf(
        LicenseOrder calldata order,
        address holder,
        uint24 maxStack
    ) private view returns (ILicenseToken.SignedSale memory) {
        return
            ILicenseToken.SignedSale({
                workId: order.workId,
                payer: _msgSender(),
                holder: holder,
                currency: order.currency,
                price: order.price,
                shareOverride: order.shareOverride,
                maxStack: maxStack,
                terms: order.terms
            });
    }
}
