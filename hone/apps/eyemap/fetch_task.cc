#include "hone/apps/eyemap/fetch_task.h"

#include <algorithm>
#include <set>
#include <string>

#include "hone/apps/eyemap/fetch.h"
#include "hone/apps/eyemap/region.h"
#include "hone/base/error.h"
#include "hone/base/sha256.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr std::int64_t kMostSeconds = 3600;

struct FetchOptions {
    std::string server;
    std::string dataset;
    std::vector<std::string> types;
    Path type_file;
    std::vector<std::string> regions = {"ME", "LO", "LOP"};
    std::string kind = "synapses";
    std::string token_env = "NEUPRINT_TOKEN";
    std::int64_t batch = 50;
    std::int64_t timeout = 300;
    std::int64_t attempts = 5;
    bool no_universe = false;
    bool allow_http = false;
    Path ca_file;
};

/// The address of a server; https is understood where nothing is said.
std::string canonical_server(std::string_view text) {
    const Url url = Url::parse(text.find("://") == std::string_view::npos ? cat("https://", text) : std::string(text));
    std::string path(url.path());
    while (path.ends_with('/'))
        path.pop_back();
    return url.origin() + path;
}

std::vector<std::string> wanted_types(Run& run, const FetchOptions& options) {
    std::vector<std::string> types = options.types;
    if (run.has_input("type-file"))
        for (const std::string& line : split(run.read(run.input("type-file")), '\n'))
            types.emplace_back(trim(line));
    std::set<std::string> seen;
    std::erase_if(types, [&](const std::string& type) { return type.empty() || !seen.insert(type).second; });
    if (types.empty()) fail(Fault::Usage, "no cell type is asked for: give --type or --type-file");
    for (const std::string& type : types)
        cypher_text(type);  // what cannot be asked is refused before anything is sent
    return types;
}

HttpOptions http_options(const FetchOptions& options) {
    HttpOptions http;
    http.total_seconds = static_cast<double>(options.timeout);
    http.attempts = static_cast<int>(options.attempts);
    http.is_plain_allowed = options.allow_http;
    http.certificates = options.ca_file.string();
    http.most_bytes = std::uint64_t{128} << 20;
    http.agent = "hone eyemap fetch";
    return http;
}

/// Streams a file of the result and adds its size and digest to `files`.
template <class Write>
void write_file_artifact(Run& run, std::string_view name, Json& files, Write write) {
    const auto stage = run.span(cat("fetch ", name));
    ArtifactSink sink = run.artifact(std::string(name), "application/json");
    Sha256 digest;
    std::uint64_t bytes = 0;
    write([&](std::string_view text) {
        sink.write(text);
        digest.add(text);
        bytes += text.size();
    });
    sink.finish();
    Json entry = Json::object();
    entry.set("file", cat(name, ".json")).set("bytes", bytes).set("sha256", digest.hex());
    files.push(std::move(entry));
}

Outputs fetch_all(Run& run, const FetchOptions& options, const std::vector<std::string>& types) {
    const HttpClient client(http_options(options), BearerToken::from_environment(options.token_env), run.budget(),
                            run.cancel());
    const NeuprintServer server(client, Url::parse(options.server), options.dataset, run.budget());
    FetchPlan plan;
    plan.types = types;
    plan.regions = options.regions;
    plan.is_rois = options.kind == "rois";
    plan.batch = options.batch;
    FetchListener listener;
    listener.progress = [&](std::uint64_t done, std::uint64_t total) { run.progress("bodies", done, total); };
    listener.fallback = [&](std::string_view reason) { run.fallback(reason); };
    Fetch fetch(server, plan, run.issues(), listener);
    fetch.check_dataset();
    Json files = Json::array();
    write_file_artifact(run, options.kind, files, [&](const FetchSink& sink) { fetch.write_rows(sink); });
    std::size_t columns = 0;
    if (!options.no_universe)
        write_file_artifact(run, "universe", files,
                            [&](const FetchSink& sink) { columns = fetch.write_universe(sink); });
    if (!options.no_universe && columns == 0)
        run.issues().add({"eyemap.columns-unmarked", "", 0, "", Severity::Warning,
                          "the data set marks no columns: universe.json is empty"});
    Outputs outputs;
    Json document = fetch.provenance();
    document.set("files", std::move(files));
    outputs.bytes("provenance", "application/json", document.dump() + "\n");
    outputs.summary() = document;
    return outputs;
}

Outputs fetch(Run& run, const FetchOptions& options) {
    const std::vector<std::string> types = wanted_types(run, options);
    return run.exec().blocking([&] { return fetch_all(run, options, types); });
}

}  // namespace

Task fetch_task() {
    Params<FetchOptions> params;
    params(&FetchOptions::server, "server", "Address of the neuPrint server; https unless it says otherwise")
        .value("URL")
        .required()
        .canonical(&canonical_server);
    params(&FetchOptions::dataset, "dataset", "Data set of the server, such as optic-lobe:v1.1")
        .value("NAME")
        .required();
    params(&FetchOptions::types, "type", "Cell types to get, by name").value("NAME,...");
    params(&FetchOptions::type_file, "type-file", "File with a name of a cell type on each line, commas allowed")
        .file();
    params(&FetchOptions::regions, "region", "Regions whose columns are looked at")
        .canonical([](std::string_view text) {
            Regions().add(std::string(text), 1);  // a name that is none is refused
            return std::string(text);
        });
    params(&FetchOptions::kind, "kind", "Synapses by column and layer, or counts by named place")
        .one_of({"synapses", "rois"});
    params(&FetchOptions::token_env, "token-env", "Environment variable that holds the token of the server")
        .value("NAME");
    params(&FetchOptions::batch, "batch", "Bodies that one query is about, at most").in_range(1, 10'000);
    params(&FetchOptions::timeout, "timeout", "Seconds to wait for an answer").in_range(1, kMostSeconds);
    params(&FetchOptions::attempts, "attempts", "Times that a query is sent before giving up").in_range(1, 20);
    params(&FetchOptions::no_universe, "no-universe", "Leave out the columns of the data set");
    params(&FetchOptions::allow_http, "allow-http", "Send the token without encryption to another machine");
    params(&FetchOptions::ca_file, "ca-file", "File with certificates of the authorities to trust (PEM)");
    return make_task("fetch", "Get raw rows of cell types from a neuPrint server, with their provenance", 1, params,
                     &fetch)
        .fetching();
}

std::vector<Notice> fetch_notices() {
    return {
        {"eyemap.server-refused",
         "The neuPrint server did not accept the token, or it gives no right to the data set (status 401 or 403). Take "
         "a fresh token from the account page of the server and put it into the environment variable that --token-env "
         "names."},
        {"eyemap.server-error",
         "The neuPrint server answered with an error; its words are in the message. Answers 429, 502, 503 and 504 were "
         "tried several times before, and queries were made smaller as far as they go."},
        {"eyemap.server-answer",
         "What the server sent is not the JSON that was asked for: a web page, an answer that was cut, or other "
         "columns. "
         "Check that --server is the address of a neuPrint server."},
        {"eyemap.type-absent",
         "The data set has no bodies of this cell type. Names are case-sensitive; the other types were fetched."},
        {"eyemap.columns-unmarked",
         "The data set has no pins that mark its columns, so universe.json is empty. Maps then use the columns that "
         "the "
         "data show, or the built-in ones."},
    };
}

}  // namespace hone::eyemap
