#include "hone/apps/eyemap/diff_task.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "hone/apps/eyemap/comparison.h"
#include "hone/apps/eyemap/file_name.h"
#include "hone/apps/eyemap/map_svg.h"
#include "hone/apps/eyemap/source.h"
#include "hone/apps/eyemap/value_column.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

/// A data set in memory with what is wanted of it.
DataSet read_whole(Run& run, const DiffOptions& options, const std::vector<Input>& inputs) {
    Source source(run, options, inputs);
    DataSet data;
    data.provenance = source.provenance();
    data.regions = source.regions();
    data.universe = source.universe();
    source.for_each_type([](std::string_view) { return true; },
                         [&](CellType&& type) { data.types.push_back(std::move(type)); });
    return data;
}

std::vector<std::string> names_of(const DataSet& data) {
    std::vector<std::string> names;
    for (const CellType& type : data.types)
        names.push_back(type.name);
    return names;
}

/// diff.csv while it grows.
class DiffRows {
public:
    void add(const MapModel& map, const ComparisonInput& input, std::size_t at, double left, double right) {
        const MapColumn& column = map.columns[at];
        type_.push_back(map.type);
        region_.push_back(map.region.name);
        side_.push_back(std::string(1, side_letter(map.side)));
        metric_.push_back(metric_name(input.metric));
        a_name_.push_back(input.a.name);
        b_name_.push_back(input.b.name);
        hex1_.push_back(map.layout->columns[at].hex1);
        hex2_.push_back(map.layout->columns[at].hex2);
        a_.add(std::isnan(left) ? std::nullopt : std::optional(left));
        b_.add(std::isnan(right) ? std::nullopt : std::optional(right));
        value_.add(std::isnan(column.value) ? std::nullopt : std::optional(column.value));
        color_.push_back(color_text(column.color));
    }
    Table table(const std::string& kind) && {
        return Table({Column::text("type", std::move(type_)), Column::text("region", std::move(region_)),
                      Column::text("side", std::move(side_)), Column::text("metric", std::move(metric_)),
                      Column::text("of", std::move(a_name_)), Column::text("against", std::move(b_name_)),
                      Column::int64("hex1", std::move(hex1_)), Column::int64("hex2", std::move(hex2_)),
                      std::move(a_).column("a"), std::move(b_).column("b"), std::move(value_).column(kind),
                      Column::text("color", std::move(color_))});
    }

private:
    TextData type_, region_, side_, metric_, a_name_, b_name_, color_;
    std::vector<std::int64_t> hex1_, hex2_;
    ValueColumn<double> a_, b_, value_;
};

/// What stands on one side of a comparison.
struct Subject {
    const DataSet* data = nullptr;
    const CellType* type = nullptr;  ///< null: the data set has none of that name
    Side side = Side::Right;
    std::string name;
};

class Comparer {
public:
    Comparer(Run& run, const DiffOptions& options, const Regions& regions)
        : run_(run), options_(options), picture_(picture_of(options)), regions_(regions) {}

