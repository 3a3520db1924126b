#include "hone/apps/eyemap/document_reader.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "hone/apps/eyemap/json_slices.h"
#include "hone/apps/eyemap/packed_rows.h"
#include "hone/base/error.h"
#include "hone/base/json.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr std::string_view kFormat = "hone-eyemap";
constexpr std::int64_t kLeastHex = -32768;

/// The integer of a number without fraction; nothing for anything else.
std::optional<std::int64_t> whole(const Json& value) {
    if (value.is_integer()) return value.integer();
    constexpr double kExact = 9007199254740992.0;
    if (!value.is_double() || std::nearbyint(value.number()) != value.number() || std::abs(value.number()) > kExact)
        return std::nullopt;
    return static_cast<std::int64_t>(value.number());
}

std::string shown(const Json& value) {
    return fit_width(value.dump(0), 40);
}

std::string text_of(const Json& value) {
    return value.is_text() ? value.text() : value.is_null() ? std::string() : value.dump(0);
}

/// Members of a column that are read into a DocumentColumn.
class ColumnParser {
public:
    ColumnParser(DocumentColumn& column, int first_layer) : column_(column), first_layer_(first_layer) {}

    void parse(std::string_view text) {
        column_.synapses = column_.cells = column_.pre = column_.post = kAbsent;
        if (!text.starts_with('{')) {
            problem(Finding::MissingField, "columns", "expected an object");
            return;
        }
        for_each_member(text, [&](std::string_view name, std::string_view value) { take(name, value); });
        for (std::size_t i = 0; i < kNeeded.size(); ++i)
            if (!has_[i]) problem(Finding::MissingField, kNeeded[i], cat(kNeeded[i], " is not there"));
        add_arrays();
    }

private:
    static constexpr std::array<std::string_view, 4> kNeeded = {"region", "side", "hex1", "hex2"};

    void problem(Finding finding, std::string_view field, std::string text, Severity severity = Severity::Error) {
        column_.problems.push_back({finding, severity, std::string(field), std::move(text)});
    }

    void take(std::string_view name, std::string_view text) {
        if (name == "layers") return take_layers(text);
        if (name == "values") return take_values(text);
        if (name == "meta") return;
        const Json value = Json::parse(text);
        const auto needed = std::ranges::find(kNeeded, name);
        if (needed != kNeeded.end()) {
            has_[static_cast<std::size_t>(needed - kNeeded.begin())] = !value.is_null();
            if (!value.is_null()) take_place(name, value);
        } else if (name == "total_synapses") {
            column_.synapses = count(name, value);
        } else if (name == "neuron_count") {
            column_.cells = count(name, value);
        } else if (name == "pre") {
            column_.pre = count(name, value);
        } else if (name == "post") {
            column_.post = count(name, value);
        } else if (name == "synapses_by_layer" || name == "cells_by_layer") {
            take_array(name, value);
        } else if (name != "status") {
            column_.unknown.emplace_back(valid_utf8(name));
        }
    }

    void take_place(std::string_view name, const Json& value) {
        if (name == "region") {
            column_.region = text_of(value);
        } else if (name == "side") {
            column_.side = text_of(value);
        } else {
            const auto number = whole(value);
            if (!number)
                problem(Finding::BadNumber, name, cat("expected a whole number, found ", shown(value)));
            else if (*number < kLeastHex || *number > kMostHex)
                problem(Finding::CoordinateRange, name, cat("expected -32768 to 32767, found ", *number));
            else
                (name == "hex1" ? column_.hex.hex1 : column_.hex.hex2) = static_cast<std::int32_t>(*number);
        }
    }

    std::int64_t count(std::string_view name, const Json& value, Severity severity = Severity::Error) {
        if (value.is_null()) return kMissingCount;
        const auto number = whole(value);
        if (number && *number >= 0 && *number <= kMostCount) return *number;
        problem(number && *number < 0 ? Finding::NegativeCount : Finding::BadNumber, name,
                cat("expected a whole number from 0 to 2^53, found ", shown(value)), severity);
        return kMissingCount;
    }

    void take_values(std::string_view text) {
        if (!text.starts_with('{')) return problem(Finding::BadNumber, "values", "expected an object");
        for_each_member(text, [&](std::string_view name, std::string_view written) {
            const Json value = Json::parse(written);
            const std::string field = cat("values.", name);
            if (value.is_null()) return;
            if (!value.is_integer() && !value.is_double())
                problem(Finding::BadNumber, field, cat("expected a number, found ", shown(value)));
            else if (!std::isfinite(value.number()))
                problem(Finding::NotFinite, field, cat("expected a finite number, found ", valid_utf8(written)));
            else
                column_.values.emplace_back(Json::parse(cat('"', name, '"')).text(), value.number());
        });
    }

