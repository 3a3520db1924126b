#include "hone/apps/invoice/invoice.h"

namespace hone::invoice {

App app() {
    return {.name = "invoice", .summary = "Invoices and order acknowledgements from PDFs to checked line items"};
}

}  // namespace hone::invoice
