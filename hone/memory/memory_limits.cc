#include "hone/memory/memory_limits.h"

#include <sys/sysinfo.h>

#include <algorithm>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 60;  // what is larger means no limit

/// Content of a small file; nothing if it cannot be read.
std::optional<std::string> content_if(Files& files, const Path& path) {
    try {
        if (!files.identity(path)) return std::nullopt;
        return read_file(files, path);
    } catch (const Error& error) {
        if (error.fault() == Fault::Bug) throw;
        return std::nullopt;
    }
}

std::string content(Files& files, const Path& path) {
    return content_if(files, path).value_or(std::string());
}

/// The names of the files of one kind of control group.
struct GroupKind {
    std::vector<const char*> mounts;
    std::vector<const char*> limits;
    const char* usage;
    const char* idle_pages;  ///< in memory.stat
};

const GroupKind& v2() {
    static const GroupKind kind{
        {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}, {"memory.max", "memory.high"}, "memory.current", "inactive_file"};
    return kind;
}
const GroupKind& v1() {
    static const GroupKind kind{
        {"/sys/fs/cgroup/memory"}, {"memory.limit_in_bytes"}, "memory.usage_in_bytes", "total_inactive_file"};
    return kind;
}

/// Gathers the least limit and the least room over many places.
class Least {
public:
    explicit Least(MemoryLimits& limits) : limits_(limits) {}

    void limit(std::uint64_t bytes, std::string source) {
        if (limits_.limit_bytes != 0 && limits_.limit_bytes <= bytes) return;
        limits_.limit_bytes = bytes;
        limits_.limit_source = std::move(source);
    }
    void room(std::uint64_t bytes, std::uint64_t of_bytes, std::uint64_t used, std::string source) {
        if (has_room_ && limits_.room_bytes <= bytes) return;
        has_room_ = true;
        limits_.room_bytes = bytes;
        limits_.room_of_bytes = of_bytes;
        limits_.used_bytes = used;
        limits_.room_source = std::move(source);
    }

private:
    MemoryLimits& limits_;
    bool has_room_ = false;
};

void look_at_group(Files& files, const GroupKind& kind, const Path& group, Least& least) {
    for (const char* name : kind.limits) {
        const Path file = group / name;
        const auto limit = parse_group_bytes(content(files, file));
        if (!limit || *limit == 0) continue;
        least.limit(*limit, file.string());
        const auto usage = parse_group_bytes(content(files, group / kind.usage));
        if (!usage) continue;
        const auto idle = parse_stat_figure(content(files, group / "memory.stat"), kind.idle_pages).value_or(0);
        const std::uint64_t used = *usage - std::min(*usage, idle);
        least.room(*limit - std::min(*limit, used), *limit, used, file.string());
    }
}

/// A group below a mount and all above it, innermost first, the mount itself last. In a container the path may be that
/// of the host, or lead out of what is mounted: groups that cannot be seen are passed over.
std::vector<Path> upwards(const Path& mount, const Path& group) {
    std::vector<Path> places;
    const Path below = group.lexically_normal().relative_path();
    const bool leads_out = std::ranges::find(below, Path("..")) != below.end();
    if (!leads_out)
        for (Path at = below; !at.empty(); at = at.parent_path())
            places.push_back(mount / at);
    places.push_back(mount);
    return places;
}

void look_at_hierarchy(Files& files, const GroupKind& kind, const Path& group, Least& least, MemoryLimits& limits) {
    for (const Path mount : kind.mounts) {
        for (const Path& place : upwards(mount, group)) {
            look_at_group(files, kind, place, least);
            const Path pressure = place / "memory.pressure";
            if (limits.pressure_file.empty() && content_if(files, pressure)) limits.pressure_file = pressure;
        }
    }
}

std::uint64_t meminfo_bytes(std::string_view text, std::string_view name) {
    for (const std::string& line : split(text, '\n')) {
        if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ':') continue;
        std::string_view rest = trim(std::string_view(line).substr(name.size() + 1));
        if (!rest.ends_with(" kB")) return 0;
        const auto kilobytes = parse_int64(trim(rest.substr(0, rest.size() - 3)));
        if (!kilobytes || *kilobytes < 0 || static_cast<std::uint64_t>(*kilobytes) > kNoLimit / 1024) return 0;
        return static_cast<std::uint64_t>(*kilobytes) * 1024;
    }
    return 0;
}

}  // namespace

SystemMemory sysinfo_memory() {
    struct sysinfo info {};
    if (::sysinfo(&info) != 0) return {};
    return {std::uint64_t{info.totalram} * info.mem_unit,
            (std::uint64_t{info.freeram} + info.bufferram) * info.mem_unit};
}

SystemMemory parse_meminfo(std::string_view text) {
    SystemMemory memory{meminfo_bytes(text, "MemTotal"), meminfo_bytes(text, "MemAvailable")};
    if (memory.available_bytes == 0)
        memory.available_bytes =
            meminfo_bytes(text, "MemFree") + meminfo_bytes(text, "Buffers") + meminfo_bytes(text, "Cached");
    if (memory.total_bytes != 0) memory.available_bytes = std::min(memory.available_bytes, memory.total_bytes);
    return memory;
}

std::optional<std::uint64_t> parse_group_bytes(std::string_view text) {
    const auto value = parse_int64(trim(text));
    if (!value || *value < 0 || static_cast<std::uint64_t>(*value) >= kNoLimit) return std::nullopt;
    return static_cast<std::uint64_t>(*value);
}

std::optional<std::uint64_t> parse_stat_figure(std::string_view text, std::string_view name) {
    for (const std::string& line : split(text, '\n'))
        if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == ' ')
            return parse_group_bytes(std::string_view(line).substr(name.size() + 1));
    return std::nullopt;
}

MemoryLimits look_at_memory(Files& files, const SystemMemory& fallback) {
    MemoryLimits limits;
    Least least(limits);
    SystemMemory system = parse_meminfo(content(files, "/proc/meminfo"));
    const bool has_meminfo = system.total_bytes != 0;
    if (!has_meminfo) system = fallback;
    for (const std::string& line : split(content(files, "/proc/self/cgroup"), '\n')) {
        const std::vector<std::string> fields = split(line, ':');  // number:controllers:path
        if (fields.size() < 3 || fields[2].find('\0') != std::string::npos) continue;
        const std::vector<std::string> controllers = split(fields[1], ',');
        if (fields[1].empty())
            look_at_hierarchy(files, v2(), fields[2], least, limits);
        else if (std::ranges::find(controllers, "memory") != controllers.end())
            look_at_hierarchy(files, v1(), fields[2], least, limits);
    }
    if (system.total_bytes != 0) {
        least.limit(system.total_bytes, "installed memory");
        least.room(system.available_bytes, system.total_bytes,
                   system.total_bytes - std::min(system.total_bytes, system.available_bytes),
                   has_meminfo ? "MemAvailable" : "free memory");
    }
    const Path of_system = "/proc/pressure/memory";
    if (limits.pressure_file.empty() && content_if(files, of_system)) limits.pressure_file = of_system;
    return limits;
}

}  // namespace hone
