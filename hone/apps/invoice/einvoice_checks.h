#pragma once
#include <vector>

#include "hone/apps/invoice/model.h"

namespace hone::invoice {

/// A check, and the confidences of the values that it involves (inside of the document).
struct JudgedCheck {
    Check check;
    std::vector<double*> involved;
};

/// What the rules of EN 16931 say of an electronic document, to the cent:
/// - BT-106 = sum of BT-131 (unless the profile has no lines); BT-107, BT-108 = sum of allowances, charges
/// - BT-109 = BT-106 - BT-107 + BT-108; BT-110 = sum of BT-117; BT-112 = BT-109 + BT-110; BT-115 = BT-112 - BT-113 +
/// BT-114
/// - each BT-117 = BT-116 x BT-119 / 100, rounded
/// - iban (modulo 97), bic, vat (shape, of seller and buyer)
/// A rule whose terms are absent is not judged (BT-115 without BT-113 neither if the profile has no lines), except that
/// absent allowances, charges, tax, prepaid and rounding are 0. Used by check_document(). Requires:
/// document.electronic.
std::vector<JudgedCheck> judge_electronic(Document& document);

}  // namespace hone::invoice
