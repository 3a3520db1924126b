#pragma once
#include "hone/engine/task.h"

namespace hone::envelope {

/// The application `envelope`: crop-production envelopes.
App app();

}  // namespace hone::envelope
