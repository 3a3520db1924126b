#include "hone/apps/envelope/yield_check.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "hone/apps/envelope/cell_table.h"
#include "hone/apps/envelope/exact_ratio.h"

namespace hone::envelope {
namespace {

/// The row of `table` that belongs to a cell: the only one if it is alone, else that of the country.
std::optional<std::uint32_t> row_of(const CellTable& table, std::uint32_t cell, Country country, bool is_alone) {
    const auto order = table.order();
    const auto first = std::ranges::lower_bound(order, cell, {}, [&](std::uint32_t row) { return table.cell(row); });
    const auto end = std::find_if(first, order.end(), [&](std::uint32_t row) { return table.cell(row) != cell; });
    if (end - first == 1 && is_alone) return *first;
    const auto found = std::find_if(first, end, [&](std::uint32_t row) { return table.country(row) == country; });
    return found == end ? std::nullopt : std::optional(*found);
}

struct Tables {
    const CellTable& production;
    const CellTable& harvest;
    const CellTable& yields;
};

void compare(Run& run, const Tables& tables, std::size_t crops, YieldReport& report) {
    const auto order = tables.production.order();
    for (std::size_t i = 0; i < order.size(); ++i) {
        run.cancel().check_every(i);
        const std::uint32_t p = order[i];
        const std::uint32_t cell = tables.production.cell(p);
        const bool is_alone = (i == 0 || tables.production.cell(order[i - 1]) != cell) &&
                              (i + 1 == order.size() || tables.production.cell(order[i + 1]) != cell);
        const Country country = tables.production.country(p);
        const auto h = row_of(tables.harvest, cell, country, is_alone);
        const auto y = row_of(tables.yields, cell, country, is_alone);
        if (!h || !y) continue;
        std::int64_t compared = 0;
        std::int64_t mismatched = 0;
        for (std::size_t c = 0; c < crops; ++c) {
            const std::int64_t mass = tables.production.value(c, p);
            const std::int64_t land = tables.harvest.value(c, *h);
            const std::int64_t yield = tables.yields.value(c, *y);
            if (std::min({mass, land, yield}) < 0 || std::max({mass, land, yield}) == 0) continue;
            ++compared;
            if (is_mismatch(mass, land, yield, report.tolerance_ppm)) ++mismatched;
        }
        report.compared += compared;
        report.mismatched += mismatched;
        report.cells += compared > 0 ? 1 : 0;
        report.cells_mismatched += mismatched > 0 ? 1 : 0;
    }
}

constexpr std::array kFields = {&YieldReport::rows,         &YieldReport::unusable,   &YieldReport::compared,
                                &YieldReport::cells,        &YieldReport::mismatched, &YieldReport::cells_mismatched,
                                &YieldReport::tolerance_ppm};

}  // namespace

bool is_mismatch(std::int64_t mass, std::int64_t land, std::int64_t yield, std::int64_t tolerance_ppm) {
    // In units of 0.01 kg: production is 10,000 of them in 0.1 t, and Y H is yield x land.
    const Int128 produced = Int128{mass} * 10'000;
    const Int128 expected = Int128{yield} * land;
    const Int128 apart = produced > expected ? produced - expected : expected - produced;
    return exact_multiply(apart, 1'000'000) > exact_multiply(std::max<Int128>(produced, 100'000), tolerance_ppm);
}

YieldReport check_yields(Run& run, const Input& production, const Input& harvest, const Input& yields,
                         const YieldOptions& options) {
    const CropSet set = parse_crop_set(options.load.crops);
    const int refinement = narrow<int>(options.load.refinement);
    const std::array inputs = {&production, &harvest, &yields};
    std::array<std::size_t, 3> rows{};
    std::uint64_t all_rows = 0;
    std::uint64_t largest = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        rows[i] = expected_rows(run, *inputs[i]);
        all_rows += rows[i];
        largest = std::max(largest, inputs[i]->size_bytes());
    }
    const std::uint64_t windows = std::min(std::uint64_t{16} << 20, 3 * largest);
    const std::size_t parts = run.pieces_for(all_rows * CellTable::row_bytes(set.crops().size()), windows);
    YieldReport report;
    report.tolerance_ppm = options.tolerance_ppm;
    FileCounts counts, other_counts;
    const SetCounts own(counts, set, set);
    const SetCounts others(other_counts, set, set);
    IssueList found;
    for (std::size_t index = 0; index < parts; ++index) {
        const auto part = [&](std::size_t file) {
            return CellTable::Part{index, parts, rows[file] / parts + (parts == 1 ? 0 : rows[file] / parts / 20)};
        };
        const CellTable p(run, production, {'P', set, refinement, nullptr}, part(0), {&others, 1});
        const CellTable h(run, harvest, {'H', set, refinement, nullptr}, part(1), {&others, 1});
        run.issues() = {};  // the base reports them
        const CellTable y(run, yields, {'Y', set, refinement, nullptr}, part(2), {&own, 1});
        found.merge(run.issues());
        run.issues() = {};
        const auto stage = run.span("compare yields");
        compare(run, {p, h, y}, set.crops().size(), report);
    }
    run.issues() = std::move(found);
    report.rows = counts.rows;
    report.unusable = counts.missing + counts.bad + counts.negative;
    return report;
}

Json YieldReport::to_json() const {
    Json json = Json::object();
    json.set("rows", rows).set("unusable_values", unusable).set("compared", compared).set("mismatched", mismatched);
    json.set("cells", cells).set("cells_mismatched", cells_mismatched);
    json.set("tolerance", static_cast<double>(tolerance_ppm) / 1e6).set("conspicuous", is_conspicuous());
    return json.set("note", "the envelope uses production and area, never the yield file");
}

}  // namespace hone::envelope

namespace hone {

void Codec<envelope::YieldReport>::encode(Encoder& out, const envelope::YieldReport& value) {
    for (const auto field : envelope::kFields)
        out.i64(value.*field);
}

envelope::YieldReport Codec<envelope::YieldReport>::decode(Decoder& in) {
    envelope::YieldReport value;
    for (const auto field : envelope::kFields)
        value.*field = in.i64();
    return value;
}

}  // namespace hone
