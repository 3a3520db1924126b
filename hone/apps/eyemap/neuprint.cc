#include "hone/apps/eyemap/neuprint.h"

#include <algorithm>

#include "hone/apps/eyemap/region.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr std::uint64_t kJsonPerByte = 10;  ///< memory of values read, for each byte of their text

/// CASE expression that gives [region, side] of a node by its flags.
std::string place_case(std::string_view node, std::span<const std::string> regions) {
    std::string text = "CASE";
    for (const std::string& region : regions) {
        Regions().add(region, 1);  // a name that is none is refused
        for (const char side : {'R', 'L'})
            text += cat(" WHEN ", node, "['", region, '(', side, ")'] THEN ['", region, "', '", side, "']");
    }
    return text + " END";
}

std::string id_list(std::span<const std::int64_t> bodies) {
    std::string text = "[";
    for (const std::int64_t body : bodies)
        text += cat(text.size() > 1 ? ", " : "", body);
    return text + "]";
}

/// The beginning of what a server says, on one line.
std::string said(std::string_view body) {
    constexpr std::size_t kMost = 300;
    std::string text(body.substr(0, 4 * kMost));
    try {
        const Json answer = Json::parse(body);
        for (const char* name : {"error", "message"})
            if (const Json* entry = answer.find(name); entry != nullptr && entry->is_text()) text = entry->text();
    } catch (const Error&) {
        if (text.starts_with('<')) return "";
    }
    for (char& letter : text)
        if (static_cast<unsigned char>(letter) < ' ' || letter == 0x7F) letter = ' ';
    return valid_utf8(trim(text).substr(0, kMost));
}

[[noreturn]] void fail_answer(const Url& base, std::string_view what) {
    throw Error(Fault::Input, cat("a neuPrint server gave an answer that cannot be used: ", base.origin(), ": ", what))
        .with_id("eyemap.server-answer");
}

bool is_page(const HttpAnswer& answer) {
    return to_lower(answer.header("Content-Type")).starts_with("text/html") || trim(answer.body).starts_with('<');
}

}  // namespace

std::string cypher_text(std::string_view text) {
    const bool is_plain = is_utf8(text) && std::ranges::all_of(text, [](char letter) {
                              return static_cast<unsigned char>(letter) >= ' ' && letter != 0x7F && letter != '\\';
                          });
    if (!is_plain)
        fail(Fault::Usage, "a name for a query has no backslash, no control character and is UTF-8; found ",
             json_quote(text));
    std::string quoted = "'";
    for (const char letter : text) {
        if (letter == '\'') quoted += '\\';
        quoted += letter;
    }
    return quoted + '\'';
}

std::string neuprint_meta_query() {
    return "MATCH (m:Meta) RETURN m.dataset AS dataset, m.tag AS tag, m.uuid AS uuid, "
           "m.lastDatabaseEdit AS last_edit";
}

std::string neuprint_bodies_query(std::string_view type) {
    return cat("MATCH (n:Neuron) WHERE n.type = ", cypher_text(type),
               " RETURN DISTINCT n.bodyId AS body_id ORDER BY body_id");
}

std::string neuprint_synapses_query(std::span<const std::string> regions, std::span<const std::int64_t> bodies) {
    // A synapse belongs to one set for each partner: DISTINCT counts it once.
    return cat("MATCH (n:Neuron)-[:Contains]->(:SynapseSet)-[:Contains]->(s:Synapse) WHERE n.bodyId IN ",
               id_list(bodies), " AND s.olHex1 IS NOT NULL AND s.olHex2 IS NOT NULL WITH DISTINCT n, s, ",
               place_case("s", regions),
               " AS place WHERE place IS NOT NULL RETURN n.type AS type, n.bodyId AS body_id, "
               "n.somaSide AS soma_side, place[0] AS region, place[1] AS side, s.olHex1 AS hex1, s.olHex2 AS hex2, "
               "s.olLayer AS layer, count(s) AS synapses, sum(CASE s.type WHEN 'pre' THEN 1 ELSE 0 END) AS pre, "
               "sum(CASE s.type WHEN 'post' THEN 1 ELSE 0 END) AS post "
               "ORDER BY body_id, region, side, hex1, hex2, layer");
}

