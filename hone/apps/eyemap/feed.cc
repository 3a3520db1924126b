#include "hone/apps/eyemap/feed.h"

#include <algorithm>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

/// Types of a group take this much at most, so that each core finds some.
constexpr std::uint64_t kMostGroupBytes = std::uint64_t{32} << 20;
constexpr std::size_t kMostGroupTypes = 256;

std::uint64_t input_bytes(const std::vector<Input>& inputs) {
    std::uint64_t bytes = 0;
    for (const Input& input : inputs)
        bytes += input.size_bytes();
    return bytes;
}

std::vector<std::string> names_of(const DataSet& data) {
    std::vector<std::string> names;
    names.reserve(data.types.size());
    for (const CellType& type : data.types)
        names.push_back(type.name);
    return names;
}

}  // namespace

TypeFeed::TypeFeed(Run& run, const SourceOptions& options, bool remembers) : run_(run), remembers_(remembers) {
    const std::vector<Input> inputs = source_inputs(run, options);
    // Told to work in pieces, the engine wants the way of large data.
    if (remembers && run.pieces_for(1) == 1 && input_bytes(inputs) <= run.budget().attainable() / 4) {
        data_ = read_data_set(run, options);
        names_ = names_of(*data_);
    } else {
        source_ = std::make_unique<Source>(run, options, inputs);
        names_ = source_->type_names();
    }
}

TypeFeed::TypeFeed(Run& run, std::shared_ptr<const DataSet> data)
    : run_(run), remembers_(true), data_(std::move(data)), names_(names_of(*data_)) {}

const Provenance& TypeFeed::provenance() const {
    return data_ ? data_->provenance : source_->provenance();
}
const Regions& TypeFeed::regions() const {
    return data_ ? data_->regions : source_->regions();
}
const Universe& TypeFeed::universe() const {
    return data_ ? data_->universe : source_->universe();
}

std::vector<Side> TypeFeed::sides_with_rows() const {
    return data_ ? data_->sides_with_rows() : source_->sides_with_rows();
}

void TypeFeed::tell_rest() {
    if (source_ && remembers_) source_->tell_rest();
}

std::unique_ptr<TypeParts> TypeFeed::cut_if_large(const std::string& name, std::size_t maps, bool can_cut) {
    if (!source_) return nullptr;
    const std::uint64_t bytes = source_->drawing_bytes(name, maps);
    const std::uint64_t available = run_.budget().attainable();
    if (!can_cut && bytes > available)
        fail(Fault::Limit, "too large to be drawn at once: ", name, " needs about ", human_bytes(bytes), ", ",
             human_bytes(available),
             " can be had; without --png and --pdf maps are drawn part by part; or give more memory: --memory");
    if (!can_cut) return nullptr;
    const std::size_t pieces = run_.pieces_for(bytes);
    if (pieces == 1) return nullptr;
    run_.fallback(cat(name, " is drawn part by part: it needs about ", human_bytes(bytes), " at once, ",
                      human_bytes(available), " can be had"));
    // Half of the room is for what all parts share.
    return source_->cut(name, 2 * pieces);
}

void TypeFeed::for_each_group(const std::vector<std::string>& names,
                              FunctionRef<void(const std::vector<const CellType*>&)> take) {
    if (data_) {
        std::vector<const CellType*> types;
        types.reserve(names.size());
        for (const std::string& name : names)
            types.push_back(data_->find(name));
        take(types);
        return;
    }
    const std::uint64_t most = std::min(kMostGroupBytes, run_.budget().attainable() / 8);
    std::vector<CellType> held;
    std::uint64_t bytes = 0;
    const auto hand_over = [&] {
        std::vector<const CellType*> types;
        types.reserve(held.size());
        for (const CellType& type : held)
            types.push_back(&type);
        if (!types.empty()) take(types);
        held.clear();
        bytes = 0;
    };
    source_->for_each_type([&](std::string_view name) { return std::binary_search(names.begin(), names.end(), name); },
                           [&](CellType&& type) {
                               bytes += type.memory_bytes();
                               held.push_back(std::move(type));
                               if (bytes >= most || held.size() >= kMostGroupTypes) hand_over();
                           });
    hand_over();
}

}  // namespace hone::eyemap
