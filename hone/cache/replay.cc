#include "hone/cache/replay.h"

#include <cmath>
#include <optional>
#include <string_view>

#include "hone/base/error.h"
#include "hone/base/hash.h"
#include "hone/base/number.h"
#include "hone/cache/policy_choice.h"
#include "hone/cache/policy_table.h"

namespace hone {
namespace {

constexpr std::size_t kMostShown = 60;  // bytes of a malformed line that a message repeats

/// One line after the other, without LF or CRLF.
class Lines {
public:
    explicit Lines(std::string_view text) : rest_(text) {}

    std::optional<std::string_view> next() {
        if (rest_.empty()) return std::nullopt;
        const std::size_t end = rest_.find('\n');
        std::string_view line = rest_.substr(0, end);
        rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        ++number_;
        return line;
    }
    std::uint64_t number() const { return number_; }

private:
    std::string_view rest_;
    std::uint64_t number_ = 0;
};

/// Where a line stands, for messages.
struct Place {
    const Path& path;
    std::uint64_t line = 0;
    std::string_view text;

    [[noreturn]] void refuse(std::string_view expected) const {
        fail(Fault::Input, "expected ", expected, ", found \"", valid_utf8(text.substr(0, kMostShown)), "\": ", path,
             " line ", line);
    }
};

/// Takes the key off the front of a CSV line; what is left is empty or starts with a comma.
std::string take_key(std::string_view& rest, const Place& place) {
    std::string key;
    if (!rest.starts_with('"')) {
        const std::size_t end = std::min(rest.find(','), rest.size());
        key = rest.substr(0, end);
        rest.remove_prefix(end);
        return key;
    }
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] != '"') {
            key += rest[i];
        } else if (i + 1 < rest.size() && rest[i + 1] == '"') {
            key += rest[++i];
        } else {
            rest.remove_prefix(i + 1);
            return key;
        }
    }
    place.refuse("a key whose quote ends on the line");
}

CacheRequest sized_request(const Place& place, bool has_cost) {
    std::string_view rest = place.text;
    const std::string key = take_key(rest, place);
    if (key.empty()) place.refuse("a key, a comma and a size");
    const std::vector<std::string> fields = split(rest, ',');
    if (!fields[0].empty() || fields.size() != (has_cost ? 3U : 2U))
        place.refuse(has_cost ? "key,size,cost" : "key,size");
    const std::optional<std::int64_t> size = parse_int64(fields[1]);
    if (!size || *size < 1 || static_cast<std::uint64_t>(*size) >= kWeightBound)
        place.refuse("a size of at least 1 byte, a whole number");
    CacheRequest request{hash64(key), static_cast<std::uint64_t>(*size)};
    if (!has_cost) return request;
    const std::optional<double> cost = parse_double(fields[2]);
    if (!cost || !std::isfinite(*cost) || *cost < 0) place.refuse("a cost of at least 0");
    request.cost = *cost;
    return request;
}

std::vector<CacheRequest> keys_of(Lines lines, const Path& path) {
    std::vector<CacheRequest> requests;
    while (const auto line = lines.next()) {
        if (line->empty()) Place{path, lines.number(), *line}.refuse("a key");
        requests.push_back({hash64(*line)});
    }
    return requests;
}

std::vector<CacheRequest> sized_of(Lines lines, const Path& path) {
    const std::string_view header = lines.next().value_or("");
    const bool has_cost = header == "key,size,cost";
    if (!has_cost && header != "key,size") Place{path, 1, header}.refuse("the header key,size or key,size,cost");
    std::vector<CacheRequest> requests;
    while (const auto line = lines.next())
        requests.push_back(sized_request({path, lines.number(), *line}, has_cost));
    return requests;
}

struct Weighed {
    std::uint64_t key = 0;
    std::uint64_t weight = 0;
    std::uint32_t next = kNoEntry;
};

ReplayRow row_of(std::uint64_t capacity, std::string_view name, const ReplayCounts& counts) {
    return {capacity, std::string(name), counts.hit_ratio(), counts.byte_hit_ratio(), counts.cost_hit_ratio()};
}

}  // namespace

std::vector<CacheRequest> read_requests(Files& files, const Path& path, RequestsFormat format) {
    const std::string text = read_file(files, path);
    return format == RequestsFormat::Keys ? keys_of(Lines(text), path) : sized_of(Lines(text), path);
}

ReplayCounts replay_policy(std::span<const CacheRequest> requests, CachePolicy& policy, std::uint64_t first) {
    ReplayCounts counts;
    PolicyTable<Weighed> stored;  // the weight with which each key was seen last
    std::vector<std::uint64_t> leaving;
    bool is_unit = true;
    for (const CacheRequest& request : requests)
        is_unit = is_unit && request.weight == 1;
    for (std::uint64_t i = 0; i < requests.size(); ++i) {
        const CacheRequest& request = requests[i];
        bool has_changed = false;
        if (!is_unit) {
            const std::uint32_t place = stored.find(request.key);
            has_changed = place != kNoEntry && stored[place].weight != request.weight;
            if (place == kNoEntry)
                stored.add({request.key, request.weight});
            else
                stored[place].weight = request.weight;
        }
        const bool is_resident = policy.touch(request.key);
        const bool is_hit = is_resident && request.weight <= policy.capacity();
        if (!is_resident || has_changed) policy.insert(request, leaving);
        leaving.clear();
        if (i < first) continue;
        const double weight = static_cast<double>(request.weight);
        counts.requests += 1;
        counts.weight += weight;
        counts.cost += request.cost;
        if (!is_hit) continue;
        counts.hits += 1;
        counts.hit_weight += weight;
        counts.hit_cost += request.cost;
    }
    return counts;
}

std::vector<ReplayRow> replay(const std::vector<CacheRequest>& requests, std::span<const std::uint64_t> capacities) {
    std::vector<std::uint64_t> keys;
    keys.reserve(requests.size());
    for (const CacheRequest& request : requests)
        keys.push_back(request.key);
    const std::vector<std::uint64_t> uses = next_uses(keys);
    constexpr PolicyKind kShown[] = {PolicyKind::Lru, PolicyKind::S3Fifo, PolicyKind::Sieve, PolicyKind::TinyLfu,
                                     PolicyKind::Gdsf};
    std::vector<ReplayRow> rows;
    for (const std::uint64_t capacity : capacities) {
        PolicyChoice ours(capacity);
        rows.push_back(row_of(capacity, "ours", replay_policy(requests, ours)));
        for (const PolicyKind kind : kShown) {
            const auto policy = make_policy(kind, capacity);
            rows.push_back(row_of(capacity, policy_name(kind), replay_policy(requests, *policy)));
        }
        const auto belady = make_belady(uses, capacity);
        rows.push_back(row_of(capacity, "belady", replay_policy(requests, *belady)));
    }
    return rows;
}

}  // namespace hone
