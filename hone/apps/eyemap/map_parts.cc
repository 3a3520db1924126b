#include "hone/apps/eyemap/map_parts.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "hone/apps/eyemap/map_svg.h"
#include "hone/apps/eyemap/scale_values.h"
#include "hone/base/error.h"
#include "hone/base/sha256.h"
#include "hone/base/text.h"
#include "hone/engine/blob.h"

namespace hone::eyemap {
namespace {

/// The columns of a universe on some lines of the lattice.
Universe on_lines(const Universe& universe, HexLines lines) {
    Universe part;
    for (const auto& [place, mask] : universe) {
        const auto first = std::ranges::lower_bound(mask, lines.first, {}, &Hex::hex1);
        const auto end = std::ranges::upper_bound(mask, lines.last, {}, &Hex::hex1);
        if (first != end) part[place] = Mask(first, end);
    }
    return part;
}

/// The universe of a part, with the columns that the type has besides.
Universe universe_of(const Universe& universe, const CellType& part, HexLines lines) {
    Universe own = on_lines(universe, lines);
    std::optional<Universe> wider = widened(own, part);
    return wider ? std::move(*wider) : std::move(own);
}

/// What the first pass learns of one region and side.
struct SetSurvey {
    std::size_t layer_count = 0;
    std::vector<ScaleValues> values, layers;  ///< by metric
    std::vector<StatesInParts> states;        ///< by metric
};

/// The first pass: what all parts have in common.
class Survey {
public:
    Survey(Run& run, TypeParts& parts, const Frame& frame, const ColorOptions& colors)
        : run_(run), parts_(parts), frame_(frame), colors_(colors) {
        parts.for_each([&](CellType&& part, HexLines lines) { look_at(part, lines); });
    }

    const Extent& extent(Side side) const { return extents_[static_cast<std::size_t>(side)]; }
    /// Some column that is drawn on a side.
    Hex any_column(Side side) const { return any_columns_[static_cast<std::size_t>(side)]; }
    StatesInParts states(std::size_t region, Side side, std::size_t metric) const {
        const SetSurvey* set = find(set_number(region, side));
        return set == nullptr ? StatesInParts() : set->states[metric];
    }

    /// The scale of a map's columns: as BaseScales in maps.cc makes it of the whole.
    Scale base(std::size_t metric, std::size_t region, Side side) const {
        if (colors_.range) return range_scale(colors_.range->first, colors_.range->second);
        if (colors_.scope == ScaleScope::Catalogue) return frame_.catalogue_scales.at(metric);
        ScaleValues pool(run_.budget());
        for (const auto& [number, set] : sets_) {
            const bool is_within =
                colors_.scope == ScaleScope::Type ||
                (region_of(number) == region && (colors_.scope == ScaleScope::Region || side_of(number) == side));
            if (is_within && !has_failed(number)) pool.add(set.values[metric]);
        }
        return base_scale(pool, colors_.method);
    }

    std::optional<Scale> layer(std::size_t metric, std::size_t region) const {
        ScaleValues pool(run_.budget());
        for (const auto& [number, set] : sets_)
            if (region_of(number) == region && !has_failed(number)) pool.add(set.layers[metric]);
        if (pool.size() == 0) return std::nullopt;
        return layer_scale(pool, colors_.method, colors_.degenerate_middle);
    }

    /// Gives a part what its sets have elsewhere: the number of layers, and why they failed.
    void complete(CellType& part) const {
        for (const auto& [number, set] : sets_) {
            ColumnSet& own = set_in(part, number);
            widen_layers(own, set.layer_count);
            if (const auto failed = parts_.failures().find(number); failed != parts_.failures().end())
                own.failure = failed->second.reason;
        }
    }

private:
    void look_at(const CellType& part, HexLines lines) {
        const Universe universe = universe_of(frame_.universe, part, lines);
        for (const Side side : kSides)
            for (const Hex hex : drawn_columns(universe, side)) {
                extents_[static_cast<std::size_t>(side)].add(hex);
                any_columns_[static_cast<std::size_t>(side)] = hex;
            }
        for (const ColumnSet& set : part.sets) {
            SetSurvey& survey = survey_of(set_number(set.region, set.side));
            survey.layer_count = std::max(survey.layer_count, set.layer_count);
            for (std::size_t metric = 0; metric < frame_.selection.metrics.size(); ++metric)
                add_values(set, metric, survey);
        }
    }

    void add_values(const ColumnSet& set, std::size_t at, SetSurvey& survey) const {
        const Metric& metric = frame_.selection.metrics[at];
        for (const double value : metric_values(set, metric)) {
            if (std::isfinite(value)) survey.values[at].add(value);
            const ColumnState state = record_state(value, metric, colors_.zero_is_data);
            if (state == ColumnState::HasData) survey.states[at].has_data = true;
            if (state == ColumnState::Missing) survey.states[at].has_missing = true;
        }
        for (const std::int64_t value : layer_values(set, metric))
            if (value > 0) survey.layers[at].add(static_cast<double>(value));
    }

