#include "hone/memory/memory_limits.h"

#include <cstddef>
#include <string>
#include <string_view>

#include "hone/base/error.h"
#include "hone/memory/pressure.h"

namespace {

/// Makes a file of a file system in memory.
void write(hone::Files& files, const hone::Path& path, std::string_view bytes) {
    files.make_folders(path.parent_path());
    hone::write_file(files, path, bytes);
}

}  // namespace

/// Whatever the kernel's files say, the limits are in order. The input is cut at zero bytes: meminfo, the list of
/// groups, a limit, a usage, the statistics of a group, a pressure file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hone;
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    const auto next = [&rest] {
        const std::string_view part = rest.substr(0, rest.find('\0'));
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
        return part;
    };
    MemoryFiles files;
    write(files, "/proc/meminfo", next());
    write(files, "/proc/self/cgroup", next());
    const std::string_view limit = next(), usage = next(), statistics = next(), pressure = next();
    for (const char* group : {"/sys/fs/cgroup", "/sys/fs/cgroup/a", "/sys/fs/cgroup/a/b"}) {
        write(files, Path(group) / "memory.max", limit);
        write(files, Path(group) / "memory.current", usage);
        write(files, Path(group) / "memory.stat", statistics);
        write(files, Path(group) / "memory.pressure", pressure);
    }
    write(files, "/sys/fs/cgroup/memory/memory.limit_in_bytes", limit);
    write(files, "/sys/fs/cgroup/memory/memory.usage_in_bytes", usage);

    const MemoryLimits limits = look_at_memory(files, {1000, 10});
    check(limits.limit_bytes > 0 && limits.room_of_bytes > 0, "limits are known");
    check(limits.room_bytes <= limits.room_of_bytes, "room lies within its limit");
    check(!limits.limit_source.empty() && !limits.room_source.empty(), "figures have a source");

    FakeClock clock;
    MemoryPressure::Options options;
    options.files = &files;
    options.clock = &clock;
    options.fallback = {1000, 10};
    options.arm = [](const Path&, std::string_view) { return PressureTrigger{{}, "refused"}; };
    MemoryPressure watch(options);
    const auto reading = watch.poll();
    check(reading.has_value(), "the first look is a look");
    check((reading->level == PressureLevel::Calm) == reading->reason.empty(), "pressure has a reason");
    check(reading->level != PressureLevel::Calm || reading->give_back_bytes == 0, "calm gives nothing back");
    if (const auto stalls = parse_stalls(pressure))
        check(stalls->some_percent >= 0 && stalls->some_percent <= 100 && stalls->full_percent >= 0 &&
                  stalls->full_percent <= 100,
              "shares are shares");
    return 0;
}
