#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hone {

/// What the computer offers this process.
struct Machine {
    unsigned cores = 1;              ///< by affinity and cgroup quota
    std::uint64_t memory_bytes = 0;  ///< by cgroup limit and installed memory

    /// Looks at this computer.
    static Machine look();
};

/// What the caller allows.
struct Limits {
    unsigned threads = 0;            ///< 0 = all cores
    std::uint64_t memory_bytes = 0;  ///< 0 = three quarters of the machine's
    bool is_plain = false;           ///< one thread, no cache
    bool has_disk_cache = true;
};

/// What there is to do.
struct Workload {
    std::string app, task;
    std::uint64_t input_bytes = 0;
    bool is_cacheable = true;
};

/// What earlier runs of a task cost, by the power of four of their input bytes: small runs say nothing about large
/// ones. Thread-safe.
class History {
public:
    struct Costs {
        std::uint64_t runs = 0;
        double cpu_ns = 0;  ///< moving average
    };
    std::optional<Costs> find(const Workload& workload) const;
    void learn(const Workload& workload, double cpu_ns);
    /// As bytes and back; damaged bytes give an empty history.
    std::string save() const;
    void load(std::string_view bytes);

private:
    mutable std::mutex mutex_;
    std::map<std::string, Costs> costs_;
};

/// One grant with its reason.
struct Grant {
    std::string what;    ///< "threads", "memory", "memory tier", "disk tier"
    std::string amount;  ///< "2", "64 MiB", "off"
    std::string reason;
};

/// First grants of a run. The gate decides per verb from here on.
struct Plan {
    unsigned threads = 1;
    std::uint64_t memory_bytes = 0;       ///< of the run and the memory tier together
    std::uint64_t memory_tier_bytes = 0;  ///< 0 = off
    bool uses_disk_tier = false;
    std::optional<double> expected_cpu_seconds;
    std::vector<Grant> grants;  ///< the same in words

    /// Lines for --explain.
    std::string describe() const;
};

/// Decides first grants. Pure: equal arguments give equal plans.
Plan make_plan(const Machine& machine, const Limits& limits, const Workload& workload,
               const std::optional<History::Costs>& history);

}  // namespace hone
