#pragma once
#include "hone/engine/task.h"

namespace hone::invoice {

/// Invoices and order acknowledgements from documents to checked line items.
App app();

}  // namespace hone::invoice
