#include "hone/base/clock.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "hone/base/error.h"
#include "hone/base/files.h"
#include "hone/base/number.h"

namespace hone {
namespace {

class RealClock : public Clock {
public:
    std::int64_t monotonic_ns() const override { return ns(std::chrono::steady_clock::now()); }
    std::int64_t wall_ns() const override { return ns(std::chrono::system_clock::now()); }

private:
    template <class Point>
    static std::int64_t ns(Point point) {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(point.time_since_epoch()).count();
    }
};

rusage own_usage() {
    rusage usage{};
    if (::getrusage(RUSAGE_SELF, &usage) != 0) fail_system(errno, "read the resource usage of", "this process");
    return usage;
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

Clock& real_clock() {
    static RealClock clock;
    return clock;
}

double process_cpu_seconds() {
    const rusage usage = own_usage();
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::uint64_t process_peak_bytes() {
    return static_cast<std::uint64_t>(own_usage().ru_maxrss) * 1024;
}

std::uint64_t process_resident_bytes() {
    const std::string text = read_file(real_files(), "/proc/self/statm");
    const std::vector<std::string> pages = split(trim(text), ' ');
    const auto resident = pages.size() > 1 ? parse_int64(pages[1]) : std::nullopt;
    if (!resident) fail(Fault::System, "expected page counts in /proc/self/statm, found: ", text);
    return static_cast<std::uint64_t>(*resident) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace hone