    void take_layers(std::string_view text) {
        if (!text.starts_with('['))
            return problem(Finding::BadNumber, "layers", "expected an array", Severity::Warning);
        std::size_t position = 0;
        for_each_item(text, [&](std::string_view item) { take_layer(item, cat("layers[", position++, ']')); });
    }

    /// A layer that cannot be read is left out.
    void take_layer(std::string_view item, const std::string& field) {
        const Json entry = item.starts_with('{') ? checked(item) : Json();
        const Json* const number = entry.find("layer");
        const auto layer = number == nullptr ? std::nullopt : whole(*number);
        if (!layer)
            return problem(Finding::BadNumber, field, "expected an object with a layer number; it is left out",
                           Severity::Warning);
        const std::size_t before = column_.problems.size();
        const auto counted = [&](std::string_view name) {
            const Json* const value = entry.find(name);
            return value == nullptr ? kAbsent : count(cat(field, '.', name), *value, Severity::Warning);
        };
        const std::int64_t synapses = counted("synapses");
        const std::int64_t cells = counted("cells");
        if (column_.problems.size() == before) add_layer(*layer, synapses, cells, field);
    }

    void add_layer(std::int64_t number, std::int64_t synapses, std::int64_t cells, const std::string& field) {
        const std::int64_t layer = number + 1 - first_layer_;
        if (layer < 1 || layer > kMostLayers)
            return problem(Finding::UnknownLayer, field, cat("no layer has the number ", number, "; it is left out"),
                           Severity::Warning);
        column_.layers.push_back({static_cast<std::int32_t>(layer), synapses, cells});
    }

    /// An object whose names come once.
    static Json checked(std::string_view object) {
        for_each_member(object, [](std::string_view, std::string_view) {});
        return Json::parse(object);
    }

    void take_array(std::string_view name, const Json& value) {
        if (!value.is_array()) return problem(Finding::BadNumber, name, "expected an array", Severity::Warning);
        auto& counts = name == "synapses_by_layer" ? synapses_ : cells_;
        for (const Json& item : value.items())
            counts.push_back(count(cat(name, '[', counts.size(), ']'), item, Severity::Warning));
    }

    void add_arrays() {
        const std::size_t layers = std::max(synapses_.size(), cells_.size());
        for (std::size_t i = 0; i < layers; ++i)
            add_layer(static_cast<std::int64_t>(i) + first_layer_, i < synapses_.size() ? synapses_[i] : kAbsent,
                      i < cells_.size() ? cells_[i] : kAbsent, "synapses_by_layer");
    }

    DocumentColumn& column_;
    int first_layer_;
    std::array<bool, 4> has_{};
    std::vector<std::int64_t> synapses_, cells_;
};

Mask universe_mask(const Json& value) {
    if (value.is_text()) return parse_mask(value.text());
    std::vector<Hex> columns;
    for (const Json& pair : value.items()) {
        const auto hex1 = pair.is_array() && pair.items().size() == 2 ? whole(pair.items()[0]) : std::nullopt;
        const auto hex2 = hex1 ? whole(pair.items()[1]) : std::nullopt;
        const auto is_near = [](std::int64_t n) { return n >= -kMostHex && n <= kMostHex; };
        if (!hex2 || !is_near(*hex1) || !is_near(*hex2))
            fail(Fault::Input, "expected a column [hex1,hex2] in the universe, found ", shown(pair));
        columns.push_back({static_cast<std::int32_t>(*hex1), static_cast<std::int32_t>(*hex2)});
    }
    const std::size_t count = columns.size();
    Mask mask = make_mask(std::move(columns));
    if (mask.size() != count) fail(Fault::Input, "a column comes twice in the universe");
    return mask;
}

void read_dataset(std::string_view text, DocumentHead& head) {
    for_each_member(text, [&](std::string_view name, std::string_view written) {
        const Json value = Json::parse(written);
        if (name == "name")
            head.provenance.name = text_of(value);
        else if (name == "version")
            head.provenance.version = text_of(value);
        else if (name == "licence" || name == "license")
            head.provenance.licence = text_of(value);
        else if (name == "complete")
            head.is_complete = value.boolean();
        else
            head.unknown.push_back(cat("dataset.", valid_utf8(name)));
    });
}

