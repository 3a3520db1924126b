#include "hone/apps/eyemap/row_layout.h"

#include <algorithm>

#include "hone/apps/eyemap/packed_rows.h"
#include "hone/apps/eyemap/place_name.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

using Kinds = std::uint8_t;
constexpr Kinds bit(TableKind kind) {
    return static_cast<Kinds>(1U << static_cast<unsigned>(kind));
}
constexpr Kinds kColumns = bit(TableKind::Columns);
constexpr Kinds kLayers = bit(TableKind::Layers);
constexpr Kinds kSynapses = bit(TableKind::Synapses);
constexpr Kinds kPlaces = bit(TableKind::Rois);
constexpr Kinds kNeurons = bit(TableKind::Neurons);
constexpr Kinds kUniverse = bit(TableKind::Listed);
constexpr Kinds kAssigned = bit(TableKind::Assigned);
constexpr Kinds kCells = kSynapses | kPlaces | kNeurons | kAssigned;
constexpr Kinds kWithHex = kColumns | kLayers | kSynapses | kUniverse | kAssigned;

/// A name of a column, for which kinds it is read and for which it must be there.
struct Alias {
    std::string_view name;  ///< lower case; the first of a role is what it should be called
    Role role;
    Kinds kinds;
    Kinds required = 0;
};
constexpr std::array<Alias, 36> kAliases = {
    {{"type", Role::Type, 0x7F & ~kUniverse, kColumns | kLayers | kSynapses | kAssigned},
     {"neuron_type", Role::Type, 0x7F & ~kUniverse},
     {"cell_type", Role::Type, 0x7F & ~kUniverse},
     {"body_id", Role::Body, kCells, kCells},
     {"bodyid", Role::Body, kCells},
     {"region", Role::RegionName, kWithHex, kColumns | kLayers | kSynapses | kUniverse},
     {"side", Role::SideName, kWithHex},
     {"hex1", Role::Hex1, kWithHex, kWithHex},
     {"hex1_id", Role::Hex1, kWithHex},
     {"olhex1", Role::Hex1, kWithHex},
     {"assigned_hex1", Role::Hex1, kWithHex},
     {"assignedolhex1", Role::Hex1, kWithHex},
     {"hex2", Role::Hex2, kWithHex, kWithHex},
     {"hex2_id", Role::Hex2, kWithHex},
     {"olhex2", Role::Hex2, kWithHex},
     {"assigned_hex2", Role::Hex2, kWithHex},
     {"assignedolhex2", Role::Hex2, kWithHex},
     {"layer", Role::Layer, kLayers | kSynapses, kLayers | kSynapses},
     {"ollayer", Role::Layer, kLayers | kSynapses},
     {"layer_index", Role::Layer, kLayers | kSynapses},
     {"synapses", Role::Synapses, kLayers | kSynapses, kSynapses},
     {"synapse_count", Role::Synapses, kLayers},
     {"n", Role::Synapses, kSynapses},
     {"count", Role::Synapses, kSynapses},
     {"weight", Role::Synapses, kSynapses},
     {"total_synapses", Role::Synapses, kColumns},
     {"neuron_count", Role::Cells, kColumns | kLayers},
     {"cells", Role::Cells, kLayers},
     {"pre", Role::Pre, kColumns | kSynapses | kPlaces},
     {"post", Role::Post, kColumns | kSynapses | kPlaces},
     {"soma_side", Role::BodySide, kCells},
     {"somaside", Role::BodySide, kCells},
     {"roi", Role::Place, kPlaces, kPlaces},
     {"place", Role::Place, kPlaces},
     {"roi_info", Role::PlaceInfo, kNeurons},
     {"roiinfo", Role::PlaceInfo, kNeurons, kNeurons}}};

constexpr std::array<std::string_view, 6> kFlagOrder = {"ME(R)", "ME(L)", "LO(R)", "LO(L)", "LOP(R)", "LOP(L)"};

/// Lower case, without what stands before a dot.
std::string plain_name(std::string_view name) {
    const std::size_t dot = name.rfind('.');
    const bool has_prefix = dot != std::string_view::npos && !name.starts_with("value:");
    return to_lower(trim(has_prefix ? name.substr(dot + 1) : name));
}

