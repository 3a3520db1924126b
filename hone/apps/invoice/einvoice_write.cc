#include "hone/apps/invoice/einvoice_write.h"

#include "hone/base/text.h"

namespace hone::invoice {

std::string text_of(const Value<std::string>& value) {
    return value.value.value_or("");
}
std::string amount_of(const Value<Decimal>& value) {
    return value ? decimal_text(*value.value, 2) : "";
}
std::string quantity_of(const Value<Decimal>& value) {
    return value ? decimal_text(*value.value) : "";
}

std::string gtin_of(const Line& line) {
    const std::string code = text_of(line.upc);
    if (code.find_first_not_of("0123456789") != std::string::npos) return {};
    if (code.size() == 12) return cat("0", code);
    return code.size() == 8 || code.size() == 13 || code.size() == 14 ? code : std::string();
}

}  // namespace hone::invoice
