#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/column_set.h"
#include "hone/apps/eyemap/findings.h"
#include "hone/base/function_ref.h"

namespace hone::eyemap {

/// What a JSON document ("hone-eyemap", version 1) says besides its types.
struct DocumentHead {
    Provenance provenance;
    bool is_complete = false;
    std::vector<Region> regions;
    std::vector<std::pair<std::string, Mask>> universe;  ///< "ME_R" and its columns
    std::vector<std::string> unknown;                    ///< names of members that mean nothing
};

/// Something wrong with a column or layer of a document.
struct DocumentProblem {
    Finding finding = Finding::BadNumber;
    Severity severity = Severity::Error;
    std::string field;
    std::string text;
};

/// One column of a type as it is written. Counts may be kAbsent or kMissingCount.
struct DocumentColumn {
    struct Layer {
        std::int32_t layer = 1;
        std::int64_t synapses = 0, cells = 0;
    };
    std::string_view type;
    std::size_t position = 0;  ///< in the type's array, from 0
    std::uint64_t line = 0;
    std::string region, side;
    Hex hex;
    std::int64_t synapses = 0, cells = 0, pre = 0, post = 0;
    std::vector<Layer> layers;
    std::vector<std::pair<std::string, double>> values;
    std::vector<DocumentProblem> problems;
    std::vector<std::string> unknown;  ///< names of members that mean nothing
};

/// Called for each type, and for each of its columns after it.
struct DocumentSink {
    FunctionRef<void(std::string_view type, std::uint64_t line)> type;
    FunctionRef<void(const DocumentColumn& column)> column;
    /// A type that cannot be read at all.
    FunctionRef<void(std::uint64_t line, const DocumentProblem& problem)> bad_type;
};

/// True if a JSON text is a document, not an answer of a query.
bool is_document(std::string_view text);
/// Fault::Input for what is no JSON in UTF-8, another format or version, a name that comes twice, and a head that
/// cannot be read.
DocumentHead read_document_head(std::string_view text);
/// Reads the types one column at a time: the memory does not grow with the document. `first_layer` is the number of the
/// first layer.
void read_document_types(std::string_view text, int first_layer, const DocumentSink& sink);

}  // namespace hone::eyemap
