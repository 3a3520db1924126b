#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "hone/apps/envelope/selection.h"
#include "hone/base/json.h"

namespace hone::envelope {

/// A source as provenance names it: by content. Paths are no part of a result.
struct SourceFile {
    std::string role;    ///< "production"
    std::string digest;  ///< of all bytes, hexadecimal
    std::uint64_t bytes = 0;
    std::string edition;    ///< "SPAM 2020"; empty if it has none
    std::string year_data;  ///< as in the file
};
/// The two cell tables of a base.
std::vector<SourceFile> sources_of(const Input& production, const Input& harvest, const LoadedBase& loaded);

/// Where numbers come from: sources with digests and editions, attribution, parameters with the energy contents used,
/// revisions of the algorithm, and whether the data is synthetic. Pure.
Json provenance(std::span<const SourceFile> sources, const CellOptions& options, const LoadedBase& loaded);

}  // namespace hone::envelope
