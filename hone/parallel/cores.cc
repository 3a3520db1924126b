#include "hone/parallel/cores.h"

#include <sched.h>

#include <algorithm>
#include <thread>

#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr unsigned kNoQuota = 0;

/// Trimmed content of a small file; empty if it is absent.
std::string content(Files& files, const Path& path) {
    if (!files.identity(path)) return {};
    return std::string(trim(read_file(files, path)));
}

/// Cores of `quota` microseconds in each `period`; a quota that is no number ("max", "-1") is none.
unsigned whole_cores(std::string_view quota, std::string_view period) {
    const auto quota_us = parse_int64(quota);
    const auto period_us = parse_int64(period);
    if (!quota_us || !period_us || *quota_us <= 0 || *period_us <= 0) return kNoQuota;
    return narrow<unsigned>(std::min<std::int64_t>(1 << 20, (*quota_us - 1) / *period_us + 1));
}

unsigned least(unsigned a, unsigned b) {
    if (a == kNoQuota || b == kNoQuota) return std::max(a, b);
    return std::min(a, b);
}

unsigned group_cores(Files& files, const Path& group) {
    const std::string max = content(files, group / "cpu.max");  // v2: "200000 100000"
    const std::size_t blank = max.find(' ');
    if (blank != std::string::npos) return whole_cores(max.substr(0, blank), max.substr(blank + 1));
    return whole_cores(content(files, group / "cpu.cfs_quota_us"), content(files, group / "cpu.cfs_period_us"));
}

/// Least quota of `group` and its parents below `mount`. Groups that cannot be seen from here are passed over: in a
/// container the path may be that of the host.
unsigned least_upwards(Files& files, const Path& mount, Path group) {
    unsigned cores = group_cores(files, mount);
    for (; group.has_relative_path(); group = group.parent_path())
        cores = least(cores, group_cores(files, mount / group.relative_path()));
    return cores;
}

}  // namespace

unsigned quota_cores(Files& files) {
    unsigned cores = kNoQuota;
    for (const std::string& line : split(content(files, "/proc/self/cgroup"), '\n')) {
        const std::vector<std::string> fields = split(line, ':');  // number:controllers:path
        if (fields.size() < 3) continue;
        const std::vector<std::string> controllers = split(fields[1], ',');
        if (fields[1].empty()) {
            for (const char* mount : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"})
                cores = least(cores, least_upwards(files, mount, fields[2]));
        } else if (std::find(controllers.begin(), controllers.end(), "cpu") != controllers.end()) {
            for (const char* mount : {"/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct"})
                cores = least(cores, least_upwards(files, mount, fields[2]));
        }
    }
    return cores;
}

unsigned usable_cores() {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    const bool is_known = ::sched_getaffinity(0, sizeof mask, &mask) == 0;  // fails above 1024 CPUs
    const unsigned bound = is_known ? narrow<unsigned>(CPU_COUNT(&mask)) : std::thread::hardware_concurrency();
    return std::max(1U, least(bound, quota_cores(real_files())));
}

}  // namespace hone
