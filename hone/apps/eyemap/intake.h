#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hone/apps/eyemap/bodies.h"
#include "hone/apps/eyemap/column_pages.h"
#include "hone/apps/eyemap/findings.h"
#include "hone/apps/eyemap/packed_rows.h"
#include "hone/apps/eyemap/source_options.h"
#include "hone/apps/eyemap/type_streams.h"
#include "hone/base/hash.h"
#include "hone/engine/run.h"

namespace hone::eyemap {

/// Where rows of all inputs come together: types and bodies are numbered, rows are packed by type, columns are noted
/// for the universe, findings are told. Not thread-safe; rows come in the order of inputs and lines.
class Intake {
public:
    static constexpr std::uint32_t kNoType = ~std::uint32_t{0};
    static constexpr std::uint32_t kMostRegions = 1000;

    /// `most_held_bytes` of packed rows stay in memory at most.
    Intake(Run& run, const ReadRules& rules, Regions regions, FindingLog& log, std::uint64_t most_held_bytes);

    const ReadRules& rules() const { return rules_; }
    const Regions& regions() const { return regions_; }
    FindingLog& log() { return log_; }

    /// The number of a type, new or known. Bytes that are no UTF-8 and control characters are replaced and told; `raw`
    /// gives the name as it stands in the file, for a converting reader has made UTF-8 of anything. Requires: not
    /// empty.
    std::uint32_t type(std::string_view name, RowPlace place, const std::function<std::string()>& raw);
    const std::string& type_name(std::uint32_t type) const { return names_[type]; }
    std::size_t types() const { return names_.size(); }
    /// Says that a type is one of the data set, even if none of its rows counts.
    void want(std::uint32_t type) { is_wanted_[type] = true; }
    bool is_wanted(std::uint32_t type) const { return is_wanted_[type]; }
    /// "ColA in ME (R)"; parts that are not known are left out.
    std::string key_text(std::uint32_t type, std::optional<SetNumber> set) const;

    /// Packs a row; memory that finds no room goes to disk.
    template <class Row>
    void add(std::uint32_t type, const Row& row) {
        note_side(row);
        streams_.append(type, packers_[type].pack(row));
    }
    void add(std::uint32_t type, const RawRow& row) {
        note_side(row);
        RowPacker& packer = packers_[type];
        if (std::uint8_t* const end = streams_.end_with_room(type, RowPacker::kMostRaw)) [[likely]]
            return streams_.move_end(type, packer.pack_at(end, row));
        streams_.append(type, packer.pack(row));
    }
    /// Tells a finding. An error makes the map of the row fail, if it can be said which.
    /// True if it is an error.
    bool report(const Found& found, std::uint32_t type, std::optional<SetNumber> set);

    /// A column in which some cell has synapses.
    void see(ColumnKey column) { seen_.add(column); }
    /// A column of the universe, as a list of it gives it.
    void list(ColumnKey column) { listed_.add(column); }
    const ColumnPages& seen() const { return seen_; }
    const ColumnPages& listed() const { return listed_; }
    bool has_rows_on(Side side) const { return has_rows_on_[static_cast<std::size_t>(side)]; }

    Bodies& bodies() { return bodies_; }
    /// Gives back what only reading needs; call when all rows have come.
    void end_reading() { bodies_ = Bodies(run_.budget()); }
    /// Moves packed rows to disk.
    void give_up_memory() { streams_.give_up_memory(); }
    /// Number of the name of a further value.
    std::uint32_t value_name(const std::string& name);
    const std::vector<std::string>& value_names() const { return value_names_; }

    const TypeStreams& streams() const { return streams_; }
    const Cancel& cancel() const { return run_.cancel(); }

private:
    std::uint32_t odd_type(std::string_view name, RowPlace place, const std::function<std::string()>& raw);
    std::uint32_t type_of_text(std::string_view name);
    template <class Row>
    void note_side(const Row& row) {
        has_rows_on_[static_cast<std::size_t>(side_of(set_of(row.column)))] = true;
    }
    void note_side(const FailureRow& row) { has_rows_on_[static_cast<std::size_t>(side_of(row.set))] = true; }

    Run& run_;
    ReadRules rules_;
    Regions regions_;
    FindingLog& log_;
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return static_cast<std::size_t>(hash64(text)); }
    };
    std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> types_;
    std::vector<std::string> names_;
    std::vector<bool> is_wanted_;
    std::set<std::pair<std::uint16_t, std::string>> odd_names_;  ///< told already, by file
    std::vector<RowPacker> packers_;
    TypeStreams streams_;
    Reservation held_by_names_;
    ColumnPages seen_, listed_;
    std::array<bool, 2> has_rows_on_{};
    Bodies bodies_;
    std::vector<std::string> value_names_;
};

}  // namespace hone::eyemap
