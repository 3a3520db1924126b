#include <algorithm>
#include <iterator>

#include "hone/base/text.h"
#include "hone/formats/chart_panel.h"

namespace hone {
namespace {

constexpr double kHeight = Look::kLabel * 1.2;
constexpr double kRuleOrderWeight = 0.005;  // a rule is named as well at one place as at another
constexpr double kGrazed = 2;               // px of a mark's edge that leaders of others may pass below
constexpr double kInset = 4;                // px between a label and the edge or the rule it names

/// Along a horizontal rule, above and below it, from the right end to the left.
std::vector<LabelPlace> places_along(const Box& plot, double y, double width) {
    std::vector<LabelPlace> places;
    constexpr int kStops = 8;
    for (int stop = 0; stop <= kStops; ++stop) {
        const double room = plot.width() - width - 2 * kInset;
        const double left = plot.left + kInset + room * (kStops - stop) / kStops;
        places.push_back({{left, y - 2 - kHeight, left + width, y - 2}});
        places.push_back({{left, y + 2, left + width, y + 2 + kHeight}});
    }
    return places;
}

/// Beside a vertical rule, right and left of it, from the top down.
std::vector<LabelPlace> places_beside(const Box& plot, double x, double width) {
    std::vector<LabelPlace> places;
    constexpr int kStops = 8;
    for (int stop = 0; stop <= kStops; ++stop) {
        const double top = plot.top + kInset + (plot.height() - kHeight - 2 * kInset) * stop / kStops;
        places.push_back({{x + kInset, top, x + kInset + width, top + kHeight}});
        places.push_back({{x - kInset - width, top, x - kInset, top + kHeight}});
    }
    return places;
}

class Labeller {
public:
    Labeller(Panel& panel, const Shade& shade) : panel_(panel), placer_(panel.plot.grown(1), shade) {
        if (panel.legend.place == Legend::Place::Inside) placer_.block(panel.legend.box);
        if (panel.note.width() > 0) placer_.block(panel.note);
        for (const Shape& shape : panel.shapes)
            for (const auto& [x, y] : shape.marks)
                placer_.block(Box{x, y, x, y}.grown(shape.radius + 0.5), kGrazed);
    }

    void rules() {
        for (const Rule& rule : panel_.chart->rules) {
            const PlotAxis& axis = rule.direction == Rule::Direction::Horizontal ? panel_.limits.y : panel_.limits.x;
            if (rule.label.empty() || !axis.contains(rule.at)) continue;
            const double width = text_width(rule.label, Look::kLabel);
            const double at = axis.px(rule.at);
            place(rule.label, readable_on_white(rule.color),
                  runs_across(*panel_.chart, rule) ? places_along(panel_.plot, at, width)
                                                   : places_beside(panel_.plot, at, width),
                  kRuleOrderWeight);
        }
    }

    /// Places labels near their marks; those that are left over try again farther away, all of them anew.
    void marks() {
        const LabelPlacer before = placer_;
        std::vector<PlacedLabel> best;
        std::size_t wanted = 0;
        struct Try {
            double reach;  // px
            int rounds;
        };
        for (const auto& [reach, rounds] : {Try{90, 12}, Try{180, 12}}) {
            std::vector<Wish> wishes = wishes_of_marks(reach);
            wanted = wishes.size();
            std::vector<PlacedLabel> placed = place_all(std::move(wishes), rounds, before);
            if (placed.size() > best.size()) best = std::move(placed);
            if (best.size() == wanted || wanted > kMany) break;
            placer_ = before;
        }
        panel_.left_out += wanted - best.size();
        std::ranges::move(best, std::back_inserter(panel_.labels));
    }

    void bars(const Series& series, const Shape& shape) {
        for (std::size_t i = 0; i < shape.bars.size(); ++i) {
            const std::size_t row = shape.bar_rows[i];
            const std::string& label = series.labels[row];
            if (label.empty()) continue;
            const Box& bar = shape.bars[i];
            const double half = text_width(label, Look::kLabel) / 2;
            const bool is_up = series.y[row] >= 0;
            if (panel_.chart->is_turned) {
                const double left = is_up ? bar.right + kInset : bar.left - kInset - 2 * half;
                const double middle = (bar.top + bar.bottom) / 2;
                place(label, Look::kInk, {{{left, middle - kHeight / 2, left + 2 * half, middle + kHeight / 2}}});
                continue;
            }
            const double middle = (bar.left + bar.right) / 2;
            const double top = is_up ? bar.top - 2 - kHeight : bar.bottom + 2;
            const LabelPlace outside{{middle - half, top, middle + half, top + kHeight}};
            place(label, Look::kInk, {outside});
        }
    }

private:
    struct Wish {
        const std::string* text;
        std::vector<LabelPlace> places;
        std::ptrdiff_t free_places;
    };
    static constexpr std::size_t kMany = 200;  // labels; beyond, leaders would be a thicket

