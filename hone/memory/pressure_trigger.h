#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "hone/base/files.h"

namespace hone {

/// A trigger of the kernel's pressure stall information that was asked for.
struct PressureTrigger {
    std::function<bool()> has_fired;  ///< true once per firing; does not wait; empty when refused
    std::string refusal;              ///< why there is none
};

/// Asks for a trigger: writes `line` ("some 150000 2000000": 150 ms of stalls within 2 s) to a pressure file. A seam:
/// tests hand in their own.
using ArmPressureTrigger = std::function<PressureTrigger(const Path& file, std::string_view line)>;

/// The kernel's own. The trigger ends with the last copy of `has_fired`.
PressureTrigger arm_kernel_trigger(const Path& file, std::string_view line);

}  // namespace hone