std::string neuprint_rois_query(std::span<const std::int64_t> bodies) {
    return cat("MATCH (n:Neuron) WHERE n.bodyId IN ", id_list(bodies),
               " RETURN n.type AS type, n.bodyId AS body_id, n.somaSide AS soma_side, n.roiInfo AS roiInfo "
               "ORDER BY body_id");
}

std::string neuprint_universe_query(std::span<const std::string> regions) {
    return cat("MATCH (c:ColumnPin) WHERE c.olHex1 IS NOT NULL AND c.olHex2 IS NOT NULL WITH c, ",
               place_case("c", regions),
               " AS place WHERE place IS NOT NULL RETURN DISTINCT place[0] AS region, place[1] AS side, "
               "c.olHex1 AS hex1, c.olHex2 AS hex2 ORDER BY region, side, hex1, hex2");
}

NeuprintServer::NeuprintServer(const HttpClient& client, Url base, std::string dataset, Budget& budget)
    : client_(client), base_(std::move(base)), dataset_(std::move(dataset)), budget_(budget) {
    base_.target = std::string(base_.path());
    while (base_.target.ends_with('/'))
        base_.target.pop_back();
}

Json NeuprintServer::datasets() const {
    const HttpAnswer answer = ask("/api/dbmeta/datasets", "");
    if (answer.status == 401 || answer.status == 403) fail_status(answer);
    if (answer.status != 200 || is_page(answer)) return Json::object();
    Json sets = read(answer);
    return sets.is_object() ? sets : Json::object();
}

NeuprintTable NeuprintServer::query(std::string_view cypher, const std::vector<std::string>& columns) const {
    Json request = Json::object();
    request.set("cypher", cypher).set("dataset", dataset_);
    const HttpAnswer answer = ask("/api/custom/custom", request.dump(0));
    if (answer.status != 200) fail_status(answer);
    NeuprintTable table;
    table.reservation = Reservation(budget_, answer.body.size() * kJsonPerByte);
    table.document = read(answer);
    const Json* names = table.document.find("columns");
    const Json* rows = table.document.find("data");
    if (names == nullptr || rows == nullptr || !names->is_array() || !rows->is_array())
        fail_answer(base_, "expected an object with columns and data");
    std::vector<std::string> found;
    for (const Json& name : names->items())
        found.push_back(name.is_text() ? name.text() : name.dump(0));
    if (found != columns)
        fail_answer(base_, client_.without_token(cat("expected the columns ", join(columns, ", "), "; found ",
                                                     valid_utf8(join(found, ", ").substr(0, 200)))));
    for (const Json& row : rows->items())
        if (!row.is_array() || row.items().size() != columns.size())
            fail_answer(base_, cat("expected rows of ", columns.size(), " cells"));
    return table;
}

HttpAnswer NeuprintServer::ask(std::string_view path, std::string body) const {
    HttpRequest request;
    request.url = base_;
    request.url.target += path;
    request.headers = {{"Accept", "application/json"}};
    if (!body.empty()) {
        request.method = "POST";
        request.headers.emplace_back("Content-Type", "application/json");
        request.body = std::move(body);
    }
    return client_.send(request);
}

Json NeuprintServer::read(const HttpAnswer& answer) const {
    if (is_page(answer)) fail_answer(base_, "expected JSON, found a web page (is this the address of the server?)");
    try {
        return Json::parse(answer.body);
    } catch (const Error& error) {
        fail_answer(base_, client_.without_token(cat("expected JSON that is whole: ", error.message())));
    }
}

void NeuprintServer::fail_status(const HttpAnswer& answer) const {
    const std::string words = client_.without_token(said(answer.body));
    const std::string what = cat(base_.origin(), " answered ", answer.status, words.empty() ? "" : ": ", words);
    if (answer.status == 401 || answer.status == 403)
        throw Error(Fault::Input,
                    cat("a neuPrint server does not accept the token or gives no right to ", dataset_, ": ", what))
            .with_id("eyemap.server-refused")
            .with_mend("Take a fresh token from the account page of the server.");
    throw Error(answer.status == 404 ? Fault::NotFound : Fault::System,
                cat("a neuPrint server could not answer: ", what))
        .with_id("eyemap.server-error");
}

}  // namespace hone::eyemap
