#include "hone/base/log.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <new>
#include <span>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/json.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::size_t kLongestText = 4096;
constexpr std::string_view kHidden = "[secret]";

/// At most kLongestText bytes, in whole letters.
std::string cut(std::string text) {
    if (text.size() <= kLongestText) return text;
    std::size_t end = kLongestText;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    text.resize(end);
    return text += "...";
}

void append_start(std::string& line, std::int64_t wall_ns, LogLevel level, std::string_view name) {
    line += R"({"time":")";
    line += log_time(wall_ns);
    line += R"(","level":")";
    line += log_level_name(level);
    line += R"(","name":)";
    line += json_quote(name);
}

}  // namespace

std::string_view log_level_name(LogLevel level) {
    switch (level) {
        case LogLevel::Debug:
            return "debug";
        case LogLevel::Info:
            return "info";
        case LogLevel::Warning:
            return "warning";
        case LogLevel::Error:
            return "error";
    }
    return "error";
}

std::optional<LogLevel> parse_log_level(std::string_view name) {
    for (const LogLevel level : {LogLevel::Debug, LogLevel::Info, LogLevel::Warning, LogLevel::Error})
        if (name == log_level_name(level)) return level;
    return std::nullopt;
}

std::string log_time(std::int64_t wall_ns) {
    using namespace std::chrono;
    const sys_time<microseconds> time(floor<microseconds>(nanoseconds(wall_ns)));
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text.data();
}

Log::Log(std::unique_ptr<OutputFile> to, Options options)
    : level_(options.level),
      buffer_bytes_(options.buffer_bytes),
      clock_(options.clock != nullptr ? *options.clock : real_clock()),
      to_(std::move(to)) {}

Log::~Log() {
    close();
}

void Log::append(LogLevel level, std::string_view line) {
    {
        const std::lock_guard lock(mutex_);
        // The last quarter is kept for what matters more than details.
        const std::size_t room = level == LogLevel::Debug ? buffer_bytes_ / 4 * 3 : buffer_bytes_;
        if (is_closed_ || waiting_.size() + line.size() > room) {
            ++counts_.lost;
            return;
        }
        waiting_ += line;
        ++waiting_count_;
        if (is_writing_) return;
        is_writing_ = true;
    }
    write_waiting();
}

void Log::write_waiting() {
    for (;;) {
        std::uint64_t count = 0, lost = 0;
        {
            const std::lock_guard lock(mutex_);
            lost = counts_.lost - said_lost_;
            if (waiting_.empty() && lost == 0) {
                is_writing_ = false;
                written_all_.notify_all();
                return;
            }
            writing_.clear();
            writing_.swap(waiting_);
            count = std::exchange(waiting_count_, 0);
            said_lost_ = counts_.lost;
        }
        write(count, lost);
    }
}

/// A log makes nobody fail: what the file does not take is counted, and the first reason kept.
void Log::write(std::uint64_t count, std::uint64_t lost) {
    bool is_written = false;
    std::string failure;
    try {
        put(writing_);
        is_written = true;
        if (lost > 0) {
            std::string line;
            append_start(line, clock_.wall_ns(), LogLevel::Warning, "log");
            put(line += cat(R"(,"message":"records were lost: more came than could be written","lost":)", lost, "}\n"));
        }
    } catch (const Error& error) {
        failure = error.message();
    } catch (const std::bad_alloc&) {
        failure = "no memory";
    }
    const std::lock_guard lock(mutex_);
    (is_written ? counts_.written : counts_.unwritten) += count;
    if (counts_.failure.empty()) counts_.failure = std::move(failure);
}

void Log::put(std::string_view lines) {
    if (lines.empty()) return;
    if (is_cut_) to_->append(std::as_bytes(std::span("\n", 1)));
    is_cut_ = true;
    to_->append(std::as_bytes(std::span(lines)));
    is_cut_ = false;
}

void Log::close() {
    {
        std::unique_lock lock(mutex_);
        written_all_.wait(lock, [&] { return !is_writing_; });
        if (is_closed_) return;
        is_closed_ = is_writing_ = true;
    }
    write_waiting();
    try {
        to_->finish();
    } catch (const Error& error) {
        const std::lock_guard lock(mutex_);
        if (counts_.failure.empty()) counts_.failure = error.message();
    }
}

Log::Counts Log::counts() const {
    const std::lock_guard lock(mutex_);
    return counts_;
}

/// Texts that are never written; shared by all loggers that stem from one.
class Logger::Secrets {
public:
    void add(std::string text) {
        const std::lock_guard lock(mutex_);
        if (text.empty() || std::ranges::find(texts_, text) != texts_.end()) return;
        texts_.push_back(std::move(text));
        std::ranges::stable_sort(texts_, [](const auto& a, const auto& b) { return a.size() > b.size(); });
    }
    /// `text` with its secrets replaced, the longest first.
    std::string without(std::string_view text) const {
        const std::lock_guard lock(mutex_);
        std::string out(text);
        for (const std::string& secret : texts_) {
            for (std::size_t at = out.find(secret); at != std::string::npos; at = out.find(secret, at + kHidden.size()))
                out.replace(at, secret.size(), kHidden);
        }
        return out;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> texts_;  // guarded by mutex_
};

struct Logger::Scope {
    std::string name;
    std::string fields;  ///< as JSON, each with a comma before
    std::shared_ptr<Secrets> secrets;

    void append_text(std::string& line, std::string_view text) const {
        line += json_quote(cut(secrets->without(text)));
    }

    void append_field(std::string& line, const LogField& field) const {
        line += ',';
        line += json_quote(field.name);
        line += ':';
        const auto& value = field.value.value_;
        if (const auto* text = std::get_if<std::string_view>(&value))
            append_text(line, *text);
        else if (const auto* truth = std::get_if<bool>(&value))
            line += *truth ? "true" : "false";
        else if (const auto* real = std::get_if<double>(&value))
            line += std::isfinite(*real) ? shortest(*real) : "null";
        else if (const auto* integer = std::get_if<std::int64_t>(&value))
            append_int64(line, *integer);
        else
            line += cat(std::get<std::uint64_t>(value));
    }
};

Logger::Logger(Log* log, CorrelationId id, std::string_view name) : log_(log), id_(id) {
    if (log != nullptr)
        scope_ = std::make_shared<const Scope>(Scope{std::string(name), {}, std::make_shared<Secrets>()});
}

void Logger::hide(std::string secret) const {
    if (scope_) scope_->secrets->add(std::move(secret));
}

Logger Logger::named(std::string_view name) const {
    Logger other = *this;
    if (scope_) other.scope_ = std::make_shared<const Scope>(Scope{std::string(name), scope_->fields, scope_->secrets});
    return other;
}

Logger Logger::with(std::string_view name, LogValue value) const {
    Logger other = *this;
    if (!scope_) return other;
    Scope scope = *scope_;
    scope.append_field(scope.fields, {name, value});
    other.scope_ = std::make_shared<const Scope>(std::move(scope));
    return other;
}

void Logger::write(LogLevel level, std::string_view message, Fields fields) const {
    std::string line;
    line.reserve(256);
    append_start(line, log_->now_wall_ns(), level, scope_->name);
    line += R"(,"message":)";
    scope_->append_text(line, message);
    line += R"(,"id":")";
    line += id_.hex();
    line += '"';
    line += scope_->fields;
    for (const LogField& field : fields)
        scope_->append_field(line, field);
    line += "}\n";
    log_->append(level, line);
}

}  // namespace hone
