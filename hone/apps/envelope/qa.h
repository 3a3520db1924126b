#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hone/apps/envelope/event.h"
#include "hone/apps/envelope/measures.h"
#include "hone/apps/envelope/tier.h"
#include "hone/apps/envelope/validation.h"
#include "hone/apps/envelope/yield_check.h"
#include "hone/base/issue.h"
#include "hone/base/json.h"

namespace hone::envelope {

/// What is known of the soundness of one region's envelope.
struct QaReport {
    std::string region;
    std::vector<Check> checks;
    Statistics statistics;
    std::vector<Issue> warnings;

    bool passed() const;
};

/// Makes the exact checks of an envelope, of its tiers and of the events on its land (loss between the bounds at its
/// area, no tolerance), and its statistics; warns below 1,000 cells and of a low sample below 30. Pure; linear.
QaReport assess(const std::string& region, const Base& base, std::span<const Tier> tiers,
                std::span<const Event> events);

/// The QA summary; `yields` only if there was a yield file.
Json qa_summary(std::span<const QaReport> reports, const std::optional<YieldReport>& yields);

}  // namespace hone::envelope