    SetSurvey& survey_of(SetNumber number) {
        const auto [at, is_new] = sets_.try_emplace(number);
        if (is_new) {
            for (std::size_t i = 0; i < frame_.selection.metrics.size(); ++i) {
                at->second.values.emplace_back(run_.budget());
                at->second.layers.emplace_back(run_.budget());
            }
            at->second.states.resize(frame_.selection.metrics.size());
        }
        return at->second;
    }
    const SetSurvey* find(SetNumber number) const {
        const auto at = sets_.find(number);
        return at == sets_.end() ? nullptr : &at->second;
    }
    bool has_failed(SetNumber number) const { return parts_.failures().contains(number); }

    static ColumnSet& set_in(CellType& part, SetNumber number) {
        const auto at = std::ranges::lower_bound(part.sets, number, {},
                                                 [](const ColumnSet& set) { return set_number(set.region, set.side); });
        if (at != part.sets.end() && set_number(at->region, at->side) == number) return *at;
        ColumnSet added;
        added.region = region_of(number);
        added.side = side_of(number);
        return *part.sets.insert(at, std::move(added));
    }

    static void widen_layers(ColumnSet& set, std::size_t layers) {
        if (set.layer_count == layers) return;
        for (auto* const counts : {&set.layer_synapses, &set.layer_cells}) {
            std::vector<std::int64_t> wider(set.size() * layers);
            for (std::size_t i = 0; i < set.size(); ++i)
                std::copy_n(counts->begin() + static_cast<std::ptrdiff_t>(i * set.layer_count), set.layer_count,
                            wider.begin() + static_cast<std::ptrdiff_t>(i * layers));
            *counts = std::move(wider);
        }
        set.layer_count = layers;
    }

    Run& run_;
    TypeParts& parts_;
    const Frame& frame_;
    const ColorOptions& colors_;
    std::map<SetNumber, SetSurvey> sets_;
    std::array<Extent, 2> extents_;
    std::array<Hex, 2> any_columns_;
};

/// Layouts of the columns of one part; without columns, the frame of all.
class PartLayouts {
public:
    PartLayouts(const Survey& survey, const Frame& frame)
        : survey_(survey), frame_(frame), options_(frame_layout(frame)) {}

    /// The layout of a region's maps with these columns.
    std::shared_ptr<const Layout> of(std::size_t region, Side side, Mask columns) const {
        auto layout = std::make_shared<Layout>(
            layout_frame(survey_.extent(side), side, frame_.regions[region].layers.size(), options_));
        place_columns(*layout, std::move(columns));
        return layout;
    }

private:
    const Survey& survey_;
    const Frame& frame_;
    LayoutOptions options_;
};

/// A text in a file of the run.
class FileText : public WaitingText {
public:
    explicit FileText(const Spill& spill) : writer_(*spill.files, spill.folder, *spill.budget) {}
    void write(std::string_view piece) override { writer_.write(piece); }
    void read(FunctionRef<void(std::string_view)> take) override {
        writer_.finish()->read([&](std::span<const std::byte> piece) { take(as_text(piece)); });
    }

private:
    BlobWriter writer_;
};

/// One map on its way to its file.
class OpenMap {
public:
    OpenMap(Run& run, MapModel head, const std::string& file, const SvgOptions& options, StatesInParts states)
        : head_(std::move(head)),
          facts_(facts_of(head_)),
          sink_(run.artifact(file, "image/svg+xml")),
          stream_(head_, options, states, *this, [spill = run.spill()] { return std::make_unique<FileText>(spill); }) {
        facts_.file = file + ".svg";
        if (head_.failure.empty()) facts_.state = states.has_data ? "ok" : "empty";
    }
    OpenMap(const OpenMap&) = delete;
    OpenMap& operator=(const OpenMap&) = delete;

    /// Bytes of the file.
    void operator()(std::string_view text) {
        digest_.add(text);
        facts_.bytes += static_cast<std::int64_t>(text.size());
        sink_.write(text);
    }
    void add(const MapModel& part) {
        stream_.add(part);
        add_part(facts_, part);
    }
    MapFacts finish() {
        stream_.finish();
        sink_.finish();
        facts_.digest = digest_.hex();
        return std::move(facts_);
    }
    bool has_failed() const { return !head_.failure.empty(); }

private:
    MapModel head_;
    MapFacts facts_;
    Sha256 digest_;
    ArtifactSink sink_;
    SvgStream stream_;
};

/// A map of the request by its place in the selection.
struct Wanted {
    std::size_t region = 0;
    Side side = Side::Right;
    std::size_t metric = 0;
    Scale base;
    std::optional<Scale> layer;
};

class PartDrawer {
public:
    PartDrawer(Run& run, TypeParts& parts, const std::string& name, const Frame& frame)
        : run_(run),
          parts_(parts),
          name_(name),
          frame_(frame),
          picture_(parse_picture(frame.picture)),
          colors_(frame_colors(frame)),
          survey_(run, parts, frame, colors_),
          layouts_(survey_, frame) {
        for (std::size_t region = 0; region < frame.regions.size(); ++region)
            layers_ = std::max(layers_, frame.regions[region].layers.size());
    }

