#pragma once
/// The pure mathematics of the envelope: no files, no Run, no JSON.
#include "hone/apps/envelope/curve.h"        // IWYU pragma: export
#include "hone/apps/envelope/filter.h"       // IWYU pragma: export
#include "hone/apps/envelope/loss_share.h"   // IWYU pragma: export
#include "hone/apps/envelope/measures.h"     // IWYU pragma: export
#include "hone/apps/envelope/order.h"        // IWYU pragma: export
#include "hone/apps/envelope/output_grid.h"  // IWYU pragma: export
#include "hone/apps/envelope/tier.h"         // IWYU pragma: export
#include "hone/apps/envelope/validation.h"   // IWYU pragma: export
