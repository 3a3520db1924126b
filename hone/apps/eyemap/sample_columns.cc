#include "hone/apps/eyemap/sample_columns.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

std::size_t most_layers(const SampleLattice& lattice) {
    int most = 0;
    for (const SampleRegion& region : lattice.regions())
        most = std::max(most, region.layers);
    return static_cast<std::size_t>(most);
}

/// Adds up the rows of one column, which are sorted by layer, then body.
SampleColumn added(const SampleLattice& lattice, std::span<const SampleRow> rows) {
    SampleColumn column;
    column.region = rows.front().region;
    column.side = rows.front().side;
    column.hex = rows.front().hex;
    column.layers.resize(static_cast<std::size_t>(lattice.regions()[column.region].layers));
    std::set<std::uint64_t> bodies;
    const SampleRow* before = nullptr;
    for (const SampleRow& row : rows) {
        column.synapses += row.synapses;
        column.pre += row.pre();
        column.post += row.post();
        bodies.insert(row.body);
        if (row.layer > 0) {
            auto& [synapses, cells] = column.layers[row.layer - 1U];
            synapses += row.synapses;
            if (before == nullptr || before->layer != row.layer || before->body != row.body) ++cells;
        }
        before = &row;
    }
    column.cells = static_cast<std::int64_t>(bodies.size());
    return column;
}

void append_field(std::string& out, std::string_view before, std::int64_t value) {
    out += before;
    append_int64(out, value);
}

}  // namespace

std::vector<SampleColumn> sample_columns(const SampleLattice& lattice, std::span<const SampleRow> rows) {
    std::vector<SampleRow> sorted(rows.begin(), rows.end());
    std::sort(sorted.begin(), sorted.end(), [](const SampleRow& a, const SampleRow& b) {
        return std::tie(a.region, a.hex, a.layer, a.body) < std::tie(b.region, b.hex, b.layer, b.body);
    });
    std::vector<SampleColumn> columns;
    for (std::size_t begin = 0; begin < sorted.size();) {
        std::size_t end = begin + 1;
        while (end < sorted.size() && sorted[end].region == sorted[begin].region &&
               sorted[end].hex == sorted[begin].hex)
            ++end;
        columns.push_back(added(lattice, std::span(sorted).subspan(begin, end - begin)));
        begin = end;
    }
    return columns;
}

std::string sample_columns_header(const SampleLattice& lattice) {
    std::string header = "type,region,side,hex1,hex2,total_synapses,neuron_count,pre,post";
    for (const char* name : {"syn_", "cells_"})
        for (std::size_t k = 1; k <= most_layers(lattice); ++k)
            header += cat(',', name, k);
    return header;
}

void append_column_line(std::string& out, const SampleLattice& lattice, std::string_view csv_type,
                        const SampleColumn& column) {
    out += csv_type;
    out += ',';
    out += lattice.regions()[column.region].name;
    out += column.side == Side::Left ? ",L" : ",R";
    for (const std::int64_t value : {std::int64_t{column.hex.hex1}, std::int64_t{column.hex.hex2}, column.synapses,
                                     column.cells, column.pre, column.post})
        append_field(out, ",", value);
    const std::size_t empty = most_layers(lattice) - column.layers.size();
    for (const auto& [synapses, cells] : column.layers)
        append_field(out, ",", synapses);
    out.append(empty, ',');
    for (const auto& [synapses, cells] : column.layers)
        append_field(out, ",", cells);
    out.append(empty, ',');
    out += '\n';
}

void append_column_json(std::string& out, const SampleLattice& lattice, const SampleColumn& column) {
    out += "{\"region\":\"";
    out += lattice.regions()[column.region].name;
    out += column.side == Side::Left ? "\",\"side\":\"L\"" : "\",\"side\":\"R\"";
    append_field(out, ",\"hex1\":", column.hex.hex1);
    append_field(out, ",\"hex2\":", column.hex.hex2);
    append_field(out, ",\"total_synapses\":", column.synapses);
    append_field(out, ",\"neuron_count\":", column.cells);
    append_field(out, ",\"pre\":", column.pre);
    append_field(out, ",\"post\":", column.post);
    out += ",\"layers\":[";
    bool is_first = true;
    for (std::size_t k = 0; k < column.layers.size(); ++k) {
        const auto& [synapses, cells] = column.layers[k];
        if (synapses == 0) continue;
        append_field(out, is_first ? "{\"layer\":" : ",{\"layer\":", static_cast<std::int64_t>(k + 1));
        append_field(out, ",\"synapses\":", synapses);
        append_field(out, ",\"cells\":", cells);
        out += '}';
        is_first = false;
    }
    out += "]}";
}

}  // namespace hone::eyemap