    void compare(const Subject& a, const Subject& b, std::size_t region, const Metric& metric,
                 const std::string& name) {
        const auto set = [&](const Subject& subject) {
            return subject.type == nullptr ? nullptr : subject.type->find(region, subject.side);
        };
        const auto hexes = [](const ColumnSet* of) { return of == nullptr ? Mask() : of->hexes; };
        const Mask own = united(hexes(set(a)), hexes(set(b)));
        // Where nothing says which columns exist, those do that the types have.
        const auto mask = [&](const Subject& subject) -> const Mask& {
            const auto found = subject.data->universe.find({region, subject.side});
            return found == subject.data->universe.end() || found->second.empty() ? own : found->second;
        };
        ComparisonInput input;
        input.a = {set(a), &mask(a), a.name};
        input.b = {set(b), &mask(b), b.name};
        input.metric = metric;
        input.kind = parse_comparison_kind(options_.compare);
        if (picture_.colors.range) input.range = std::max(-picture_.colors.range->first, picture_.colors.range->second);
        input.region = regions_[region];
        input.side = a.side;
        input.palette = options_.palette == "reds5" ? parse_palette("rdbu7") : picture_.colors.palette;
        input.provenance = a.data->provenance;
        input.not_in_region = picture_.colors.not_in_region;
        input.facts = picture_.facts;
        Mask drawn = united(drawn_columns(a.data->universe, a.side), drawn_columns(b.data->universe, b.side));
        if (&mask(a) == &own || &mask(b) == &own) drawn = united(drawn, own);
        input.layout =
            std::make_shared<const Layout>(make_layout(drawn, a.side, regions_[region].layers.size(), picture_.layout));
        MapModel map = make_comparison(input);
        map.type = a.type != nullptr ? a.type->name : b.type->name;
        write(map, metric, name);
        list(map, input);
        ++maps_;
    }
    std::int64_t maps() const { return maps_; }
    Table table() && { return std::move(rows_).table(options_.compare); }

private:
    void write(const MapModel& map, const Metric& metric, const std::string& name) {
        auto sink = run_.artifact(cat("eyemaps/", map.region.name, "_", name, "_", side_letter(map.side), "_",
                                      metric_file_part(metric), "_", options_.compare),
                                  "image/svg+xml");
        write_svg(map, picture_.svg, [&](std::string_view text) { sink.write(text); });
        sink.finish();
    }
    void list(const MapModel& map, const ComparisonInput& input) {
        const auto values_of = [&](const ColumnSet* set) {
            return set == nullptr ? std::vector<double>() : metric_values(*set, input.metric);
        };
        const std::vector<double> a = values_of(input.a.set);
        const std::vector<double> b = values_of(input.b.set);
        const auto value = [&](const ColumnSet* set, const std::vector<double>& values, Hex hex) {
            const std::size_t at = set == nullptr ? 0 : set->find(hex);
            return set == nullptr || at >= set->size() ? 0.0 : values[at];
        };
        for (std::size_t i = 0; i < map.columns.size(); ++i) {
            const Hex hex = map.layout->columns[i];
            if (map.columns[i].state == ColumnState::NotInRegion) continue;
            rows_.add(map, input, i, value(input.a.set, a, hex), value(input.b.set, b, hex));
        }
    }

    /// With the older definitions that are of use here: 0 counts as data anyway, and classes are of equal width.
    struct LegacyPicture : Picture {
        std::vector<std::pair<std::string, std::string>> facts;
    };
    static LegacyPicture picture_of(const DiffOptions& options) {
        const Legacy legacy = parse_legacy(options.legacy);
        auto wanted = static_cast<const PictureOptions&>(options);
        if (legacy.catalogue_theme) wanted.theme = "catalogue";
        LegacyPicture picture{parse_picture(wanted), {}};
        if (legacy.grey_2025) picture.colors.not_in_region = kGrey2025;
        picture.layout.is_combined =
            legacy.combined_unflipped && !options.eyes && parse_side_choice(options.side) == SideChoice::Both;
        if (!options.legacy.empty()) picture.facts.emplace_back("legacy", join(options.legacy, ","));
        return picture;
    }

    Run& run_;
    const DiffOptions& options_;
    LegacyPicture picture_;
    const Regions& regions_;
    DiffRows rows_;
    std::int64_t maps_ = 0;
};

/// "v1.1" of a data set, else the place of its input.
std::string edition_name(const DataSet& data, std::string_view place) {
    return data.provenance.version.empty() ? std::string(place) : data.provenance.version;
}

Selection chosen_maps(Run& run, const DiffOptions& options, const DataSet& data) {
    const SelectionSource known{data.regions, data.universe, data.sides_with_rows()};
    Selection chosen = choose_maps(known, options);
    tell_bare_regions(known, options, chosen, run.issues());
    return chosen;
}

