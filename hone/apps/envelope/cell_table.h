#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hone/apps/envelope/crops.h"
#include "hone/apps/envelope/dealt_rows.h"
#include "hone/apps/envelope/grid.h"
#include "hone/apps/envelope/place.h"
#include "hone/engine/run.h"
#include "hone/memory/buffer.h"

namespace hone::envelope {

struct FileCounts;

/// Where findings of a file are counted for one of the crop sets that are read from it together.
struct SetCounts {
    /// Requires: `read` has all crops of `set`. Gives `counts` room for them.
    SetCounts(FileCounts& counts, const CropSet& set, const CropSet& read);

    /// Whether the c-th crop that is read belongs to the set.
    bool has(std::size_t c) const;

    FileCounts* counts;
    std::vector<std::size_t> columns;  ///< of each crop of the set, its number among those that are read
};

/// Rows of a CSV file by the length of its first ones, with a margin.
std::size_t expected_rows(Run& run, const Input& input);

/// One cell table (production or harvested area) as read: place, country and values of the wanted crops of each row,
/// in the order of cells. Rows that repeat a key are gone. A row is named by its number among those kept.
class CellTable {
public:
    /// Which cells to keep: those whose id leaves remainder `index` when divided by `count`. Rows without a cell belong
    /// to part 0. Parts exist so that a file can be worked through in a small memory; the union does not depend on
    /// them.
    struct Part {
        std::size_t index = 0;
        std::size_t count = 1;
        std::size_t rows = 0;  ///< expected; more make the memory grow, which takes twice as much for a while
    };

    /// What is read from a file.
    struct What {
        char kind = 'P';  ///< 'P' (tonnes), 'H' (hectares) or 'Y' (kg per hectare)
        CropSet crops;
        int refinement = 1;
        PlaceIndex* places = nullptr;  ///< numbers the places of the rows; nullptr: they are not wanted
    };
    /// Reads a part of a file. Adds to the counts of each set, as if its crops alone were read, and to the run's Issues
    /// what concerns any of the crops.
    CellTable(Run& run, const Input& input, const What& what, Part part, std::span<const SetCounts> counts);
    /// Reads all of a file once and deals its rows into `parts` parts in the run's folder for temporary files. With the
    /// constructor that takes them, `counts` and Issues become those of reading the file part by part.
    static DealtRows deal(Run& run, const Input& input, const What& what, std::size_t parts,
                          std::span<const SetCounts> counts);
    /// Takes a part of what was dealt. Requires: `what` as it was then.
    CellTable(Run& run, const Input& input, const What& what, const DealtRows& dealt, std::size_t part,
              std::span<const SetCounts> counts);

    /// Rows by ascending cell, then file order.
    std::span<const std::uint32_t> order() const { return order_; }
    std::uint32_t cell(std::uint32_t row) const { return cells_[row]; }
    Country country(std::uint32_t row) const { return countries_[row]; }
    /// Requires: places were wanted.
    Place place(std::uint32_t row) const { return places_[row]; }
    /// Value of the c-th crop of the set in tenths of a tonne, hectare or kg per hectare; negative if it is missing or
    /// unusable.
    std::int64_t value(std::size_t c, std::uint32_t row) const { return values_[row * crops_ + c]; }
    /// Asks for the memory of a row that will be read soon.
    void prefetch(std::uint32_t row) const {
        __builtin_prefetch(&cells_[row]);
        __builtin_prefetch(&values_[row * crops_]);
        if (index_ != nullptr) __builtin_prefetch(&places_[row]);
    }
    /// True if a crop of the set has a positive value.
    bool is_of_interest(std::uint32_t row) const;
    /// Adds an Issue "envelope.<kind>" for a row.
    void report(IssueList& issues, std::uint32_t row, std::string_view kind, std::string message) const;
    bool is_synthetic() const { return is_synthetic_; }

    /// Memory that one row takes.
    static std::uint64_t row_bytes(std::size_t crops) { return 4 + 2 + 2 + 4 + 4 + 8 * crops; }

private:
    struct Layout;
    CellTable(Run& run, const Input& input, const What& what, Part part);
    using Sets = std::span<const SetCounts>;
    void make_room(std::size_t rows);
    void deal_out();
    void read(Run& run, const CropSet& set, Sets sets);
    Layout layout_of(const CsvHeader& header, const CropSet& set) const;
    void take(const CsvChunk& chunk, const Layout& layout, Run& run, Sets sets);
    void take_whole(const CsvChunk& chunk, const Layout& layout, Run& run, Sets sets);
    void drop_off_grid(const CsvChunk& chunk, const Layout& layout, std::size_t row, Run& run, Sets sets);
    void take_values(const CsvChunk& chunk, const Layout& layout, std::size_t row, Run& run, Sets sets);
    void check_kind(const CsvChunk& chunk, const Layout& layout, Sets sets);
    void add_up(const CsvChunk& chunk, const Layout& layout, Sets sets) const;
    Country country_of(std::string_view code, std::string_view name, std::uint64_t line, Run& run, Sets sets);
    void take_place(const CsvChunk& chunk, const Layout& layout, std::size_t row, Country country);
    void sort_rows(Run& run);
    void drop_repeats(Run& run, Sets sets);
    void count_repeat(std::uint32_t row, std::uint32_t earlier, const SetCounts& set) const;
    Issue issue(std::string_view kind, std::uint64_t line, std::string column, std::string message) const;

    const Input& input_;
    char kind_;
    Part part_;
    Grid grid_;
    const Registry& registry_;
    std::size_t crops_;
    BudgetVector<std::uint32_t> cells_;
    PlaceIndex* index_;
    BudgetVector<Country> countries_;
    BudgetVector<Place> places_;
    BudgetVector<std::uint32_t> lines_;
    BudgetVector<std::int64_t> values_;
    BudgetVector<std::uint32_t> order_;
    DealtRows* dealt_ = nullptr;  ///< where rows go as they come; nullptr: they stay
    bool is_synthetic_ = false;
    bool is_kind_checked_ = false;

    struct Named {
        Country country = kUnknownCountry;
        enum class Finding { None, ByName, Unknown, Contradiction } finding = Finding::None;
    };
    std::unordered_map<std::string, Named> named_;  ///< by "code|name"
    std::string last_code_ = "?";
    std::string last_name_;
    Named last_named_;
    /// The place of the row before: neighbours mostly share it.
    struct {
        Country country = kUnknownCountry;
        std::string state = "?", code;
        Place place = 0;
    } last_place_;
};

}  // namespace hone::envelope
