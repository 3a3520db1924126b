#include "hone/cli/replay_requests.h"

#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/cache/replay.h"
#include "hone/cli/present.h"

namespace hone::cli {
namespace {

std::vector<std::uint64_t> capacities_of(const Arguments& arguments) {
    std::vector<std::uint64_t> capacities;
    const auto given = arguments.flags.find("capacity");
    if (given == arguments.flags.end())
        throw Error(Fault::Usage,
                    "--capacity is needed: entries (or bytes with --requests-format sized), one or several");
    for (const std::string& value : given->second) {
        for (const std::string& text : split(value, ',')) {
            const auto capacity = parse_bytes(text);
            if (!capacity || *capacity == 0)
                fail(Fault::Usage, "--capacity: expected numbers from 1, or sizes such as 64MiB, found '", text, "'");
            capacities.push_back(*capacity);
        }
    }
    return capacities;
}

RequestsFormat format_of(const std::string& name) {
    if (name == "keys") return RequestsFormat::Keys;
    if (name == "sized") return RequestsFormat::Sized;
    fail(Fault::Usage, "--requests-format: expected keys or sized, found '", name, "'");
}

}  // namespace

int replay_requests(const Path& requests, const Arguments& arguments) {
    const std::vector<std::uint64_t> capacities = capacities_of(arguments);
    const RequestsFormat format = format_of(arguments.value("requests-format", "keys"));
    const std::vector<CacheRequest> recorded = read_requests(real_files(), requests, format);
    if (recorded.empty()) fail(Fault::Input, "no requests in ", requests);
    Json rows = Json::array();
    for (const ReplayRow& row : replay(recorded, capacities)) {
        Json entry = Json::object();
        entry.set("capacity", row.capacity).set("policy", row.policy).set("hit_ratio", row.hit_ratio);
        rows.push(std::move(entry.set("byte_hit_ratio", row.byte_hit_ratio).set("cost_hit_ratio", row.cost_hit_ratio)));
    }
    print(rows.dump() + "\n");
    return 0;
}

}  // namespace hone::cli
