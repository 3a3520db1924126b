#include "hone/memory/pressure.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr double kSomeStalls = 10;  // percent of avg10 "some"
constexpr double kHighStalls = 40;
constexpr double kHighFullStalls = 10;  // percent of avg10 "full"

/// The number after `name` in "some avg10=0.12 avg60=0.00 avg300=0.00 total=1234".
std::optional<double> figure_of(std::string_view line, std::string_view name) {
    for (const std::string& field : split(line, ' ')) {
        if (!field.starts_with(name) || field.size() <= name.size() || field[name.size()] != '=') continue;
        const auto value = parse_double(std::string_view(field).substr(name.size() + 1));
        if (!value || !(*value >= 0) || *value > 1e18) return std::nullopt;
        return value;
    }
    return std::nullopt;
}

struct Marks {
    std::uint64_t some = 0, high = 0, wanted = 0;
};

Marks marks_of(std::uint64_t limit) {
    Marks marks{std::min(limit / 10, 1024 * kMiB), std::min(limit / 25, 256 * kMiB), 0};
    marks.wanted = marks.some + marks.some / 2;
    return marks;
}

void raise(PressureReading& reading, PressureLevel level, std::uint64_t give_back, const std::string& reason) {
    reading.level = std::max(reading.level, level);
    reading.give_back_bytes = std::max(reading.give_back_bytes, give_back);
    reading.reason += cat(reading.reason.empty() ? "" : "; ", reason);
}

void judge_room(PressureReading& reading) {
    const MemoryLimits& limits = reading.limits;
    if (limits.room_of_bytes == 0) return;
    const Marks marks = marks_of(limits.room_of_bytes);
    if (limits.room_bytes >= marks.some) return;
    raise(reading, limits.room_bytes < marks.high ? PressureLevel::High : PressureLevel::Some,
          marks.wanted - limits.room_bytes,
          cat(human_bytes(limits.room_bytes), " of ", human_bytes(limits.room_of_bytes), " left by ",
              limits.room_source));
}

void judge_stalls(PressureReading& reading, std::string_view how) {
    const PressureStalls stalls = reading.stalls.value_or(PressureStalls{});
    const bool is_high = stalls.some_percent >= kHighStalls || stalls.full_percent >= kHighFullStalls;
    const std::uint64_t share = reading.limits.used_bytes / (is_high ? 8 : 20);
    raise(reading, is_high ? PressureLevel::High : PressureLevel::Some, share,
          cat("tasks wait for memory: ", how, ", ", stalls.some_percent, " % of the last 10 s, all of them ",
              stalls.full_percent, " %"));
}

std::optional<PressureStalls> read_stalls(Files& files, const Path& file) {
    if (file.empty()) return std::nullopt;
    try {
        return parse_stalls(read_file(files, file));
    } catch (const Error& error) {
        if (error.fault() == Fault::Bug) throw;
        return std::nullopt;  // switched off by the kernel's command line, or not ours to read
    }
}

}  // namespace

std::optional<PressureStalls> parse_stalls(std::string_view text) {
    PressureStalls stalls;
    bool has_some = false;
    for (const std::string& line : split(text, '\n')) {
        const bool is_some = line.starts_with("some ");
        if (!is_some && !line.starts_with("full ")) continue;
        const auto average = figure_of(line, "avg10");
        const auto total = figure_of(line, "total");
        if (!average || !total) continue;
        if (is_some) {
            stalls.some_percent = std::min(*average, 100.0);
            stalls.total_us = static_cast<std::uint64_t>(*total);
            has_some = true;
        } else {
            stalls.full_percent = std::min(*average, 100.0);
        }
    }
    if (!has_some) return std::nullopt;
    return stalls;
}

std::string_view pressure_level_name(PressureLevel level) {
    switch (level) {
        case PressureLevel::Calm:
            return "calm";
        case PressureLevel::Some:
            return "some";
        case PressureLevel::High:
            return "high";
    }
    return "calm";
}

MemoryPressure::MemoryPressure(Options options)
    : options_(std::move(options)), next_look_ns_(std::numeric_limits<std::int64_t>::min()), means_("not looked yet") {
    if (options_.files == nullptr) options_.files = &real_files();
    if (options_.clock == nullptr) options_.clock = &real_clock();
}

/// Finds the means by which stalls are noticed.
void MemoryPressure::arm(const Path& file) {
    struct Window {
        const char* name;
        const char* line;
    };
    armed_file_ = file;
    std::vector<std::string> refusals;
    for (const auto& [name, line] :
         {Window{"150 ms in 1 s", "some 150000 1000000"}, Window{"150 ms in 2 s", "some 150000 2000000"}}) {
        trigger_ = options_.arm(file, line);
        if (trigger_.has_fired) {
            means_ = cat("trigger of ", name, " on ", file);
            if (!refusals.empty()) means_ += cat(" (", join(refusals, "; "), ')');
            return;
        }
        refusals.push_back(cat(name, ": ", trigger_.refusal));
    }
    means_ = cat("avg10 of ", file, " (triggers refused: ", join(refusals, "; "), ')');
}

/// True if tasks wait for memory now: the trigger fired, or without one the average is high and stalls go on (the
/// average alone stays up for ten seconds after they ended).
bool MemoryPressure::are_stalling(PressureReading& reading) {
    if (!reading.stalls) {
        trigger_ = {};
        armed_file_.clear();
        means_ = "what is left only: the kernel gives no pressure information";
        return false;
    }
    const Path& file = reading.limits.pressure_file;
    if (looks_ > 1 && armed_file_ != file) arm(file);  // again when the process was moved to another group
    if (armed_file_.empty()) means_ = cat("avg10 of ", file);
    if (trigger_.has_fired) return trigger_.has_fired();
    const bool go_on = !last_.stalls || reading.stalls->total_us > last_.stalls->total_us;
    return go_on && reading.stalls->some_percent >= kSomeStalls;
}

std::optional<PressureReading> MemoryPressure::poll() {
    const std::int64_t now = options_.clock->monotonic_ns();
    std::int64_t next = next_look_ns_.load(std::memory_order_relaxed);
    if (now < next) return std::nullopt;
    if (!next_look_ns_.compare_exchange_strong(next, now + options_.interval_ns)) return std::nullopt;
    const std::lock_guard lock(mutex_);
    ++looks_;
    PressureReading reading;
    reading.limits = look_at_memory(*options_.files, options_.fallback);
    reading.stalls = read_stalls(*options_.files, reading.limits.pressure_file);
    judge_room(reading);
    if (are_stalling(reading)) judge_stalls(reading, trigger_.has_fired ? "the trigger fired" : "by avg10");
    last_ = reading;
    return reading;
}

PressureReading MemoryPressure::last() const {
    const std::lock_guard lock(mutex_);
    return last_;
}

std::string MemoryPressure::means() const {
    const std::lock_guard lock(mutex_);
    return means_;
}

}  // namespace hone
