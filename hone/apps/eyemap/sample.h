#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "hone/apps/eyemap/sample_file.h"
#include "hone/base/json.h"
#include "hone/memory/budget.h"
#include "hone/parallel/exec.h"

namespace hone::eyemap {

/// What a sample holds. Equal options give equal bytes on any machine and with any number of threads.
struct SampleOptions {
    std::uint64_t key = 1;
    std::int64_t disc = 0;            ///< columns of a disc instead of the fly's regions; 0 = the fly
    int layers = 4;                   ///< of the disc
    bool is_catalogue = false;        ///< thousands of types instead of nine
    std::vector<std::string> types;   ///< names of those wanted; empty = all
    std::vector<std::string> faults;  ///< mistakes put in on purpose
    std::vector<std::string> kinds;   ///< files wanted; empty = all
};

/// Names of the files without their endings: "synapses", "rois", "columns", "document", "universe", "assigned" (which
/// only a catalogue has).
const std::vector<std::string>& sample_kinds();

/// Opens a file of the sample for writing and returns where its bytes go.
using SampleOpen = std::function<SampleFile::Sink(const std::string& file)>;

/// Writes the files and returns the manifest: options, per file bytes, rows and SHA-256, and the mistakes with file,
/// row and line. Rows are streamed: memory does not depend on their number (about 32 MB, charged to the budget).
/// Fault::Usage for types and options that do not exist or do not go together.
Json write_sample(const SampleOptions& options, const SampleOpen& open, Budget& budget, const Exec& exec = {});

}  // namespace hone::eyemap
