#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/eyemap/neuprint.h"
#include "hone/base/issue.h"

namespace hone::eyemap {

/// What is asked for.
struct FetchPlan {
    std::vector<std::string> types;
    std::vector<std::string> regions = {"ME", "LO", "LOP"};
    bool is_rois = false;      ///< counts by named places instead of synapses by layer
    bool has_universe = true;  ///< also the columns of the data set
    std::int64_t batch = 50;   ///< bodies that one query is about, at most
};

/// Where the bytes of one file go.
using FetchSink = std::function<void(std::string_view)>;

/// How a person hears of what goes on.
struct FetchListener {
    std::function<void(std::uint64_t done, std::uint64_t total)> progress;  ///< in bodies
    std::function<void(std::string_view reason)> fallback;
};

/// Gets the rows of the types and streams them as `{"columns":[...],"data":[...]}`. A query that the server finds too
/// large is asked again for half as many bodies, down to one. Not thread-safe.
class Fetch {
public:
    Fetch(const NeuprintServer& server, FetchPlan plan, IssueList& issues, FetchListener listener);

    /// Makes sure that the server has the data set, as far as it tells; Fault::NotFound that lists those it has.
    void check_dataset();
    /// Writes the rows of all types. Types without bodies become Issues; Fault::NotFound if there is none with any.
    void write_rows(const FetchSink& sink);
    /// Writes the columns of the data set and returns how many it marks.
    std::size_t write_universe(const FetchSink& sink);
    /// Data set, types with their bodies and rows, number of queries.
    Json provenance() const;

private:
    struct Bodies {
        std::string type;
        std::vector<std::int64_t> ids;
    };
    std::vector<Bodies> find_bodies();
    /// Hands over the rows of these bodies and returns their number.
    std::uint64_t get_rows(std::span<const std::int64_t> bodies, const std::function<void(const Json& row)>& add);
    NeuprintTable ask(std::span<const std::int64_t> bodies);
    NeuprintTable query(std::string_view cypher, const std::vector<std::string>& columns);

    const NeuprintServer& server_;
    FetchPlan plan_;
    IssueList& issues_;
    FetchListener listener_;
    Json about_ = Json::object();
    Json types_ = Json::array();
    std::uint64_t queries_ = 0;
    std::uint64_t rows_ = 0;
    std::uint64_t done_ = 0;  ///< bodies
    std::uint64_t total_ = 0;
};

}  // namespace hone::eyemap
