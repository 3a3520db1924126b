#include "hone/cli/progress.h"

#include <unistd.h>

#include "hone/base/clock.h"
#include "hone/base/text.h"
#include "hone/cli/present.h"

namespace hone::cli {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

}  // namespace

ProgressLine::How ProgressLine::parse(const std::string& text) {
    if (text.empty() || text == "auto") return ::isatty(STDERR_FILENO) != 0 ? How::Terminal : How::Plain;
    if (text == "plain") return How::Plain;
    if (text == "off") return How::Off;
    fail(Fault::Usage, "--progress: expected auto, plain or off, found '", text, "'");
}

ProgressLine::ProgressLine(How how)
    : how_(how),
      begun_ns_(real_clock().monotonic_ns()),
      next_ns_(begun_ns_ + (how == How::Terminal ? kSecond / 2 : 10 * kSecond)) {}

ProgressLine::~ProgressLine() {
    clear();
}

void ProgressLine::show(const Progress& progress) {
    if (how_ == How::Off) return;
    const std::int64_t now = real_clock().monotonic_ns();
    const std::lock_guard lock(mutex_);
    if (progress.what != what_) {
        what_ = progress.what;
        stage_ns_ = now;
    }
    if (now < next_ns_) return;
    next_ns_ = now + (how_ == How::Terminal ? kSecond / 10 : 10 * kSecond);
    std::string text = progress.what;
    const double seconds = static_cast<double>(now - stage_ns_) / 1e9;
    if (progress.total > 0) {
        const double share = static_cast<double>(progress.done) / static_cast<double>(progress.total);
        text += cat(": ", static_cast<int>(share * 100), " %");
        if (seconds > 0.05 && share > 0) {
            const auto rate = static_cast<std::uint64_t>(static_cast<double>(progress.done) / seconds);
            text +=
                cat(", ", progress.is_bytes ? human_bytes(rate) : human_count(static_cast<std::int64_t>(rate)), "/s");
            text += cat(", ", human_seconds(seconds * (1 - share) / share), " left");
        }
    }
    if (how_ == How::Plain) return say(cat(text, '\n'));
    say(cat("\r\x1b[K", text));
    is_drawn_ = true;
}

void ProgressLine::clear() {
    const std::lock_guard lock(mutex_);
    if (is_drawn_) say("\r\x1b[K");
    is_drawn_ = false;
}

}  // namespace hone::cli
