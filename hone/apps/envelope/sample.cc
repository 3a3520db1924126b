#include "hone/apps/envelope/sample.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <string>
#include <vector>

#include "hone/apps/envelope/grid.h"
#include "hone/apps/envelope/sample_cells.h"
#include "hone/apps/envelope/sample_crops.h"
#include "hone/apps/envelope/sample_numbers.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr std::size_t kRowsPerPiece = 256;
constexpr std::size_t kPiecesPerRound = 64;
constexpr std::int64_t kOffGrid = 30'000;  ///< 0.03 degree in millionths

enum class File { Production, Area };

/// Defects of single cells, as bits.
enum Defect : std::uint8_t {
    kNoAreaRow = 1,
    kNoDistrict = 2,
    kZeroArea = 4,      ///< H = 0 for all crops
    kMissingWheat = 8,  ///< P of wheat is NaN; H stays a number
    kWildYield = 16,    ///< wheat 0.1 ha and 100 t
    kShifted = 32,      ///< off grid in P only
    kNoCountry = 64,    ///< FIPS0 ZZ in both files; FIPS1 and the names stay
};

/// Indices of the `count` cells with the smallest numbers of a stream.
std::vector<std::size_t> smallest(const SampleStream& stream, std::span<const std::uint32_t> ids, std::size_t count) {
    std::vector<std::pair<std::uint64_t, std::size_t>> best;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const std::pair<std::uint64_t, std::size_t> entry(stream.at(ids[i]), i);
        if (best.size() == count && entry > best.back()) continue;
        best.insert(std::upper_bound(best.begin(), best.end(), entry), entry);
        if (best.size() > count) best.pop_back();
    }
    std::vector<std::size_t> indices;
    indices.reserve(best.size());
    for (const auto& [number, index] : best)
        indices.push_back(index);
    return indices;
}

/// Defects of each cell as bits; all 0 when clean.
BudgetVector<std::uint8_t> choose_defects(const SampleOptions& options, std::span<const std::uint32_t> ids,
                                          Budget& budget) {
    BudgetVector<std::uint8_t> defects(budget);
    defects.resize(ids.size());
    if (options.clean) return defects;
    const SampleStream no_area(options.key, 600);
    const SampleStream no_district(options.key, 602);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (no_area.at16(ids[i]) % 1000 < 20) defects[i] |= kNoAreaRow;
        if (no_district.at16(ids[i]) % 100 < 5) defects[i] |= kNoDistrict;
    }
    struct Kind {
        std::uint64_t stream;
        std::size_t count;
        Defect defect;
    };
    for (const Kind& kind : {Kind{603, 10, kZeroArea}, Kind{604, 10, kMissingWheat}, Kind{605, 5, kWildYield},
                             Kind{606, 1, kShifted}, Kind{607, 3, kNoCountry}})
        for (const std::size_t index : smallest(SampleStream(options.key, kind.stream), ids, kind.count))
            defects[index] |= kind.defect;
    return defects;
}

std::string csv_field(std::string_view text) {
    return text.find(',') == std::string_view::npos ? std::string(text) : cat("\"", text, "\"");
}

/// ADM0_NAME: the registry's name; four countries in the comma form that a reader must cope with.
std::string country_name(const CountryInfo& info, bool clean) {
    if (!clean && info.iso3 == "PRK") return "\"Korea, Democratic People's Republic of\"";
    if (!clean && info.iso3 == "KOR") return "\"Korea, Republic of\"";
    if (!clean && info.iso3 == "COD") return "\"Congo, Democratic Republic of the\"";
    if (!clean && info.iso3 == "TZA") return "\"Tanzania, United Republic of\"";
    return csv_field(info.name);
}

/// The text fields of the countries, made once: "FIPS0,FIPS1,FIPS2" needs only numbers added.
struct CountryTexts {
    std::string fips;
    std::string name;
    std::vector<std::string> divisions;
};

std::vector<CountryTexts> make_texts(const Registry& registry, bool clean) {
    std::vector<CountryTexts> all;
    for (std::size_t i = 0; i < registry.countries().size(); ++i) {
        const CountryInfo& info = registry.countries()[i];
        CountryTexts texts{info.fips, country_name(info, clean), {}};
        if (info.sample.by_states)
            for (const StateInfo& state : registry.states(static_cast<Country>(i)))
                texts.divisions.push_back(csv_field(state.name));
        else
            texts.divisions = {csv_field(info.name + " North"), csv_field(info.name + " South")};
        all.push_back(std::move(texts));
    }
    return all;
}

void append_number(std::string& out, std::int64_t value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, end);
}

void append_two_digits(std::string& out, std::int64_t value) {
    if (value < 10) out.push_back('0');
    append_number(out, value);
}

