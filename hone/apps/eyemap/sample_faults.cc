#include "hone/apps/eyemap/sample_faults.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "hone/apps/eyemap/sample_numbers.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

using Kind = SampleEdit::Kind;

constexpr std::uint64_t kFaultPart = 9000;

struct FaultRow {
    std::string_view name;
    std::string_view file;     ///< in which the row is; empty = not in a row
    std::string_view columns;  ///< with blanks between
    std::string_view text;
    Kind kind = Kind::Set;
    std::string_view what;  ///< for mistakes that are in no row
};

/// The position in this list is part of the definition of the random numbers.
constexpr std::array<FaultRow, 20> kFaults = {{
    {"missing-layer", "synapses.csv", "layer", ""},
    {"hex-names", "rois.csv", "roi", "", Kind::HexPlace},
    {"duplicate", "columns.csv", "", "", Kind::Repeat},
    {"zero-column", "columns.csv", "total_synapses neuron_count pre post", "0"},
    {"nan", "synapses.csv", "synapses", "nan"},
    {"negative", "synapses.csv", "synapses", "-5"},
    {"bad-side", "synapses.csv", "side", "X"},
    {"unknown-region", "synapses.csv", "region", "XX"},
    {"outside-universe", "synapses.csv", "hex1 hex2", "90"},
    {"layer-0", "synapses.csv", "layer", "0"},
    {"layer-99", "synapses.csv", "layer", "99"},
    {"float-hex", "synapses.csv", "hex1", "*.0"},
    {"crlf-bom", "", "", "", Kind::Set, "CSV files have a byte order mark and lines that end in CR LF"},
    {"semicolon", "", "", "", Kind::Set, "CSV files have semicolons between fields"},
    {"constant", "", "", "", Kind::Set, "every row has 7 synapses"},
    {"one-column", "", "", "", Kind::Set, "the last region has a single column"},
    {"two-sides-body", "synapses.csv", "soma_side", "", Kind::OtherSide},
    {"case-collision", "", "", "", Kind::Set, "the first two types are called Tm4 and tm4"},
    {"traversal-name", "", "", "", Kind::Set, "the last type is called ../x"},
    {"truncated-file", "synapses.csv", "", "", Kind::Truncate},
}};

std::size_t position_of(std::string_view name) {
    const auto at = std::ranges::find(kFaults, name, &FaultRow::name);
    if (at == kFaults.end())
        fail(Fault::Usage, "expected a mistake from ", join(sample_fault_names(), ", "), "; found '", name, "'");
    return static_cast<std::size_t>(at - kFaults.begin());
}

}  // namespace

const std::vector<std::string>& sample_fault_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        all.reserve(kFaults.size());
        for (const FaultRow& fault : kFaults)
            all.emplace_back(fault.name);
        return all;
    }();
    return names;
}

SampleFaults::SampleFaults(std::vector<std::string> names, std::uint64_t key) : names_(std::move(names)), key_(key) {
    std::ranges::sort(names_, {}, [](const std::string& name) { return position_of(name); });
    names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
}

bool SampleFaults::has(std::string_view name) const {
    return std::ranges::find(names_, name) != names_.end();
}

bool SampleFaults::needs_counts() const {
    return std::ranges::any_of(names_,
                               [](const std::string& name) { return !kFaults[position_of(name)].file.empty(); });
}

SampleLines SampleFaults::lines() const {
    return {has("semicolon") ? ';' : ',', has("crlf-bom")};
}

std::vector<SampleEdit> SampleFaults::edits(std::string_view file, std::uint64_t rows) const {
    std::vector<SampleEdit> edits;
    if (rows == 0) return edits;
    for (const std::string& name : names_) {
        const FaultRow& fault = kFaults[position_of(name)];
        if (fault.file != file) continue;
        SampleEdit edit{name, pick(name, rows), {}, std::string(fault.text), fault.kind};
        if (!fault.columns.empty()) edit.columns = split(fault.columns, ' ');
        edits.push_back(std::move(edit));
    }
    return edits;
}

std::uint64_t SampleFaults::pick(std::string_view name, std::uint64_t bound) const {
    SampleStream stream(sample_sub(key_, kFaultPart + position_of(name)));
    return static_cast<std::uint64_t>(std::floor(stream.unit() * static_cast<double>(bound)));
}

Json::Array SampleFaults::whole_entries() const {
    Json::Array entries;
    for (const std::string& name : names_) {
        const FaultRow& fault = kFaults[position_of(name)];
        if (!fault.file.empty()) continue;
        Json entry = Json::object();
        entry.set("fault", name).set("what", fault.what);
        entries.push_back(std::move(entry));
    }
    return entries;
}

}  // namespace hone::eyemap