std::optional<Role> role_of(std::string_view plain, Kinds kinds) {
    for (const Alias& alias : kAliases)
        if (alias.name == plain && (alias.kinds & kinds) != 0) return alias.role;
    return std::nullopt;
}

TableKind detect(const std::vector<std::string>& plain, std::string_view path) {
    const auto has = [&](Role role, Kinds kinds) {
        return std::ranges::any_of(plain, [&](const std::string& name) { return role_of(name, kinds) == role; });
    };
    if (has(Role::PlaceInfo, kNeurons)) return TableKind::Neurons;
    const bool has_hex = has(Role::Hex1, kWithHex) && has(Role::Hex2, kWithHex);
    if (has(Role::Body, kCells)) {
        if (has(Role::Place, kPlaces)) return TableKind::Rois;
        if (has(Role::Layer, kSynapses) || has(Role::Synapses, kSynapses)) return TableKind::Synapses;
        if (has_hex) return TableKind::Assigned;
    } else if (has_hex) {
        if (!has(Role::Type, kColumns)) return TableKind::Listed;
        return has(Role::Layer, kLayers) ? TableKind::Layers : TableKind::Columns;
    }
    throw Error(Fault::Input, cat("no kind of table has the columns ", join(plain, ", "), ": ", path))
        .with_id("eyemap.missing-field")
        .with_mend("See the kinds and their columns in the README of eyemap, or give --kind.");
}

CsvColumn::Kind kind_of(Role role) {
    switch (role) {
        case Role::Hex1:
        case Role::Hex2:
        case Role::Layer:
        case Role::Synapses:
        case Role::Cells:
        case Role::Pre:
        case Role::Post:
            return CsvColumn::Kind::Int64;
        default:
            return CsvColumn::Kind::Text;
    }
}

/// The layer of a column called "syn_3" or "cells_3"; nothing for other names.
std::optional<RowLayout::LayerColumn> layer_column(std::string_view plain, int first_layer, std::string_view path) {
    const bool is_cells = plain.starts_with("cells_");
    if (!is_cells && !plain.starts_with("syn_")) return std::nullopt;
    const std::string_view digits = plain.substr(plain.find('_') + 1);
    const auto number = parse_int64(digits);
    if (!number || digits.front() == '-' || digits.front() == '+') return std::nullopt;
    const std::int64_t layer = *number + 1 - first_layer;
    if (layer < 1 || layer > kMostLayers)
        throw Error(Fault::Input, cat("layers are numbered from ", first_layer, " to ", kMostLayers - 1 + first_layer,
                                      ", found column ", plain, ": ", path))
            .with_id("eyemap.unknown-layer");
    return RowLayout::LayerColumn{static_cast<std::int32_t>(layer), is_cells, 0};
}

class Builder {
public:
    Builder(TableKind kind, int first_layer, std::string_view path) : first_layer_(first_layer), path_(path) {
        layout_.kind = kind;
    }

    void add(const std::string& name) {
        const std::string plain = plain_name(name);
        if (const auto role = role_of(plain, bit(layout_.kind))) return add_role(*role, name);
        const bool is_columns = layout_.kind == TableKind::Columns;
        if (is_columns && to_lower(name.substr(0, 6)) == "value:" && name.size() > 6) {
            layout_.values.emplace_back(std::string(trim(std::string_view(name).substr(6))), layout_.wanted.size());
            return want(name, CsvColumn::Kind::Double);
        }
        if (auto layer = is_columns ? layer_column(plain, first_layer_, path_) : std::nullopt) {
            layer->column = layout_.wanted.size();
            layout_.layers.push_back(*layer);
            return want(name, CsvColumn::Kind::Int64);
        }
        const auto flag = split_region_of_side(name);
        if (layout_.kind == TableKind::Synapses && flag && std::ranges::find(kFlagOrder, name) != kFlagOrder.end()) {
            layout_.flags.push_back({std::string(flag->region), flag->side, layout_.wanted.size()});
            return want(name, CsvColumn::Kind::Text);
        }
        // The state of a column follows from its values, not from what is written.
        if (!name.empty() && plain != "status") layout_.unknown.push_back(name);
    }