void append_tenths(std::string& out, std::int64_t value) {
    if (value == 0) {
        out += ",0.0";
        return;
    }
    out.push_back(',');
    append_number(out, value / 10);
    out.push_back('.');
    out.push_back(static_cast<char>('0' + value % 10));
}

std::string header() {
    std::string text = "grid_code,x,y,FIPS0,FIPS1,FIPS2,ADM0_NAME,ADM1_NAME,ADM2_NAME,rec_type,tech_type,unit";
    for (std::size_t crop = 0; crop < kCropCount; ++crop)
        text += cat(",", crop_column(static_cast<Crop>(crop)));
    return text + ",year_data";
}

using Totals = std::array<SampleCropTotals, kCropCount>;

Totals add_totals(Totals left, const Totals& right) {
    for (std::size_t crop = 0; crop < kCropCount; ++crop) {
        left[crop].cells += right[crop].cells;
        left[crop].valid_cells += right[crop].valid_cells;
        left[crop].area_u += right[crop].area_u;
        left[crop].production_tenths += right[crop].production_tenths;
    }
    return left;
}

}  // namespace

struct Sample::State {
    SampleOptions options;
    Budget& budget;
    const Registry& registry;
    Grid grid;
    SampleCells cells;
    SampleCrops crops;
    BudgetVector<std::uint8_t> defects;
    std::vector<CountryTexts> texts;
    Crop wheat = find_crop("WHEA").value();

    State(const SampleOptions& chosen, Budget& memory, const Exec& exec, const Registry& countries)
        : options(chosen),
          budget(memory),
          registry(countries),
          grid(chosen.refinement),
          cells(place_sample_cells(grid, chosen.cells, countries, memory, exec.cancel())),
          crops(cells, grid, chosen.key, countries, memory, exec),
          defects(choose_defects(chosen, cells.id, memory)),
          texts(make_texts(countries, chosen.clean)) {}

    bool has(std::size_t index, Defect defect) const { return (defects[index] & defect) != 0; }

    void append_place(std::string& out, std::size_t index, File file) const {
        const std::uint32_t id = cells.id[index];
        const CountryTexts& country = texts[cells.country[index]];
        const std::int64_t shift = file == File::Production && has(index, kShifted) ? kOffGrid : 0;
        append_number(out, id);
        out.push_back(',');
        append_degrees(out, grid.x_micro(id) + shift);
        out.push_back(',');
        append_degrees(out, grid.y_micro(id));
        out.push_back(',');
        out += has(index, kNoCountry) ? "ZZ" : country.fips;
        for (const bool with_district : {false, true}) {  // FIPS2 is not specified: FIPS1 and the district's number
            out.push_back(',');
            out += country.fips;
            append_two_digits(out, cells.division[index]);
            if (with_district) append_two_digits(out, id % 97);
        }
        out.push_back(',');
        out += country.name;
        out.push_back(',');
        out += country.divisions[cells.division[index] - 1U];
        out.push_back(',');
        if (!has(index, kNoDistrict)) {
            out += "District ";
            append_number(out, id % 97);
        }
        out += file == File::Production ? ",P,A,mt" : ",H,A,ha";
    }

    void append_production_row(std::string& out, std::size_t index) const {
        append_place(out, index, File::Production);
        for (std::size_t i = 0; i < kCropCount; ++i) {
            const auto crop = static_cast<Crop>(i);
            if (crop == wheat && has(index, kMissingWheat))
                out += ",NaN";
            else if (crop == wheat && has(index, kWildYield))
                append_tenths(out, 1000);
            else
                append_tenths(out, crops.at(crop, index, cells.id[index]).production_tenths);
        }
        out += ",synthetic";
    }

    void append_area_row(std::string& out, std::size_t index, int factor) const {
        append_place(out, index, File::Area);
        for (std::size_t i = 0; i < kCropCount; ++i) {
            const auto crop = static_cast<Crop>(i);
            std::int64_t area = crops.at(crop, index, cells.id[index]).area_u;
            if (has(index, kZeroArea)) area = 0;
            if (crop == wheat && has(index, kWildYield)) area = 1;
            append_tenths(out, factor * area);
        }
        out += ",synthetic";
    }

    Totals totals(std::size_t begin, std::size_t end) const {
        Totals sums{};
        for (std::size_t i = begin; i < end; ++i) {
            for (std::size_t crop = 0; crop < kCropCount; ++crop) {
                const SampleAmount amount = crops.at(static_cast<Crop>(crop), i, cells.id[i]);
                SampleCropTotals& sum = sums[crop];
                sum.cells += amount.area_u > 0 ? 1 : 0;
                sum.valid_cells += amount.area_u > 0 && amount.production_tenths > 0 ? 1 : 0;
                sum.area_u += amount.area_u;
                sum.production_tenths += amount.production_tenths;
            }
        }
        return sums;
    }

