#include "hone/apps/eyemap/document_reader.h"

#include <string>
#include <string_view>

#include "hone/apps/eyemap/packed_rows.h"
#include "hone/base/error.h"
#include "hone/base/json.h"
#include "hone/base/text.h"

namespace {

using namespace hone::eyemap;

/// Counts within bounds and text that can be shown, whatever the bytes.
void check_column(const DocumentColumn& column) {
    for (const std::int64_t count : {column.synapses, column.cells, column.pre, column.post})
        hone::check(count >= kAbsent && count <= kMostCount, "counts are within bounds");
    hone::check(column.hex.hex1 >= -kMostHex - 1 && column.hex.hex1 <= kMostHex, "coordinates are within bounds");
    for (const DocumentColumn::Layer& layer : column.layers)
        hone::check(layer.layer >= 1 && layer.layer <= kMostLayers && layer.synapses <= kMostCount, "so are layers");
    for (const DocumentProblem& problem : column.problems)
        hone::check(!problem.text.empty() && hone::is_utf8(problem.text), "problems can be shown");
}

/// All that a document says, or the error.
std::string read(std::string_view text) {
    std::string found;
    try {
        if (!is_document(text)) return "an answer";
        const DocumentHead head = read_document_head(text);
        found += hone::cat(head.provenance.name, head.universe.size(), head.regions.size());
        const auto type = [&](std::string_view name, std::uint64_t line) { found += hone::cat(name, line, '\n'); };
        const auto column = [&](const DocumentColumn& one) {
            check_column(one);
            found += hone::cat(one.line, one.region, one.side, one.problems.size(), one.layers.size(), '\n');
        };
        const auto bad = [&](std::uint64_t line, const DocumentProblem& problem) {
            found += hone::cat(line, problem.text, '\n');
        };
        read_document_types(text, 1, {type, column, bad});
    } catch (const hone::Error& error) {
        hone::check(error.fault() == hone::Fault::Input, "a damaged document is Fault::Input");
        return error.message();
    }
    return found;
}

}  // namespace

/// Nothing crashes, and blanks around a document change nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::string found = read(text);
    if (text.size() < 150) return 0;
    const bool is_error = found.starts_with("expected");
    hone::check(is_error || read(text + "  \t") == found, "blanks change nothing");
    return 0;
}