    /// Labels with the fewest free places come first, so that those with many do not take them away. Those that are
    /// left out come first in the next round; the round that leaves out the fewest counts.
    std::vector<PlacedLabel> place_all(std::vector<Wish> wishes, int rounds, const LabelPlacer& before) {
        std::ranges::stable_sort(wishes, {}, &Wish::free_places);
        if (wishes.size() > kMany) rounds = 1;
        std::vector<PlacedLabel> best;
        for (int round = 0; round < rounds && best.size() < wishes.size(); ++round) {
            placer_ = before;
            std::vector<PlacedLabel> placed;
            std::vector<Wish> refused;
            std::vector<Wish> granted;
            for (Wish& wish : wishes) {
                const auto chosen = placer_.place(wish.places);
                if (chosen) placed.push_back({*wish.text, Look::kInk, wish.places[*chosen]});
                (chosen ? granted : refused).push_back(std::move(wish));
            }
            if (placed.size() > best.size()) best = std::move(placed);
            wishes = std::move(refused);
            std::ranges::move(granted, std::back_inserter(wishes));
        }
        return best;
    }

    std::vector<Wish> wishes_of_marks(double most_reach) const {
        std::vector<Wish> wishes;
        for (std::size_t i = 0; i < panel_.shapes.size(); ++i) {
            const Shape& shape = panel_.shapes[i];
            const Series& series = panel_.chart->series[i];
            if (series.labels.empty()) continue;
            for (std::size_t j = 0; j < shape.marks.size(); ++j) {
                const std::string& label = series.labels[shape.mark_rows[j]];
                if (label.empty()) continue;
                const double width = text_width(label, Look::kLabel);
                const double reach = shape.marks.size() > kMany ? 0 : most_reach;
                Wish wish{&label, places_around(shape.marks[j], shape.radius, width, kHeight, reach), 0};
                const auto is_free = [&](const LabelPlace& place) { return placer_.is_free(place); };
                wish.free_places = std::ranges::count_if(wish.places, is_free);
                wishes.push_back(std::move(wish));
            }
        }
        return wishes;
    }

    void place(const std::string& text, const std::string& color, const std::vector<LabelPlace>& places,
               double order_weight = 0.03) {
        const auto chosen = placer_.place(places, order_weight);
        if (chosen)
            panel_.labels.push_back({text, color, places[*chosen]});
        else
            ++panel_.left_out;
    }

    Panel& panel_;
    LabelPlacer placer_;
};

}  // namespace

Box note_box(const Panel& panel) {
    const std::vector<std::string>& lines = panel.chart->note;
    if (lines.empty()) return {};
    constexpr double kMargin = 10;
    constexpr int kStops = 6;
    double width = 0;
    for (const std::string& line : lines)
        width = std::max(width, text_width(line, Look::kLabel));
    width += 2 * Look::kNotePadding;
    const double height = static_cast<double>(lines.size()) * Look::kNoteLine + 2 * Look::kNotePadding;
    const Box room = panel.plot.grown(-kMargin);
    if (width > room.width() || height > room.height()) return {};
    const Shade shade = shade_of(panel);
    Box best;
    double least = 1e9;
    for (int down = 0; down <= kStops; ++down) {
        for (int right = 0; right <= kStops; ++right) {
            const double left = room.left + (room.width() - width) * right / kStops;
            const double top = room.top + (room.height() - height) * down / kStops;
            const Box box{left, top, left + width, top + height};
            if (panel.legend.place == Legend::Place::Inside && box.overlaps(panel.legend.box.grown(8))) continue;
            // Corners look calmer than the middle.
            const double cost =
                shade.under(box) + 0.01 * (std::min(down, kStops - down) + std::min(right, kStops - right));
            if (cost >= least) continue;
            best = box;
            least = cost;
        }
    }
    return best;
}

void place_labels(Panel& panel) {
    panel.labels.clear();
    panel.left_out = 0;
    panel.note = note_box(panel);
    if (!panel.chart->note.empty() && panel.note.width() == 0) panel.left_out = 1;
    const auto has_labels = [](const Series& series) { return !series.labels.empty(); };
    if (panel.chart->rules.empty() && std::ranges::none_of(panel.chart->series, has_labels)) return;
    const Shade shade = shade_of(panel);
    Labeller labeller(panel, shade);
    labeller.rules();
    for (std::size_t i = 0; i < panel.shapes.size(); ++i)
        if (has_labels(panel.chart->series[i])) labeller.bars(panel.chart->series[i], panel.shapes[i]);
    labeller.marks();
}

}  // namespace hone