void compare_editions(Run& run, const DiffOptions& options, Comparer& comparer, const DataSet& a, const DataSet& b) {
    std::vector<std::string> names = names_of(a);
    for (const std::string& name : names_of(b))
        names.push_back(name);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    const auto files = safe_names(names);
    const Selection selection = chosen_maps(run, options, a);
    for (const std::string& name :
         choose_types(names, options.types.empty() ? std::vector<std::string>{"all"} : options.types, {})) {
        run.cancel().check();
        for (const std::size_t region : selection.regions)
            for (const Side side : selection.sides)
                for (const Metric& metric : selection.metrics)
                    comparer.compare({&a, a.find(name), side, cat(name, ", ", edition_name(a, "first"))},
                                     {&b, b.find(name), side, cat(name, ", ", edition_name(b, "second"))}, region,
                                     metric, files.at(name));
    }
}

/// Types against another one, or left against right.
void compare_within(Run& run, const DiffOptions& options, Comparer& comparer, const DataSet& data) {
    const std::vector<std::string> names = names_of(data);
    const auto files = safe_names(names);
    const Selection selection = chosen_maps(run, options, data);
    if (!options.eyes) (void)choose_types(names, {}, options.against);
    for (const std::string& name : choose_types(names, options.types, {})) {
        run.cancel().check();
        const CellType* type = data.find(name);
        for (const std::size_t region : selection.regions)
            for (const Metric& metric : selection.metrics) {
                if (options.eyes) {
                    comparer.compare({&data, type, Side::Right, cat(name, " (R)")},
                                     {&data, type, Side::Left, cat(name, " (L)")}, region, metric,
                                     cat(files.at(name), "_eyes"));
                    continue;
                }
                for (const Side side : selection.sides)
                    comparer.compare({&data, type, side, name},
                                     {&data, data.find(options.against), side, options.against}, region, metric,
                                     cat(files.at(name), "_", files.at(options.against)));
            }
    }
}

}  // namespace

Outputs diff(Run& run, const DiffOptions& options) {
    const std::vector<Input> inputs = source_inputs(run, options);
    const bool is_within = options.eyes || !options.against.empty();
    if (options.eyes && !options.against.empty()) fail(Fault::Usage, "--eyes and --against exclude each other");
    if (!is_within && inputs.size() != 2)
        fail(Fault::Usage, "expected two inputs to compare, or --against TYPE or --eyes for one data set");
    Outputs outputs;
    if (is_within) {
        const DataSet data = read_whole(run, options, inputs);
        Comparer comparer(run, options, data.regions);
        compare_within(run, options, comparer, data);
        outputs.summary().set("maps", comparer.maps());
        outputs.table("diff", std::move(comparer).table());
        return outputs;
    }
    const DataSet a = read_whole(run, options, {inputs[0]});
    const DataSet b = read_whole(run, options, {inputs[1]});
    if (!(a.regions == b.regions))
        fail(Fault::Input, "the data sets have different regions: ", a.regions.names(), " and ", b.regions.names());
    Comparer comparer(run, options, a.regions);
    compare_editions(run, options, comparer, a, b);
    outputs.summary().set("maps", comparer.maps());
    outputs.table("diff", std::move(comparer).table());
    return outputs;
}

Task diff_task() {
    Params<DiffOptions> params;
    declare_source(params);
    declare_selection(params);
    declare_picture(params);
    params(&DiffOptions::against, "against", "Compare types with this one of the same data").value("NAME");
    params(&DiffOptions::eyes, "eyes", "Compare the right eye with the left one of the same data");
    params(&DiffOptions::compare, "compare", "A - B, or log2((A + 1) / (B + 1))").one_of({"difference", "ratio"});
    return make_task("diff", "Maps and columns in which two data sets, two types or both eyes differ", 1, params,
                     &diff);
}

}  // namespace hone::eyemap
