#pragma once
#include <functional>

#include "hone/apps/invoice/sample_pages.h"

namespace hone::invoice {

/// The samples of kinds R, H, K and G; `damaged` changes the values before they are printed. Fault::Usage for another
/// kind.
Sample other_sample(char kind, std::size_t lines, std::uint64_t start, const SampleDamage& damage,
                    const std::function<void(Document&)>& damaged);

}  // namespace hone::invoice
