#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/json.h"
#include "hone/memory/budget.h"
#include "hone/net/http_client.h"

namespace hone::eyemap {

/// `text` as a Cypher string, quotes included: what is inside can never become part of the query. Fault::Usage for
/// backslashes and control characters (servers differ in how they read escapes) and for what is no UTF-8.
std::string cypher_text(std::string_view text);

/// Queries of neuPrint's data model. Regions are names of letters and digits, checked.
std::string neuprint_meta_query();
/// Body ids of a type, ascending.
std::string neuprint_bodies_query(std::string_view type);
/// Synapses of bodies by type, body, soma side, region, side, column and layer.
std::string neuprint_synapses_query(std::span<const std::string> regions, std::span<const std::int64_t> bodies);
/// Counts of bodies in all named places (roiInfo).
std::string neuprint_rois_query(std::span<const std::int64_t> bodies);
/// The columns of the data set, by the pins that mark them.
std::string neuprint_universe_query(std::span<const std::string> regions);

/// Answer to a query: named columns and rows of equal length.
struct NeuprintTable {
    Reservation reservation;  ///< of the document, estimated
    Json document;

    const Json::Array& rows() const { return document.at("data").items(); }
};

/// A neuPrint server, asked over its documented HTTP interface. Errors: `eyemap.server-refused` (the token is not
/// accepted), `eyemap.server-error` (any other status than 200, with what the server says), `eyemap.server-answer`
/// (what came is not what was asked for), and those of HttpClient.
class NeuprintServer {
public:
    NeuprintServer(const HttpClient& client, Url base, std::string dataset, Budget& budget);

    /// The server's data sets by name; an empty object if it does not tell.
    Json datasets() const;
    /// Rows of a Cypher query. Requires the columns to be `columns`: Fault::Input else.
    NeuprintTable query(std::string_view cypher, const std::vector<std::string>& columns) const;
    const std::string& dataset() const { return dataset_; }
    const Url& base() const { return base_; }

private:
    HttpAnswer ask(std::string_view path, std::string body) const;
    Json read(const HttpAnswer& answer) const;
    [[noreturn]] void fail_status(const HttpAnswer& answer) const;

    const HttpClient& client_;
    Url base_;
    std::string dataset_;
    Budget& budget_;
};

}  // namespace hone::eyemap