void read_region(std::string_view text, DocumentHead& head) {
    Region region;
    std::optional<std::int64_t> layers;
    for_each_member(text, [&](std::string_view name, std::string_view written) {
        const Json value = Json::parse(written);
        if (name == "name") {
            region.name = value.text();
        } else if (name == "layers") {
            layers = whole(value);
        } else if (name == "layer_names") {
            for (const Json& item : value.items())
                region.layers.push_back(item.text());
        } else {
            head.unknown.push_back(cat("regions.", valid_utf8(name)));
        }
    });
    if (!layers && !region.layers.empty()) layers = static_cast<std::int64_t>(region.layers.size());
    if (!layers || *layers < 0 || *layers > kMostLayers)
        fail(Fault::Input, "expected 0 to ", kMostLayers, " layers of region ", region.name);
    // Names are made by the registry, and for a region that it knows are its own.
    Regions known = Regions::builtin();
    const auto at = known.find(region.name);
    const bool keeps_names =
        region.layers.empty() && at && known[*at].layers.size() == static_cast<std::size_t>(*layers);
    if (keeps_names) region.layers = known[*at].layers;
    known.add(region.name, static_cast<std::size_t>(*layers), region.layers);
    head.regions.push_back(known[*known.find(region.name)]);
}

void check_format(const std::optional<Json>& format, const std::optional<Json>& version) {
    if (!format || !format->is_text() || format->text() != kFormat)
        fail(Fault::Input, "expected a document with \"format\":\"", kFormat, "\"");
    if (!version || !version->is_integer() || version->integer() != 1)
        fail(Fault::Input, "expected \"version\":1 of the document format, found ", version ? shown(*version) : "none");
}

void read_type(std::string_view text, int first_layer, LineCounter& lines, const DocumentSink& sink) {
    const std::uint64_t line = lines.line(text);
    const auto refuse = [&](std::string_view what) {
        sink.bad_type(line, {Finding::MissingField, Severity::Error, "name", cat("a type without ", what)});
    };
    if (!text.starts_with('{')) return refuse("an object");
    std::string name;
    std::string_view columns;
    std::vector<std::string> unknown;
    for_each_member(text, [&](std::string_view member, std::string_view value) {
        if (member == "name")
            name = value.starts_with('"') ? Json::parse(value).text() : std::string();
        else if (member == "columns")
            columns = value;
        else if (member != "meta")
            unknown.push_back(valid_utf8(member));
    });
    if (trim(name).empty()) return refuse("a name");
    sink.type(name, line);
    if (columns.empty()) return;
    std::size_t position = 0;
    for_each_item(columns, [&](std::string_view item) {
        DocumentColumn column;
        column.type = name;
        column.position = position++;
        column.line = lines.line(item);
        column.unknown = std::exchange(unknown, {});
        ColumnParser(column, first_layer).parse(item);
        sink.column(column);
    });
}

}  // namespace

bool is_document(std::string_view text) {
    bool has_format = false;
    bool has_data = false;
    for_each_member(text, [&](std::string_view name, std::string_view) {
        has_format = has_format || name == "format" || name == "types";
        has_data = has_data || name == "data";
    });
    return has_format || !has_data;
}

DocumentHead read_document_head(std::string_view text) {
    if (!is_utf8(text)) throw Error(Fault::Input, "expected a document in UTF-8").with_id(finding_id(Finding::BadText));
    DocumentHead head;
    std::optional<Json> format, version;
    for_each_member(text, [&](std::string_view name, std::string_view value) {
        if (name == "format") {
            format = Json::parse(value);
        } else if (name == "version") {
            version = Json::parse(value);
        } else if (name == "dataset") {
            read_dataset(value, head);
        } else if (name == "regions") {
            for_each_item(value, [&](std::string_view region) { read_region(region, head); });
        } else if (name == "universe") {
            for_each_member(value, [&](std::string_view set, std::string_view columns) {
                head.universe.emplace_back(valid_utf8(set), universe_mask(Json::parse(columns)));
            });
        } else if (name != "types") {
            head.unknown.push_back(valid_utf8(name));
        }
    });
    check_format(format, version);
    return head;
}

void read_document_types(std::string_view text, int first_layer, const DocumentSink& sink) {
    LineCounter lines(text);
    for_each_member(text, [&](std::string_view name, std::string_view value) {
        if (name != "types") return;
        for_each_item(value, [&](std::string_view type) { read_type(type, first_layer, lines, sink); });
    });
}

}  // namespace hone::eyemap