    std::vector<Wanted> wanted() const {
        std::vector<Wanted> maps;
        for (const std::size_t region : frame_.selection.regions)
            for (const Side side : frame_.selection.sides)
                for (std::size_t metric = 0; metric < frame_.selection.metrics.size(); ++metric)
                    maps.push_back({region, side, metric, with_bins(survey_.base(metric, region, side)),
                                    with_bins(survey_.layer(metric, region))});
        return maps;
    }

    /// Draws some maps in one pass.
    void draw(std::span<const Wanted> maps, std::vector<MapFacts>& facts,
              FunctionRef<void(std::string_view)> list_columns) {
        std::vector<std::unique_ptr<OpenMap>> open;
        for (const Wanted& map : maps)
            open.push_back(open_map(map));
        parts_.for_each([&](CellType&& part, HexLines lines) {
            survey_.complete(part);
            const Universe universe = universe_of(frame_.universe, part, lines);
            for (std::size_t i = 0; i < maps.size(); ++i)
                if (!open[i]->has_failed()) add_columns(*open[i], maps[i], part, universe, list_columns);
        });
        for (const auto& map : open)
            facts.push_back(map->finish());
    }

private:
    Scale with_bins(Scale scale) const {
        scale.has_linear_bins = colors_.linear_bins;
        return scale;
    }
    std::optional<Scale> with_bins(std::optional<Scale> scale) const {
        if (scale) scale->has_linear_bins = colors_.linear_bins;
        return scale;
    }

    MapModel model(const Wanted& map, const CellType& type, const Universe& universe,
                   std::shared_ptr<const Layout> layout) const {
        MapInput input;
        input.regions = &frame_.regions;
        input.universe = &universe;
        input.type = &type;
        input.region = map.region;
        input.side = map.side;
        input.metric = frame_.selection.metrics[map.metric];
        input.layout = std::move(layout);
        input.base = map.base;
        input.layer = map.layer;
        input.colors = colors_;
        input.provenance = frame_.provenance;
        MapModel made = make_map(input);
        made.facts = frame_.facts;
        return made;
    }

    /// The map without its columns: it is made with one of them, for a map without any has failed.
    std::unique_ptr<OpenMap> open_map(const Wanted& map) {
        CellType none{parts_.name(), {}};
        survey_.complete(none);
        const bool is_empty = survey_.extent(map.side).is_empty;
        Mask some = is_empty ? Mask() : Mask{survey_.any_column(map.side)};
        MapModel head = model(map, none, {}, layouts_.of(map.region, map.side, std::move(some)));
        head.columns.clear();
        head.layer_values.clear();
        const std::string file = map_file(head, name_);
        const StatesInParts states = survey_.states(map.region, map.side, map.metric);
        return std::make_unique<OpenMap>(run_, std::move(head), file, picture_.svg, states);
    }

    void add_columns(OpenMap& open, const Wanted& map, const CellType& part, const Universe& universe,
                     FunctionRef<void(std::string_view)> list_columns) const {
        Mask drawn = drawn_columns(universe, map.side);
        if (drawn.empty()) return;
        Reservation held(run_.budget(), drawn.size() * (sizeof(MapColumn) + sizeof(Place) + sizeof(Hex) +
                                                        layers_ * sizeof(std::int64_t)));
        const MapModel columns = model(map, part, universe, layouts_.of(map.region, map.side, std::move(drawn)));
        open.add(columns);
        if (!frame_.lists_columns) return;
        std::string csv;
        append_columns(csv, columns, part.find(map.region, map.side), layers_);
        list_columns(csv);
    }

    Run& run_;
    TypeParts& parts_;
    const std::string& name_;
    const Frame& frame_;
    Picture picture_;
    ColorOptions colors_;
    Survey survey_;
    PartLayouts layouts_;
    std::size_t layers_ = 0;
};

}  // namespace

std::vector<MapFacts> draw_parts(Run& run, TypeParts& parts, const std::string& name, const Frame& frame,
                                 FunctionRef<void(std::string_view)> list_columns) {
    PartDrawer drawer(run, parts, name, frame);
    const std::vector<Wanted> maps = drawer.wanted();
    std::vector<MapFacts> facts;
    // Rows of columns.csv stand map by map. Texts that wait have a buffer each, which are to take an eighth at most.
    constexpr std::uint64_t kBuffers = BlobWriter::kInMemory * (SvgStream::kMostWaiting + 1);
    const std::uint64_t fit = parse_picture(frame.picture).svg.profile == Profile::Compact
                                  ? run.budget().attainable() / 8 / kBuffers
                                  : maps.size();
    const std::size_t at_once = frame.lists_columns ? 1 : std::clamp<std::size_t>(fit, 1, maps.size() + 1);
    for (std::size_t i = 0; i < maps.size(); i += at_once)
        drawer.draw(std::span(maps).subspan(i, std::min(at_once, maps.size() - i)), facts, list_columns);
    return facts;
}

}  // namespace hone::eyemap
