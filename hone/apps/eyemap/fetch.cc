#include "hone/apps/eyemap/fetch.h"

#include <algorithm>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

const std::vector<std::string> kSynapseColumns = {"type", "body_id", "soma_side", "region", "side", "hex1",
                                                  "hex2", "layer",   "synapses",  "pre",    "post"};
const std::vector<std::string> kRoiColumns = {"type", "body_id", "soma_side", "roiInfo"};
const std::vector<std::string> kUniverseColumns = {"region", "side", "hex1", "hex2"};

/// Writes `{"columns":[...],"data":[...]}`, a row on each line.
class TableWriter {
public:
    TableWriter(const std::vector<std::string>& columns, const FetchSink& sink) : sink_(sink) {
        Json names = Json::array();
        for (const std::string& column : columns)
            names.push(column);
        sink_(cat("{\"columns\":", names.dump(0), ",\n\"data\":["));
    }
    void add(const Json& row) {
        line_ = is_first_ ? "\n" : ",\n";
        line_ += row.dump(0);
        sink_(line_);
        is_first_ = false;
    }
    void finish() { sink_("\n]}\n"); }

private:
    const FetchSink& sink_;
    std::string line_;
    bool is_first_ = true;
};

/// The row with its counts as an object: servers give them as text.
Json with_counts(const Json& row) {
    Json copy = Json::array();
    for (const Json& cell : row.items())
        copy.push(&cell == &row.items().back() && cell.is_text() ? Json::parse(cell.text()) : cell);
    return copy;
}

/// True for errors that a smaller question may not meet.
bool is_too_large(const Error& error) {
    return error.fault() == Fault::Limit || error.id() == "net.timeout" ||
           (error.id() == "eyemap.server-error" && error.fault() == Fault::System);
}

}  // namespace

Fetch::Fetch(const NeuprintServer& server, FetchPlan plan, IssueList& issues, FetchListener listener)
    : server_(server), plan_(std::move(plan)), issues_(issues), listener_(std::move(listener)) {
    check(plan_.batch >= 1, "a query is about a body at least");
}

void Fetch::check_dataset() {
    const Json sets = server_.datasets();
    if (!sets.members().empty() && sets.find(server_.dataset()) == nullptr) {
        std::vector<std::string> names;
        for (const auto& [name, facts] : sets.members())
            names.push_back(valid_utf8(name));
        std::ranges::sort(names);
        Error error(Fault::NotFound, cat("the server ", server_.base().origin(), " has no data set '",
                                         server_.dataset(), "'; it has ", join(names, ", ")));
        if (const auto near = nearest_word(server_.dataset(), names))
            error = error.with_mend(cat("Did you mean ", *near, "?"));
        throw error;
    }
    if (sets.members().empty()) listener_.fallback("the server does not list its data sets");
    const std::vector<std::string> columns = {"dataset", "tag", "uuid", "last_edit"};
    const NeuprintTable table = query(neuprint_meta_query(), columns);
    if (table.rows().empty()) return;
    for (std::size_t i = 0; i < columns.size(); ++i)
        about_.set(columns[i], table.rows().front().items()[i]);
}

void Fetch::write_rows(const FetchSink& sink) {
    const std::vector<Bodies> all = find_bodies();
    TableWriter writer(plan_.is_rois ? kRoiColumns : kSynapseColumns, sink);
    for (const Bodies& bodies : all) {
        const std::uint64_t rows = get_rows(bodies.ids, [&](const Json& row) { writer.add(row); });
        Json entry = Json::object();
        entry.set("type", bodies.type).set("bodies", bodies.ids.size()).set("rows", rows);
        types_.push(std::move(entry));
        rows_ += rows;
    }
    writer.finish();
}

std::size_t Fetch::write_universe(const FetchSink& sink) {
    const NeuprintTable table = query(neuprint_universe_query(plan_.regions), kUniverseColumns);
    TableWriter writer(kUniverseColumns, sink);
    for (const Json& row : table.rows())
        writer.add(row);
    writer.finish();
    return table.rows().size();
}

Json Fetch::provenance() const {
    Json regions = Json::array();
    for (const std::string& region : plan_.regions)
        regions.push(region);
    Json document = Json::object();
    document.set("generator", "hone eyemap fetch").set("server", server_.base().origin());
    document.set("dataset", server_.dataset()).set("about", about_).set("regions", std::move(regions));
    document.set("kind", plan_.is_rois ? "rois" : "synapses").set("types", types_);
    return document.set("rows", rows_).set("queries", queries_);
}

std::vector<Fetch::Bodies> Fetch::find_bodies() {
    std::vector<Bodies> all;
    for (const std::string& type : plan_.types) {
        const NeuprintTable table = query(neuprint_bodies_query(type), {"body_id"});
        Bodies bodies{type, {}};
        for (const Json& row : table.rows())
            bodies.ids.push_back(row.items().front().integer());
        if (bodies.ids.empty())
            issues_.add({"eyemap.type-absent", "", 0, "type", Severity::Error,
                         cat("the data set has no bodies of type '", valid_utf8(type), "'")});
        total_ += bodies.ids.size();
        all.push_back(std::move(bodies));
    }
    if (total_ == 0) fail(Fault::NotFound, "the data set ", server_.dataset(), " has no bodies of the types asked for");
    return all;
}

std::uint64_t Fetch::get_rows(std::span<const std::int64_t> bodies, const std::function<void(const Json& row)>& add) {
    std::uint64_t rows = 0;
    while (!bodies.empty()) {
        const std::size_t size = std::min(bodies.size(), static_cast<std::size_t>(plan_.batch));
        try {
            const NeuprintTable table = ask(bodies.first(size));
            for (const Json& row : table.rows())
                add(plan_.is_rois ? with_counts(row) : row);
            rows += table.rows().size();
        } catch (const Error& error) {
            if (size == 1 || !is_too_large(error)) throw;
            plan_.batch = static_cast<std::int64_t>(size / 2);
            listener_.fallback(cat("queries about ", plan_.batch, " bodies: ", error.message()));
            continue;
        }
        bodies = bodies.subspan(size);
        done_ += size;
        listener_.progress(done_, total_);
    }
    return rows;
}

NeuprintTable Fetch::ask(std::span<const std::int64_t> bodies) {
    return plan_.is_rois ? query(neuprint_rois_query(bodies), kRoiColumns)
                         : query(neuprint_synapses_query(plan_.regions, bodies), kSynapseColumns);
}

NeuprintTable Fetch::query(std::string_view cypher, const std::vector<std::string>& columns) {
    ++queries_;
    return server_.query(cypher, columns);
}

}  // namespace hone::eyemap