    RowLayout finish() {
        check_needed();
        const auto place = [](const RowLayout::FlagColumn& flag) {
            const std::string name = cat(flag.region, '(', side_letter(flag.side), ')');
            return std::ranges::find(kFlagOrder, name) - kFlagOrder.begin();
        };
        std::ranges::sort(layout_.flags, {}, place);
        std::ranges::sort(layout_.layers, {}, [](const auto& one) { return std::pair(one.layer, one.is_cells); });
        for (std::size_t i = 1; i < layout_.layers.size(); ++i)
            if (layout_.layers[i].layer == layout_.layers[i - 1].layer &&
                layout_.layers[i].is_cells == layout_.layers[i - 1].is_cells)
                fail_twice(layout_.wanted[layout_.layers[i - 1].column].name,
                           layout_.wanted[layout_.layers[i].column].name);
        return std::move(layout_);
    }

private:
    void add_role(Role role, const std::string& name) {
        auto& at = layout_.roles[static_cast<std::size_t>(role)];
        if (at) fail_twice(layout_.wanted[*at].name, name);
        at = layout_.wanted.size();
        want(name, kind_of(role));
    }

    void want(const std::string& name, CsvColumn::Kind kind) { layout_.wanted.push_back({name, kind}); }

    [[noreturn]] void fail_twice(const std::string& first, const std::string& second) const {
        fail(Fault::Input, "columns ", first, " and ", second, " mean the same: ", path_);
    }

    void check_needed() const {
        for (const Alias& alias : kAliases) {
            if ((alias.required & bit(layout_.kind)) == 0 || layout_[alias.role]) continue;
            if (alias.role == Role::RegionName && !layout_.flags.empty()) continue;
            fail_absent(alias.name);
        }
        const bool is_rois = layout_.kind == TableKind::Rois;
        if (is_rois && !layout_[Role::Pre] && !layout_[Role::Post]) fail_absent("pre or post");
    }

    [[noreturn]] void fail_absent(std::string_view name) const {
        throw Error(Fault::Input,
                    cat("no column ", name, " in a table of ", table_kind_name(layout_.kind), ": ", path_))
            .with_id("eyemap.missing-field");
    }

    RowLayout layout_;
    int first_layer_;
    std::string_view path_;
};

}  // namespace

std::string_view table_kind_name(TableKind kind) {
    constexpr std::array<std::string_view, 7> kNames = {"columns", "layers",   "synapses", "rois",
                                                        "neurons", "universe", "assigned"};
    return kNames[static_cast<std::size_t>(kind)];
}

TableKind parse_table_kind(std::string_view text) {
    for (const TableKind kind : {TableKind::Columns, TableKind::Layers, TableKind::Synapses, TableKind::Rois,
                                 TableKind::Listed, TableKind::Assigned})
        if (text == table_kind_name(kind)) return kind;
    fail(Fault::Usage, "parameter kind is columns, layers, synapses, rois, universe or assigned, found ", text);
}

std::string RowLayout::name(Role role) const {
    if (const auto at = (*this)[role]) return wanted[*at].name;
    for (const Alias& alias : kAliases)
        if (alias.role == role && (alias.kinds & bit(kind)) != 0) return std::string(alias.name);
    return {};
}

RowLayout layout_rows(const std::vector<std::string>& names, std::optional<TableKind> kind, int first_layer,
                      std::string_view path) {
    std::vector<std::string> plain;
    plain.reserve(names.size());
    for (const std::string& name : names)
        plain.push_back(plain_name(name));
    // Rows of neurons are a form of rois rows, so that is what they are called when the kind is given.
    const bool may_be_neurons = !kind || kind == TableKind::Rois;
    const bool has_info = std::ranges::any_of(plain, [](const std::string& name) { return name == "roiinfo"; });
    if (may_be_neurons && has_info) kind = TableKind::Neurons;
    Builder builder(kind ? *kind : detect(plain, path), first_layer, path);
    for (const std::string& name : names)
        builder.add(name);
    return builder.finish();
}

}  // namespace hone::eyemap
