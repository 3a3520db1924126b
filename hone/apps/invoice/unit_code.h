#pragma once
#include <string_view>

namespace hone::invoice {

/// The code of UN/ECE recommendation 20 that invoice2data knows for a unit as it is printed ("Stk.": H87), also for the
/// code itself; empty if there is none.
std::string_view unit_code(std::string_view printed);

}  // namespace hone::invoice
