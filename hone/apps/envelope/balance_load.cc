#include "hone/apps/envelope/balance_load.h"

#include <utility>

#include "hone/apps/envelope/balance_table.h"
#include "hone/base/files.h"
#include "hone/base/hash.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

/// The content of an input, checked against the digest that stands in the key.
std::string read_checked(Run& run, const Input& input) {
    std::string bytes = read_file(run.files(), input.path);
    const std::string_view text(bytes);
    const std::uint64_t step = FileDigest::kBlockBytes;
    bool is_same = bytes.size() == input.digest.size;
    for (std::size_t i = 0; is_same && i < input.digest.blocks.size(); ++i)
        is_same = digest_of(text.substr(i * step, step)) == input.digest.blocks[i];
    if (!is_same) fail(Fault::Input, "file changed while read: ", input.path);
    return bytes;
}

std::optional<BalanceUnit> given_unit(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return find_unit(text == "1000t" ? "1000 t" : text).value();
}

Json report_json(const BalanceReport& report, const Digest& digest) {
    Json json = Json::object();
    json.set("digest", digest.hex()).set("format", format_name(report.format));
    json.set("unit", report.unit ? Json(unit_name(*report.unit)) : Json());
    json.set("rows", report.rows).set("amounts", report.amounts).set("missing", report.missing);
    return json.set("bad", report.bad).set("rounded", report.rounded).set("synthetic", report.is_synthetic);
}

LoadedBalances builtin() {
    LoadedBalances loaded;
    loaded.balances = {std::shared_ptr<const void>(), &builtin_balances()};  // never freed
    loaded.source = kBuiltinEdition;
    loaded.json = Json::object().set("source", loaded.source).set("digest", builtin_balances_digest());
    return loaded;
}

}  // namespace

LoadedBalances load_balances(Run& run, const BalanceSource& options) {
    const auto stage = run.span("balances");
    if (options.balances.empty()) return builtin();
    LoadedBalances loaded;
    auto merged = std::make_shared<Balances>();
    Json files = Json::array();
    std::vector<std::string> names;
    for (std::size_t i = 0; i < options.balances.size(); ++i) {
        run.cancel().check();
        const Input& input = run.input("balances", i);
        // The text, and at most as much again for what is read of it.
        const Reservation held = run.budget().reserve(2 * input.size_bytes());
        const std::string bytes = read_checked(run, input);
        const BalanceReport report = read_balance_table(
            {bytes, input.label, input.path.string(), given_unit(options.unit)}, *merged, run.issues());
        loaded.is_synthetic = loaded.is_synthetic || report.is_synthetic;
        files.push(report_json(report, input.digest.digest));
        names.push_back(input.digest.digest.hex().substr(0, 12));
    }
    merged->complete_total();
    check_balances(*merged, run.issues());
    loaded.source = cat(loaded.is_synthetic ? "synthetic balances " : "balances ", join(names, "+"));
    loaded.json = Json::object().set("source", loaded.source).set("files", std::move(files));
    loaded.balances = std::move(merged);
    return loaded;
}

void apply_balance_strict(Run& run, const BalanceOptions& options) {
    if (!options.strict) return;
    std::vector<std::string> ids = strict_ids();
    for (const char* id : {"envelope.balance-conflict", "envelope.balance-duplicate", "envelope.balance-value"})
        ids.emplace_back(id);
    run.issues().raise_to_error(ids);
}

std::shared_ptr<const LoadedBase> load_cells(Run& run, const BalanceOptions& options) {
    if (options.production.empty() && options.harvest.empty()) return nullptr;
    if (options.production.empty() || options.harvest.empty())
        fail(Fault::Usage, "cells need both --production and --harvest");
    CellOptions cells;
    cells.crop = options.crop;
    cells.energy = options.energy;
    cells.refinement = options.refinement;
    cells.read_with = options.read_with;
    return load_or_spill(run, cells);
}

AllGrains parse_all_grains(std::string_view text) {
    if (text == "per-commodity") return AllGrains::PerCommodity;
    return text == "three" ? AllGrains::Three : AllGrains::Total;
}

std::vector<std::string> balance_notes(const BalanceOptions& options, bool has_cells) {
    std::vector<std::string> notes;
    const CropSet set = parse_crop_set(options.crop);
    if (set.name == "allgrain" && options.balance == "total")
        notes.emplace_back("all grains are the row Allgrain at the mixed content of 3.45 kcal/g");
    if (set.name == "allgrain" && options.balance == "per-commodity")
        notes.emplace_back("all grains are the nine grains, each at its own content");
    if (set.name == "allgrain" && options.balance == "three")
        notes.emplace_back("all grains are wheat, milled rice and corn at the mixed content of 3.45 kcal/g");
    if (has_cells && set.has(*find_crop("RICE")) && counts_rice_as_milled(options.energy))
        notes.emplace_back(
            "SPAM rice is paddy, stock balances are of milled rice; with standard contents the cells' rice "
            "energy is 29 % too high (see --energy paddy)");
    return notes;
}

}  // namespace hone::envelope