    /// Indices of the cells with an H row, in the order of that file.
    BudgetVector<std::uint32_t> area_order() const {
        struct Entry {
            std::uint64_t number = 0;
            std::uint32_t index = 0;
        };
        const SampleStream stream(options.key, 601);
        BudgetVector<Entry> entries(budget);
        entries.reserve(cells.size());
        for (std::size_t i = 0; i < cells.size(); ++i)
            if (!has(i, kNoAreaRow)) entries.push_back({stream.at(cells.id[i]), static_cast<std::uint32_t>(i)});
        std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.number < b.number; });
        BudgetVector<std::uint32_t> order(budget);
        order.reserve(entries.size());
        for (const Entry& entry : entries)
            order.push_back(entry.index);
        return order;
    }

    /// Formats rows 0..count-1 in pieces, several at a time, and hands them to `sink` in order.
    void write_rows(std::size_t count, Sink sink, const Exec& exec,
                    FunctionRef<void(std::string& out, std::size_t row)> append_row) const {
        std::vector<std::string> pieces(kPiecesPerRound);
        const Reservation reservation(budget, kPiecesPerRound * kRowsPerPiece * 640);
        for (std::size_t begin = 0; begin < count; begin += kPiecesPerRound * kRowsPerPiece) {
            const std::size_t left = count - begin;
            const std::size_t used = std::min(kPiecesPerRound, (left + kRowsPerPiece - 1) / kRowsPerPiece);
            exec.for_each("envelope.sample.rows", used, [&](std::size_t i) {
                pieces[i].clear();
                const std::size_t first = begin + i * kRowsPerPiece;
                for (std::size_t row = first; row < std::min(count, first + kRowsPerPiece); ++row)
                    append_row(pieces[i], row);
            });
            for (std::size_t i = 0; i < used; ++i)
                sink(pieces[i]);
            exec.cancel().check();
        }
    }
};

Sample::Sample(const SampleOptions& options, Budget& budget, const Exec& exec, const Registry& registry) {
    if (options.refinement < 1 || options.refinement > kMostRefinement)
        fail(Fault::Usage, "sample refinement must lie in 1 to ", kMostRefinement, ": ", options.refinement);
    const std::int64_t most = Grid(options.refinement).cells();
    if (options.cells < 1 || options.cells > most)
        fail(Fault::Usage, "sample cells must lie in 1 to ", most, ": ", options.cells);
    state_ = std::make_unique<State>(options, budget, exec, registry);
    summary_.cells = options.cells;
    const State& state = *state_;
    summary_.crops = exec.reduce(
        "envelope.sample.totals", state.cells.size(), 4096, Totals{},
        [&](std::size_t begin, std::size_t end) { return state.totals(begin, end); }, add_totals);
}

Sample::~Sample() = default;

void Sample::write_production(Sink sink, const Exec& exec) {
    const State& state = *state_;
    const std::size_t rows = state.cells.size();
    const bool ends_line = state.options.clean;  // one defect: no final newline
    sink(header() + "\n");
    state.write_rows(rows, sink, exec, [&](std::string& out, std::size_t row) {
        state.append_production_row(out, row);
        if (row + 1 < rows || ends_line) out.push_back('\n');
    });
    summary_.production_rows = static_cast<std::int64_t>(rows);
}

void Sample::write_area(Sink sink, const Exec& exec) {
    constexpr std::size_t kRepeated = 3;  // each directly followed by itself
    constexpr std::size_t kDoubled = 5;   // each directly followed by itself with doubled areas
    const State& state = *state_;
    const std::string_view newline = state.options.clean ? "\n" : "\r\n";
    const BudgetVector<std::uint32_t> order = state.area_order();
    const std::size_t again = state.options.clean ? 0 : std::min(kDoubled, order.size());
    sink(cat(header(), newline));
    state.write_rows(order.size(), sink, exec, [&](std::string& out, std::size_t row) {
        state.append_area_row(out, order[row], 1);
        out += newline;
        if (row >= again) return;
        state.append_area_row(out, order[row], row < kRepeated ? 1 : 2);
        out += newline;
    });
    summary_.area_rows = static_cast<std::int64_t>(order.size() + again);
}

void Sample::for_each_entry(Crop crop, FunctionRef<void(const Entry&)> visit) const {
    const SampleCells& cells = state_->cells;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const SampleAmount amount = state_->crops.at(crop, i, cells.id[i]);
        if (amount.area_u > 0) visit({cells.id[i], cells.country[i], amount.area_u, amount.production_tenths});
    }
}

std::int64_t Sample::cells_of(Country country) const {
    const BudgetVector<Country>& countries = state_->cells.country;
    return std::count(countries.begin(), countries.end(), country);
}

}  // namespace hone::envelope
