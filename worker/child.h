#pragma once
#include "hone/formats/document_protocol.h"

namespace hone::worker {

/// Serves one document (a descriptor that can be mapped) over a stream socket, in a process of its own, and returns its
/// exit code. Confines the process before it looks at the document.
int serve_document(int document, int channel, CorrelationId correlation);

}  // namespace hone::worker
